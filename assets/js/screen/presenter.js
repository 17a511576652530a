// What a picture has of the page around it.
//
// Keys without a click before: what nobody else wants goes to the picture that is best in sight;
// Space, PageUp and PageDown are those of a presenter's remote control. And the sheet of settings
// in a narrow window: when it opens, the first picture comes into sight above it.

/** @typedef {{ root: HTMLElement, key: (event: KeyboardEvent) => boolean }} Picture */

const MOST = 0.5; // of a picture, or of the window, must be seen
const OPENS_SETTINGS = '[data-testid="stExpandSidebarButton"]'; // Streamlit's
const SHEET = "(max-width: 768px)"; // pages/ui/look/phone.css
/** What has the focus uses these keys itself. @type {[selector: string, keys: RegExp][]} */
const OWN = [
  [
    'textarea, select, input:not([type="checkbox"], [type="radio"], .scrub), canvas[tabindex], ' +
      '[contenteditable=""], [contenteditable="true"], [role="slider"], [role="spinbutton"], ' +
      '[role="combobox"], [role="listbox"], [role="menu"], [role="grid"], [role="dialog"]',
    /./,
  ],
  [
    '[role="tablist"], [role="radiogroup"], [type="checkbox"], [type="radio"]',
    /^( |Enter|Home|End|Arrow.*)$/,
  ],
  ['button, a[href], summary, [role="button"]', /^( |Enter)$/],
];

/** @type {Set<Picture>} */
const pictures = new Set();

/**
 * Whether what has the focus does something with this key.
 *
 * @param {KeyboardEvent} event
 */
function wanted(event) {
  const path = event.composedPath().filter((part) => part instanceof Element);
  return OWN.some(
    ([selector, keys]) => keys.test(event.key) && path.some((p) => p.matches(selector)),
  );
}

/** Square pixels in sight, if they are enough. @param {Picture} picture */
function seen({ root }) {
  const { top, bottom, left, right } = root.getBoundingClientRect();
  const high = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
  const wide = Math.min(right, window.innerWidth) - Math.max(left, 0);
  const share = high / Math.min(bottom - top, window.innerHeight);
  return wide > 0 && share >= MOST ? high * wide : 0;
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (wanted(event) || document.querySelector('[role="dialog"][aria-modal="true"]')) return;
  const [best] = [...pictures].sort((one, two) => seen(two) - seen(one));
  if (best && seen(best) && best.key(event)) event.preventDefault();
}

/** @param {MouseEvent} event */
function clicked(event) {
  const { target } = event;
  if (!(target instanceof Element && target.closest(OPENS_SETTINGS))) return;
  if (!window.matchMedia(SHEET).matches) return;
  const [first] = [...pictures].sort((one, two) => top(one) - top(two));
  first?.root.scrollIntoView({ behavior: "smooth" });
}

/** @param {Picture} picture */
const top = ({ root }) => root.getBoundingClientRect().top;

/**
 * Let the keys of the page reach a picture.
 *
 * @param {Picture} picture
 * @param {AbortSignal} signal Ends it.
 */
export function present(picture, signal) {
  if (!pictures.size) {
    document.addEventListener("keydown", keyed);
    document.addEventListener("click", clicked);
  }
  pictures.add(picture);
  signal.addEventListener("abort", () => {
    pictures.delete(picture);
    if (pictures.size) return;
    document.removeEventListener("keydown", keyed);
    document.removeEventListener("click", clicked);
  });
}
