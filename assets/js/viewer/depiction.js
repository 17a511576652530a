// The flat drawing beside the picture in space: same colours, same bonds under the pointer.

import { drawn, element } from "../shared/dom.js";

/** @import { Viewer } from "../viewer.js" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "theme" | "selected" | "hovered" | "bond" | "mark" |
 *   "choose" | "numbers">} Host
 */

export class Depiction {
  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /** @type {SVGElement[][]} The strokes of every bond. */
    this.parts = [];
    this.element = element("div", "depiction");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Structural formula; click a bond to select it");
  }

  // Draw the molecule anew; the drawing is { svg, lines: { bond: [x1, y1, x2, y2] } }.
  build() {
    const { molecule, theme } = this.viewer;
    const { svg, lines, atoms } = molecule.depiction;
    this.element.innerHTML = svg;
    const root = this.element.querySelector("svg");
    if (!root) return;
    root.removeAttribute("width");
    root.removeAttribute("height");
    this.parts = molecule.bonds.map((_, bond) => strokes(root, bond));
    for (const { bond, colour } of molecule.rotors) {
      for (const path of this.parts[bond]) path.style.stroke = theme.colour(colour);
    }
    const numbers = drawn(root, "g", { class: "numbers" });
    for (const [atom, [x, y, dx, dy]] of Object.entries(atoms)) {
      const at = { x: x + 13 * dx, y: y + 13 * dy + 3 };
      drawn(numbers, "text", at).textContent = `${Number(atom) + 1}`;
    }
    for (const [bond, line] of Object.entries(lines)) this.target(root, Number(bond), line);
    this.mark();
  }

  /**
   * A wide invisible line, so that a bond is easy to hit.
   *
   * @param {SVGSVGElement} root
   * @param {number} bond
   * @param {[number, number, number, number]} line
   */
  target(root, bond, [x1, y1, x2, y2]) {
    const line = drawn(root, "line", { x1, y1, x2, y2, class: "target", "data-bond": bond });
    const { viewer } = this;
    line.onpointerenter = (event) => event.pointerType === "mouse" && viewer.mark(bond);
    line.onpointerleave = () => viewer.mark(null);
    line.onclick = (event) => viewer.choose(bond, event);
    const { label, text } = viewer.molecule.bonds[bond];
    drawn(line, "title", {}).textContent = `${label}: ${text}`;
  }

  mark() {
    this.element.classList.toggle("numbered", this.viewer.numbers);
    const { bond: panel, molecule, selected, hovered } = this.viewer;
    for (const [bond, paths] of this.parts.entries()) {
      const usual = molecule.bonds[bond].rotor === null ? 2 : 4;
      const second = bond === hovered || bond === panel.partner;
      const width = bond === selected ? 7 : second ? 5.5 : usual;
      for (const path of paths) path.style.strokeWidth = `${width}px`;
    }
  }
}

/**
 * @param {SVGSVGElement} root
 * @param {number} bond
 * @returns {SVGElement[]}
 */
function strokes(root, bond) {
  return [...root.querySelectorAll(/** @type {"path"} */ (`.bond-${bond}`))];
}
