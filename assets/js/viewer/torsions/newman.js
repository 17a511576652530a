// Newman projection: one looks along the bond, the near atom is a point, the far one a circle.

import { cross, dot, minus, times, unit } from "../../shared/vectors.js";
import { canvas, spot } from "./canvas.js";

/** @import { Viewer } from "../../viewer.js" */
/** @import { Molecule, Vector } from "../../shared/types.d.ts" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "theme" | "motion" | "xyz">} Host
 */

const SIZE = 160;
const MIDDLE = SIZE / 2;
const DISC = 25;
const REACH = 52;

export class Newman {
  constructor() {
    const { element, ctx } = canvas(SIZE, "newman");
    element.setAttribute("role", "img");
    this.element = element;
    this.ctx = ctx;
  }

  /**
   * @param {Host} viewer
   * @param {number} m
   * @param {number} k
   * @param {string} colour
   */
  draw(viewer, m, k, colour) {
    const { molecule, theme, motion, xyz } = viewer;
    const { b, c, quartet, label } = molecule.rotors[m];
    /**
     * @param {number} i
     * @returns {Vector}
     */
    const at = (i) => {
      const p = 3 * (k * motion.atoms + i);
      return [xyz[p], xyz[p + 1], xyz[p + 2]];
    };
    const angle = around(at(b), at(c), at(quartet[0]));
    this.element.setAttribute("aria-label", `Newman projection along ${label}`);
    const { ctx } = this;
    ctx.clearRect(0, 0, SIZE, SIZE);
    const near = neighbours(molecule, b, c);
    const far = neighbours(molecule, c, b);
    /**
     * @param {number[]} atoms
     * @param {number} from
     */
    const paint = (atoms, from) => {
      for (const i of atoms)
        this.spoke(viewer, i, angle(at(i)), from, quartet.includes(i) ? colour : null);
    };
    paint(far, DISC);
    ctx.beginPath();
    ctx.arc(MIDDLE, MIDDLE, DISC, 0, 2 * Math.PI);
    ctx.fillStyle = theme.background;
    ctx.fill();
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    paint(near, 0);
  }

  /**
   * @param {Host} viewer
   * @param {number} i
   * @param {number} angle
   * @param {number} from
   * @param {string | null} colour
   */
  spoke({ molecule, theme }, i, angle, from, colour) {
    const { ctx } = this;
    const element = molecule.elements[i];
    ctx.beginPath();
    ctx.moveTo(...spot(MIDDLE, from, angle));
    ctx.lineTo(...spot(MIDDLE, REACH, angle));
    ctx.strokeStyle = colour ?? theme.ink;
    ctx.lineWidth = colour ? 4 : 2;
    ctx.globalAlpha = colour ? 1 : 0.6;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.ink;
    ctx.font = `600 12px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(`${element}${i + 1}`, ...spot(MIDDLE, REACH + 13, angle));
  }
}

/**
 * @param {Molecule} molecule
 * @param {number} atom
 * @param {number} but
 */
function neighbours(molecule, atom, but) {
  return molecule.bonds
    .filter(({ atoms }) => atoms.includes(atom) && !atoms.includes(but))
    .map(({ atoms: [i, j] }) => (i === atom ? j : i));
}

/**
 * Angles about the axis b -> c, clockwise as seen from b towards c, zero at the point `zero`.
 *
 * @param {Vector} b
 * @param {Vector} c
 * @param {Vector} zero
 */
function around(b, c, zero) {
  const axis = unit(minus(c, b));
  /** @param {Vector} p */
  const across = (p) => {
    const v = minus(p, b);
    return minus(v, times(axis, dot(v, axis)));
  };
  const up = unit(across(zero));
  const right = cross(axis, up);
  return (/** @type {Vector} */ p) => Math.atan2(dot(across(p), right), dot(across(p), up));
}
