// Which process the clock runs: the reverse one that was recorded, or the forward one, noise added
// afresh to the conformers it ended in. The server computes the forward process when it is asked.

import { button, element } from "../shared/dom.js";

/** @import { ViewerData } from "../shared/types.d.ts" */

export class Direction {
  /** @param {(forward: boolean) => void} ask */
  constructor(ask) {
    this.element = element("div", "way");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Process");
    this.reverse = button("Reverse", () => this.choose(false));
    this.forward = button("Forward", () => this.choose(true));
    this.reverse.title = "Reverse process: the model removes the noise";
    this.forward.title = "Forward process: fresh noise is added, step by step";
    this.element.append(this.reverse, this.forward);
    this.ask = ask;
  }

  /** @param {boolean} forward */
  choose(forward) {
    this.press(forward);
    this.ask(forward);
  }

  /** @param {boolean} forward */
  press(forward) {
    this.forward.setAttribute("aria-pressed", `${forward}`);
    this.reverse.setAttribute("aria-pressed", `${!forward}`);
  }

  /** @param {ViewerData} data */
  update({ recording, forward, game }) {
    this.element.hidden = !recording || Boolean(game);
    this.press(forward);
  }
}
