// The moment at which a clock rests, in the address of the page: a link to it opens at that very
// picture. While the clock plays the address says nothing of it.

import { hold, read } from "../shared/address.js";

/** @import { Clock } from "./clock.js" */

const PAUSE = 200; // milliseconds without a change; browsers forbid to write at every frame
const BACKWARDS = "r";

export class Moment {
  name = "";
  path = "";
  /** @type {string | null} What the address says. */
  said = null;
  waiting = 0;

  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /**
   * @param {string} [name] Of the parameter; a clock without one is in no address.
   * @returns {boolean} Whether the address holds a moment, at which the clock now rests.
   */
  open(name = "") {
    this.name = name;
    this.path = window.location.pathname;
    this.said = name ? read(name) : null;
    return this.rest(this.said);
  }

  /**
   * Let the clock rest at a moment.
   *
   * @param {string | null} text As in the address.
   * @returns {boolean} Whether it says a moment.
   */
  rest(text) {
    const [, position, backwards] = text?.match(/^(\d{1,6}(?:\.\d+)?)(r?)$/) ?? [];
    if (position === undefined) return false;
    this.clock.direction = backwards ? -1 : 1;
    this.clock.seek(Number(position));
    return true;
  }

  get text() {
    const { resting, position, direction } = this.clock;
    return resting ? `${position}${direction < 0 ? BACKWARDS : ""}` : null;
  }

  /** The clock has been drawn. */
  note() {
    if (!this.name || this.text === this.said || this.waiting) return;
    const before = this.text;
    this.waiting = window.setTimeout(() => {
      this.waiting = 0;
      if (this.text === before) this.write();
      else this.note();
    }, PAUSE);
  }

  /** Bring the address up to date at once. */
  write() {
    this.said = this.text;
    hold(this.name, { path: this.path, text: this.said, follow: (text) => this.follow(text) });
  }

  /**
   * Back and forward lead to another moment.
   *
   * @param {string | null} text
   */
  follow(text) {
    this.said = text;
    if (!this.rest(text) && this.clock.resting) this.clock.play();
  }

  end() {
    window.clearTimeout(this.waiting);
    this.name = "";
  }
}
