// The moment at which a clock rests, in the address of the page: a link to it opens at that very
// picture. While the clock plays the address says nothing of it.

import { Held } from "../shared/address.js";

/** @import { Clock } from "./clock.js" */

const BACKWARDS = "r";

export class Moment {
  /** @type {Held | null} None in a file, and until there is something to rest at. */
  held = null;

  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /**
   * @param {string} [name] Of the parameter; a clock without one is in no address.
   * @returns {boolean} Whether the address holds a moment, at which the clock now rests.
   */
  open(name) {
    if (!name) return false;
    this.held = new Held(
      name,
      () => this.text,
      (text) => this.follow(text),
    );
    const rests = this.rest(this.held.text);
    if (rests) this.held.write();
    return rests;
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
    this.held?.note();
  }

  /** Bring the address up to date at once. */
  write() {
    this.held?.write();
  }

  /** @param {string | null} text */
  follow(text) {
    if (!this.rest(text) && this.clock.resting) this.clock.play();
  }

  end() {
    this.held?.end();
  }
}
