// Words in the picture: numbers of atoms, and what each conformer of a grid is.

import { element, pen, sharpness } from "../shared/dom.js";
import { inverse, rotate } from "../shared/vectors.js";
import { plainHydrogens } from "./look.js";

/** @import { Viewer } from "../viewer.js" */
/**
 * What they need of the viewer.
 *
 * @typedef {Pick<Viewer, "data" | "molecule" | "motion" | "theme" | "mode" | "scene" | "camera" |
 *   "numbers" | "hydrogens" | "shown" | "stage">} Host
 */

const SIZE = 12;

export class Captions {
  empty = true;

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.element = element("canvas", "captions");
    this.element.setAttribute("aria-hidden", "true");
    this.ctx = pen(this.element);
  }

  draw() {
    const { numbers, mode, scene, camera, data } = this.viewer;
    const grid = mode === "grid" && data.cells.length > 0;
    if (!scene || !camera || (!numbers && !grid)) {
      this.clear();
      return;
    }
    this.clear();
    this.empty = false;
    const { ctx } = this;
    const { theme, stage } = this.viewer;
    const type = Number.parseFloat(getComputedStyle(stage).getPropertyValue("--type")) || 1;
    ctx.font = `600 ${SIZE * type}px ${theme.font}`;
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3 * type;
    ctx.strokeStyle = theme.background;
    ctx.fillStyle = theme.ink;
    if (numbers) this.atoms();
    if (grid) this.cells();
  }

  clear() {
    const { clientWidth, clientHeight } = this.viewer.stage;
    const ratio = sharpness();
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.element.width !== width || this.element.height !== height) {
      Object.assign(this.element, { width, height });
      this.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    } else if (!this.empty) {
      this.ctx.clearRect(0, 0, clientWidth, clientHeight);
    }
    this.empty = true;
  }

  /** Element and number at every atom of the first conformer that is shown. */
  atoms() {
    const { molecule, motion, scene, shown, hydrogens } = this.viewer;
    const left = hydrogens ? new Set() : plainHydrogens(molecule);
    const seen = molecule.elements.map((_, i) => i).filter((i) => !left.has(i));
    const [first] = shown.call(this.viewer);
    const points = scene?.project(seen.map((i) => first * motion.atoms + i)) ?? [];
    this.ctx.textAlign = "center";
    seen.forEach((i, row) => {
      this.write(`${molecule.elements[i]}${i + 1}`, ...points[row]);
    });
  }

  /** Number and energy below every conformer of the grid. */
  cells() {
    const { scene, camera, data } = this.viewer;
    if (!scene || !camera) return;
    const { centre, half, quaternion } = camera;
    const back = inverse(quaternion);
    const places = scene.offsets.map(([right, up]) => {
      const [x, y, z] = rotate(back, [right, up - 0.92 * half[1], 0]);
      return { x: centre[0] + x, y: centre[1] + y, z: centre[2] + z };
    });
    this.ctx.textAlign = "center";
    scene.locate(places).forEach(([x, y], k) => {
      this.write(data.cells[k] ?? "", x, y);
    });
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  write(text, x, y) {
    this.ctx.strokeText(text, x, y);
    this.ctx.fillText(text, x, y);
  }
}
