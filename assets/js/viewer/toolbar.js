// Buttons on the picture: how many conformers are seen, hydrogens, zoom and the first view.

import { button, element, labelled } from "../shared/dom.js";

/** @import { Viewer } from "../viewer.js" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "setMode" | "step" | "toggleHydrogens" | "toggleNumbers" | "numbers" |
 *   "zoom" | "reset" |
 *   "motion" | "mode" | "which" | "hydrogens" | "whole">} Host
 */

/**
 * @param {string} text
 * @param {string} label
 * @param {() => void} action
 */
function tool(text, label, action) {
  return labelled(button(text, action), label);
}

/** @param {...HTMLElement} buttons */
function group(...buttons) {
  const made = element("div", "group");
  made.append(...buttons);
  return made;
}

export class Toolbar {
  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.element = element("div", "tools");
    this.modes = {
      all: tool("All", "All conformers, superposed", () => viewer.setMode("all")),
      grid: tool("Grid", "All conformers side by side", () => viewer.setMode("grid")),
      one: tool("One", "One conformer at a time", () => viewer.setMode("one")),
    };
    this.before = tool("‹", "Previous conformer, lower in energy", () => viewer.step(-1));
    this.after = tool("›", "Next conformer, higher in energy", () => viewer.step(1));
    this.which = element("span", "which");
    this.choice = group(...Object.values(this.modes));
    this.stepper = group(this.before, this.which, this.after);
    this.hydrogens = tool("H", "Show all hydrogens", () => viewer.toggleHydrogens());
    this.numbers = tool("C1", "Atom numbers", () => viewer.toggleNumbers());
    this.element.append(
      this.stepper,
      this.choice,
      group(
        this.hydrogens,
        this.numbers,
        tool("+", "Zoom in", () => viewer.zoom(1.25)),
        tool("−", "Zoom out", () => viewer.zoom(0.8)),
        tool("⟲", "Reset the view", () => viewer.reset()),
        viewer.whole.button,
      ),
    );
  }

  update() {
    const { viewer } = this;
    const count = viewer.motion.conformers;
    this.choice.hidden = count < 2;
    this.stepper.hidden = count < 2 || viewer.mode !== "one";
    this.choice.style.display = count < 2 ? "none" : "";
    this.stepper.style.display = this.stepper.hidden ? "none" : "";
    this.which.textContent = `${viewer.which + 1} / ${count}`;
    this.hydrogens.setAttribute("aria-pressed", `${viewer.hydrogens}`);
    this.numbers.setAttribute("aria-pressed", `${viewer.numbers}`);
    for (const [mode, made] of Object.entries(this.modes)) {
      made.setAttribute("aria-pressed", `${mode === viewer.mode}`);
    }
  }
}
