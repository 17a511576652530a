// Elements of the page, made in one call.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with a class and a text.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * The same, as the last child of `parent`.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {ParentNode} parent
 * @param {T} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function added(parent, tag, className = "", text = "") {
  const made = element(tag, className, text);
  parent.append(made);
  return made;
}

/**
 * @param {string} text
 * @param {(event: MouseEvent) => unknown} action
 * @param {string} [className]
 */
export function button(text, action, className = "") {
  const made = element("button", className, text);
  made.type = "button";
  made.onclick = action;
  return made;
}

/**
 * A name for the mouse and for screen readers.
 *
 * @template {HTMLElement} E
 * @param {E} named
 * @param {string} label
 * @returns {E}
 */
export function labelled(named, label) {
  named.title = label;
  named.setAttribute("aria-label", label);
  return named;
}

/**
 * A shape of an SVG drawing, as the last child of `parent`.
 *
 * @template {keyof SVGElementTagNameMap} T
 * @param {ParentNode} parent
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElementTagNameMap[T]}
 */
export function drawn(parent, tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, `${value}`);
  parent.append(made);
  return made;
}

/**
 * The pen of a canvas; every browser that runs these scripts has it.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function pen(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * A canvas out of sight and its pen.
 *
 * @param {number} width
 * @param {number} height
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function hiddenCanvas(width, height, settings) {
  const canvas = new OffscreenCanvas(width, height);
  const ctx = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
  return { canvas, ctx };
}

/** Whether this person has asked the system for less motion. */
export function prefersStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether there is a mouse, and so most likely a keyboard; fingers alone have neither. */
export const hasKeyboard = () => window.matchMedia("(hover: hover)").matches;

/** Pixels of a canvas per pixel of the page: those of the screen, but two are enough. */
export function sharpness() {
  return Math.min(2, window.devicePixelRatio || 1);
}
