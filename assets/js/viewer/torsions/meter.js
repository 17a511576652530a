// How many numbers there are and how few of them the model turns; and what stays as it was: the
// largest change of a bond length and of a bond angle in the frame that is shown.

import { added, element } from "../../shared/dom.js";
import { powerOfTen } from "../../shared/notation.js";
import { angle, distance } from "./torsion-motion.js";

/** @import { Viewer } from "../../viewer.js" */
/** @import { Bond } from "../../shared/types.d.ts" */
/** @typedef {{ lengths: number[], angles: number[] }} Sizes Of bonds and bond angles. */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "motion" | "clock" | "changes" | "hand" | "xyz" |
 *   "shown">} Host
 */

export class Meter {
  /** @type {[number, number, number][]} The atoms of every bond angle. */
  triples = [];
  /** @type {({ start: number[] } & Sizes) | null} What was measured before bonds were turned. */
  touched = null;

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.element = element("div", "meter");
    this.count = added(this.element, "span");
    this.track = added(this.element, "i");
    this.fixed = added(this.element, "span", "fixed");
  }

  // A molecule not seen before.
  meet() {
    const { molecule, motion } = this.viewer;
    const [all, turning] = [3 * motion.atoms, molecule.rotors.length];
    const angles = `${turning} torsion angle${turning === 1 ? "" : "s"}`;
    this.count.textContent = `${angles} instead of 3N = ${all} Cartesian coordinates`;
    this.track.style.setProperty("--share", `${((100 * turning) / all).toFixed(1)}%`);
    this.triples = triples(molecule.bonds, motion.atoms);
    this.element.dataset.coordinates = `${all}`;
    this.element.dataset.torsions = `${turning}`;
  }

  /**
   * Largest changes [Å, degrees] of the conformers shown at the moment shown; null if not known.
   *
   * @returns {[number, number] | null}
   */
  changes() {
    const { changes, clock, motion } = this.viewer;
    const { conformers, frames } = motion;
    if (!changes.length) return null;
    const ends = [Math.floor(clock.position), Math.ceil(clock.position)];
    /** @param {number} table */
    const worst = (table) =>
      Math.max(
        ...ends.flatMap((f) =>
          this.viewer.shown().map((k) => changes[(table * frames + f) * conformers + k]),
        ),
      );
    const [length, bend] = [worst(0), worst(1)];
    const [more, further] = this.byHand();
    return [length + more, bend + further];
  }

  /**
   * What turning by hand has changed since the bonds were first touched.
   *
   * @returns {[number, number]}
   */
  byHand() {
    const { hand, motion, xyz } = this.viewer;
    if (!hand.active) {
      this.touched = null;
      return [0, 0];
    }
    const now = this.measured(xyz, hand.conformer * motion.atoms * 3);
    if (this.touched?.start !== hand.start) this.touched = { start: hand.start, ...now };
    const { lengths, angles } = this.touched;
    return [apart(now.lengths, lengths), apart(now.angles, angles)];
  }

  /**
   * @param {Float32Array} xyz
   * @param {number} offset
   */
  measured(xyz, offset) {
    const { bonds } = this.viewer.molecule;
    return {
      lengths: bonds.map(({ atoms: [i, j] }) => distance(xyz, offset, i, j)),
      angles: this.triples.map((three) => (angle(xyz, offset, three) * 180) / Math.PI),
    };
  }

  draw() {
    const changes = this.changes();
    const { rotors } = this.viewer.molecule;
    let text = rotors.length
      ? "Turning a bond leaves all bond lengths and bond angles as they are."
      : "";
    if (changes) {
      const [length, bend] = changes.map(power);
      text =
        `Bond lengths differ from the starting structure by at most ${length}\u00a0Å, ` +
        `bond angles by at most ${bend}° (rounding).`;
      this.element.dataset.length = `${changes[0]}`;
      this.element.dataset.angle = `${changes[1]}`;
    }
    if (this.fixed.textContent !== text) this.fixed.textContent = text;
  }
}

/**
 * 2.3e-6 as "2 × 10⁻⁶".
 *
 * @param {number} value
 */
function power(value) {
  if (!(value > 0)) return "0";
  return value < 0.01 ? powerOfTen(value, 0) : value.toPrecision(1);
}

/**
 * The atoms [i, j, k] of every bond angle, j in the middle.
 *
 * @param {Bond[]} bonds
 * @param {number} atoms
 * @returns {[number, number, number][]}
 */
function triples(bonds, atoms) {
  const around = Array.from({ length: atoms }, () => /** @type {number[]} */ ([]));
  for (const {
    atoms: [i, j],
  } of bonds) {
    around[i].push(j);
    around[j].push(i);
  }
  return around.flatMap((ends, j) =>
    ends.flatMap((i, n) =>
      ends.slice(n + 1).map((k) => /** @type {[number, number, number]} */ ([i, j, k])),
    ),
  );
}

/**
 * The largest difference.
 *
 * @param {number[]} one
 * @param {number[]} other
 */
function apart(one, other) {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
}
