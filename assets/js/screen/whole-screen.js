// A component alone on the whole screen, for a room: a button that says so, and its way back. Where
// a browser has no full screen for a part of a page (on iPhones), it fills the window.

import { element, hasKeyboard, labelled } from "../shared/dom.js";

const ENTER = "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5";
const LEAVE = "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5";

/** How much larger letters and lines are than on the page. */
export const LARGER = 1.6;

const enter = () => (hasKeyboard() ? "Full screen (F)" : "Full screen");

export class WholeScreen {
  on = false;

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed Called when it has become the whole screen, or a part again.
   * @param {AbortSignal} signal Ends it.
   */
  constructor(root, changed, signal) {
    this.root = root;
    this.changed = changed;
    this.button = element("button", "whole-screen");
    this.button.type = "button";
    this.button.onclick = () => this.toggle();
    document.addEventListener("fullscreenchange", () => this.settle(), { signal });
    this.show();
  }

  async toggle() {
    if (this.alone) await document.exitFullscreen();
    else if (this.on) this.fill(false);
    else if (document.fullscreenEnabled) await this.root.requestFullscreen();
    else this.fill(true);
  }

  /**
   * F goes there and back. Escape is the browser's, unless the window is only filled.
   *
   * @param {KeyboardEvent} event
   */
  key({ key }) {
    const known = key.toLowerCase() === "f" || (key === "Escape" && this.on);
    if (known) this.toggle();
    return known;
  }

  /** Above all else of the page, or back in its place. @param {boolean} on */
  fill(on) {
    this.root.popover = on ? "manual" : null;
    if (on) this.root.showPopover();
    this.set(on);
  }

  /** Whether the browser shows it on the whole screen. */
  get alone() {
    return this.root.matches(":fullscreen");
  }

  settle() {
    if (this.alone !== this.on) this.set(this.alone);
  }

  /** @param {boolean} on */
  set(on) {
    this.on = on;
    this.show();
    this.changed();
  }

  show() {
    this.root.classList.toggle("whole", this.on);
    const path = `<path class="line" d="${this.on ? LEAVE : ENTER}"/>`;
    this.button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`;
    labelled(this.button, this.on ? "Leave full screen" : enter());
  }
}
