// "Copy link to this moment": stops the clock, so that the address holds the picture that is seen.

import { copied } from "../shared/copying.js";
import { element } from "../shared/dom.js";

/** @import { Clock } from "./clock.js" */
/** @import { Moment } from "./moment.js" */

const SHOWN = 4000; // milliseconds for which the answer stands

export class CopyLink {
  timer = 0;

  /**
   * @param {HTMLButtonElement} button
   * @param {Clock} clock
   * @param {Moment} moment
   */
  constructor(button, clock, moment) {
    this.button = button;
    this.clock = clock;
    this.moment = moment;
    this.answer = element("span", "answer");
    this.answer.setAttribute("role", "status");
    this.field = element("input", "address");
    this.field.readOnly = true;
    this.field.hidden = true;
    this.field.setAttribute("aria-label", "Link to this moment");
    this.field.onblur = () => this.show("");
    button.onclick = () => this.copy();
  }

  async copy() {
    this.clock.pause();
    this.moment.write();
    const done = await copied(window.location.href, this.field);
    if (!this.answer.isConnected) return;
    this.show(done ? "Link copied" : "Copy it from here:");
    this.field.hidden = done;
    window.clearTimeout(this.timer);
    if (done) this.timer = window.setTimeout(() => this.show(""), SHOWN);
  }

  /** @param {string} words */
  show(words) {
    this.answer.textContent = words;
    this.field.hidden = true;
  }
}
