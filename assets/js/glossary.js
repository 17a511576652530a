// What a word means, shown where the word stands: a click, a tap or Enter on a link to "#term-..."
// anywhere in the page opens a small window beside it; "#terms" opens all words of the page.

import { added, element } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { set } from "./shared/notation.js";

/** @import { Sent } from "./shared/types.d.ts" */
/**
 * @typedef {{ key: string, term: string, text: string, long: string, pages: string[] }} Term
 * @typedef {Sent & { terms: Term[], page: string, anchor: string, all: string,
 *   more: string }} Words
 */

const STYLE = `
.card { position: fixed; inset: auto; margin: 0; box-sizing: border-box;
  width: min(24rem, calc(100vw - 1.5rem)); max-height: min(70vh, 34rem); overflow-y: auto;
  overscroll-behavior: contain; padding: .85rem 1rem .9rem; border-radius: .6rem;
  font: .9rem/1.5 var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  box-shadow: 0 8px 28px rgb(0 0 0 / .18); outline: none; }
.card h3 { font-size: .98rem; font-weight: 600; margin: 0; }
.card .long { font-size: .84rem; opacity: .8; margin: 0; }
.card p { margin: .3rem 0 0; }
.card section + section { margin-top: .8rem; padding-top: .7rem;
  border-top: 1px solid var(--st-border-color); }
.card sub { font-size: .72em; line-height: 0; }
.card a { display: inline-block; margin-top: .6rem; font-size: .84rem;
  color: var(--st-link-color, var(--st-primary-color)); }
`;
const GAP = 8; // pixels between a word and its card
const EDGE = 12; // and between the card and the edge of the window

class Glossary {
  /** @type {Words | undefined} */
  data;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.card = added(parent, "div", "card");
    this.card.popover = "auto";
    this.card.tabIndex = -1;
    this.card.setAttribute("role", "dialog");
    this.asked = (/** @type {MouseEvent} */ event) => this.open(event);
    document.addEventListener("click", this.asked);
  }

  /** @param {Words} data */
  update(data) {
    this.data = data;
    this.card.dataset.words = `${data.terms.length}`;
  }

  /**
   * A click anywhere: if it is on a word, say what it means.
   *
   * @param {MouseEvent} event
   */
  open(event) {
    const link = event
      .composedPath()
      .find((each) => each instanceof HTMLAnchorElement && each.hash.startsWith("#term"));
    if (!this.data || !(link instanceof HTMLAnchorElement)) return;
    const { terms, page, anchor, all } = this.data;
    const name = link.hash.slice(1);
    const shown =
      name === all
        ? terms.filter((term) => term.pages.includes(page))
        : terms.filter((term) => `${anchor}${term.key}` === name);
    if (!shown.length) return;
    event.preventDefault();
    this.write(shown);
    this.card.showPopover();
    this.place(link);
    this.card.scrollTop = 0;
    this.card.focus({ preventScroll: true });
  }

  /** @param {Term[]} shown */
  write(shown) {
    const label = shown.length > 1 ? "Terms on this page" : shown[0].term;
    this.card.setAttribute("aria-label", label);
    this.card.replaceChildren(
      ...shown.map((term) => {
        const made = element("section");
        set(added(made, "h3"), term.term);
        if (term.long) added(made, "p", "long", term.long);
        set(added(made, "p"), term.text);
        return made;
      }),
    );
    const more = added(this.card, "a", "", "All terms");
    more.href = new URL(this.data?.more ?? "", document.baseURI).href;
    more.target = "_blank"; // what is set on this page stays as it is
  }

  /**
   * Beside the word: below it if there is room, else above.
   *
   * @param {Element} link
   */
  place(link) {
    const word = link.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: tall } = this.card;
    const left = Math.max(EDGE, Math.min(word.left, window.innerWidth - wide - EDGE));
    const below = word.bottom + GAP;
    const fits = below + tall + EDGE <= window.innerHeight;
    const top = fits ? below : Math.max(EDGE, word.top - GAP - tall);
    this.card.style.left = `${left}px`;
    this.card.style.top = `${top}px`;
  }

  destroy() {
    document.removeEventListener("click", this.asked);
    this.card.remove();
    this.style.remove();
  }
}

export default mounted(Glossary);
