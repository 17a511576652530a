// Newman projection: one looks along the bond, the near atom is a point, the far one a circle.

import { element } from "../../shared/dom.js";
import { cross, dot, minus, times, unit } from "../../shared/vectors.js";
import { arc, canvas, spot } from "./canvas.js";
import { degrees } from "./dials.js";

/** @import { Viewer } from "../../viewer.js" */
/** @import { Theme } from "../../shared/theme.js" */
/** @import { Molecule, Vector } from "../../shared/types.d.ts" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "theme" | "motion" | "xyz">} Host
 */

const SIZE = 168;
const MIDDLE = SIZE / 2;
const DISC = 25;
const REACH = 52;
const ARC = 37;
const APART = 0.46; // radians between the labels of two atoms, at least

/** @typedef {{ atom: number, angle: number, from: number, ours: boolean }} Spoke */

export class Newman {
  constructor() {
    const { element: face, ctx } = canvas(SIZE, "");
    this.element = element("figure", "newman");
    this.legend = element("figcaption");
    this.element.append(face, this.legend);
    face.setAttribute("role", "img");
    this.face = face;
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
    this.face.setAttribute("aria-label", `Newman projection along ${label}`);
    /**
     * @param {number} atom
     * @param {number} other
     * @param {number} from
     * @returns {Spoke[]}
     */
    const spokes = (atom, other, from) =>
      neighbours(molecule, atom, other).map((i) => {
        return { atom: i, angle: angle(at(i)), from, ours: quartet.includes(i) };
      });
    const [near, far] = [spokes(b, c, 0), spokes(c, b, DISC)];
    const { ctx } = this;
    ctx.clearRect(0, 0, SIZE, SIZE);
    for (const spoke of far) this.spoke(theme, spoke, colour);
    ctx.beginPath();
    ctx.arc(MIDDLE, MIDDLE, DISC, 0, 2 * Math.PI);
    ctx.fillStyle = theme.background;
    ctx.fill();
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    for (const spoke of near) this.spoke(theme, spoke, colour);
    const turn = angle(at(quartet[3]));
    if (Math.abs(turn) > 0.15) arc(ctx, MIDDLE, ARC, 0, turn, theme.ink, 1.2);
    this.labels(viewer, [...near, ...far]);
    this.say(viewer, m, turn);
  }

  /**
   * Which atoms the angle is measured by, read from the end of the lower number.
   *
   * @param {Host} viewer
   * @param {number} m
   * @param {number} turn
   */
  say({ molecule }, m, turn) {
    const { quartet, name } = molecule.rotors[m];
    const [a, , , d] = quartet;
    const read = a < d ? quartet : [...quartet].reverse();
    const atoms = read.map((i) => `${molecule.elements[i]}${i + 1}`).join(", ");
    const text = `${name || "φ"}(${atoms}) = ${degrees(turn)}`;
    if (this.legend.textContent !== text) this.legend.textContent = text;
  }

  /**
   * @param {Theme} theme
   * @param {Spoke} spoke
   * @param {string} colour
   */
  spoke(theme, { angle, from, ours }, colour) {
    const { ctx } = this;
    ctx.beginPath();
    ctx.moveTo(...spot(MIDDLE, from, angle));
    ctx.lineTo(...spot(MIDDLE, REACH, angle));
    ctx.strokeStyle = ours ? colour : theme.ink;
    ctx.lineWidth = ours ? 4 : 2;
    ctx.globalAlpha = ours ? 1 : 0.6;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  /**
   * The atoms at the ends of the spokes; where two nearly cover each other, side by side.
   *
   * @param {Host} viewer
   * @param {Spoke[]} spokes
   */
  labels({ molecule, theme }, spokes) {
    const { ctx } = this;
    ctx.fillStyle = theme.ink;
    ctx.font = `600 12px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const angles = spread(
      spokes.map(({ angle }) => angle),
      APART,
    );
    spokes.forEach(({ atom }, i) => {
      const text = `${molecule.elements[atom]}${atom + 1}`;
      ctx.fillText(text, ...spot(MIDDLE, REACH + 15, angles[i]));
    });
  }
}

/**
 * Angles on the circle moved as little as needed until no two are nearer than `apart`, in radians.
 *
 * @param {number[]} angles
 * @param {number} apart
 */
export function spread(angles, apart) {
  const found = [...angles];
  const order = found.map((_, i) => i).sort((i, j) => found[i] - found[j]);
  for (let round = 0; round < 40; round += 1) {
    order.forEach((i, place) => {
      const j = order[(place + 1) % order.length];
      if (i === j) return;
      const gap = found[j] - found[i] + (place === order.length - 1 ? 2 * Math.PI : 0);
      const short = (apart - gap) / 2;
      if (short <= 0) return;
      found[i] -= short;
      found[j] += short;
    });
  }
  return found;
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
