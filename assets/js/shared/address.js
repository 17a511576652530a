// What the browser itself puts into the address of the page. It takes the place of what stood
// there, as every control does: "back" leads to the page before, and not through each stroke.
//
// Python does not hear of what is held here: Streamlit would write it away, or an old value back.
// So ``guard`` has the last word on every address that is written while the page stays.

/**
 * @typedef {object} Said
 * @property {string} path Of the page that says it.
 * @property {string | null} text null takes the name out of the address.
 * @property {(text: string | null) => void} follow Called with what "back" or "forward" has found.
 */

const PAUSE = 200; // milliseconds without a change; browsers forbid to write at every frame

/** @type {Map<string, Said>} */
const held = new Map();
/** @type {Map<string, Map<string, string>>} By page: what it held when it was left. */
const before = new Map();
/** @type {Map<string, string> | undefined} The same of the page that the menu has opened again. */
let recalled;
/** Whether a hand has done something since the address was last written. */
let touched = false;
/** Whether a link to another page has been followed, and the address not yet. */
let leaving = false;
/** Whether that link says more than the page. */
let exact = false;

/**
 * What the address says, or what was held here before the page was left; null for nothing.
 *
 * @param {string} name
 */
export function read(name) {
  return new URL(window.location.href).searchParams.get(name) ?? recalled?.get(name) ?? null;
}

/**
 * Once; Python is told of it in another way.
 *
 * @param {string} name
 * @param {string | null} text null takes the name out of the address.
 */
export function write(name, text) {
  replace(changed(new URL(window.location.href), name, text));
}

/**
 * As long as the page stays, whatever else is written.
 *
 * @param {string} name
 * @param {Said} said
 */
function hold(name, said) {
  if (said.path !== window.location.pathname) return; // its page is being left
  held.set(name, said);
  recalled?.delete(name);
  replace(completed(new URL(window.location.href)));
}

/** One parameter that a component of the page holds, from when it is made until it ends. */
export class Held {
  waiting = 0;

  /**
   * @param {string} name
   * @param {() => string | null} tell What the address is to say, null for nothing.
   * @param {(text: string | null) => void} follow Called with what "back" or "forward" has found.
   */
  constructor(name, tell, follow) {
    this.name = name;
    this.tell = tell;
    this.path = window.location.pathname;
    /** What the address says. */
    this.text = read(name);
    /** @param {string | null} text */
    this.follow = (text) => {
      this.text = text;
      follow(text);
    };
  }

  /** Something may have changed; it is written when it has come to rest. */
  note() {
    const text = this.tell();
    if (text === this.text || this.waiting) return;
    this.waiting = window.setTimeout(() => {
      this.waiting = 0;
      if (this.tell() === text) this.write();
      else this.note();
    }, PAUSE);
  }

  /** Bring the address up to date at once. */
  write() {
    this.text = this.tell();
    hold(this.name, this);
  }

  end() {
    window.clearTimeout(this.waiting);
    this.waiting = -1;
  }
}

/** @param {URL} url */
function replace(url) {
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

/**
 * @param {URL} url
 * @param {string} name
 * @param {string | null} text
 */
function changed(url, name, text) {
  const { searchParams } = url;
  if (text !== null) searchParams.set(name, text);
  else if (searchParams.has(name)) searchParams.delete(name); // which writes all others anew
  return url;
}

/**
 * The address with what its page holds.
 *
 * @param {URL} url
 */
function completed(url) {
  for (const [name, { path, text }] of held) if (path === url.pathname) changed(url, name, text);
  return url;
}

/**
 * Look after every address that is written from now on. One act of a hand makes one step of the
 * browser's history: what a program writes besides (a lesson sets several controls, a page puts its
 * settings back) takes the place of the address before.
 */
export function guard() {
  const { history } = window;
  const push = history.pushState.bind(history);
  const put = history.replaceState.bind(history);
  for (const act of ["pointerdown", "keydown"]) {
    window.addEventListener(act, touch, { capture: true });
  }
  window.addEventListener("click", follow, { capture: true });
  window.addEventListener("popstate", found, { capture: true });

  /**
   * @param {any} state
   * @param {string} unused
   * @param {string | URL | null} [to]
   */
  history.replaceState = (state, unused, to) => {
    put(state, unused, completed(new URL(to ?? window.location.href, document.baseURI)));
  };
  /**
   * @param {any} state
   * @param {string} unused
   * @param {string | URL | null} [to]
   */
  history.pushState = (state, unused, to) => {
    const url = completed(new URL(to ?? window.location.href, document.baseURI));
    const stays = url.pathname === window.location.pathname;
    if (stays && leaving) return; // said by the next page: its own address comes with its path
    const step = !stays || (touched && url.href !== window.location.href);
    if (!stays) leave(url.pathname);
    (step ? push : put)(state, unused, url);
    if (step) touched = false;
    leaving = false;
  };
}

/**
 * Another page takes the place of this one, and finds what it held itself.
 *
 * @param {string} path
 */
function leave(path) {
  const texts = new Map();
  for (const [name, { text }] of held) if (text !== null) texts.set(name, text);
  before.set(window.location.pathname, texts);
  recalled = exact ? undefined : before.get(path);
  held.clear();
}

function touch() {
  touched = true;
  leaving = exact = false;
}

/**
 * A link to another page of the app, in the menu or on the page.
 *
 * @param {MouseEvent} event
 */
function follow(event) {
  const [link] = event.composedPath().filter((each) => each instanceof HTMLAnchorElement);
  const apart = event.ctrlKey || event.metaKey || event.shiftKey || link?.target === "_blank";
  if (!link || apart || link.download) return;
  const { origin, pathname, search } = new URL(link.href, document.baseURI);
  leaving = origin === window.location.origin && pathname !== window.location.pathname;
  exact = search !== "";
}

/** The browser has gone back or forward, to what the page said then. */
function found() {
  touched = leaving = exact = false;
  recalled = undefined;
  for (const [name, said] of held) {
    if (said.path !== window.location.pathname) {
      held.delete(name);
      continue;
    }
    said.text = read(name);
    said.follow(said.text);
  }
}
