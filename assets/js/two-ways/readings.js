// What is read of every frame of one side: the largest error of a bond and of an angle, stereo
// centres that have changed hands, atoms that clash. All as Python has measured them.

/** @import { Numbers } from "../shared/types.d.ts" */

/** A bond counts as right within this share of its length. */
export const TOLERANCE = 0.1;

/**
 * @typedef {object} Kind
 * @property {string} label
 * @property {string} short The same where there is little room.
 * @property {number} full What fills the curve; 0 for the most that either side reaches.
 * @property {(value: number) => string} say
 * @property {(values: number[]) => number} join Of several conformers.
 */

/** @param {number[]} values */
const most = (values) => Math.max(0, ...values);
/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {number} value */
const percent = (value) =>
  `${value < 0.0995 ? (100 * value).toFixed(1) : Math.round(100 * value)} %`;

/** @type {Kind[]} In the order of the array. */
export const KINDS = [
  { label: "Largest error of a bond", short: "Bond error", full: 1, say: percent, join: most },
  {
    label: "Largest error of an angle",
    short: "Angle error",
    full: 90,
    say: (value) => `${value < 9.95 ? value.toFixed(1) : Math.round(value)}°`,
    join: most,
  },
  {
    label: "Stereo centres flipped",
    short: "Centres flipped",
    full: 0,
    say: (value) => `${value}`,
    join: sum,
  },
  {
    label: "Pairs of atoms that clash",
    short: "Clashes",
    full: 0,
    say: (value) => `${value}`,
    join: sum,
  },
];

export class Readings {
  /**
   * @param {Numbers} table Side after side, kind after kind, frame after frame, each conformer.
   * @param {number} side 0 for coordinates, 1 for torsions.
   * @param {number} frames
   * @param {number} conformers
   */
  constructor(table, side, frames, conformers) {
    this.table = table;
    this.side = side;
    this.frames = frames;
    this.conformers = conformers;
  }

  /**
   * @param {number} kind
   * @param {number} frame
   * @param {number} conformer
   */
  at(kind, frame, conformer) {
    return this.table[((this.side * 4 + kind) * this.frames + frame) * this.conformers + conformer];
  }

  /**
   * Of some conformers together.
   *
   * @param {number} kind
   * @param {number} frame
   * @param {number[]} shown
   */
  of(kind, frame, shown) {
    return KINDS[kind].join(shown.map((k) => this.at(kind, frame, k)));
  }

  /**
   * Whether a structure is one: all bonds within 10 %, every hand as it was.
   *
   * @param {number} frame
   * @param {number} conformer
   */
  valid(frame, conformer) {
    return this.at(0, frame, conformer) <= TOLERANCE && this.at(2, frame, conformer) === 0;
  }

  /**
   * How many are.
   *
   * @param {number} frame
   */
  count(frame) {
    let found = 0;
    for (let k = 0; k < this.conformers; k += 1) if (this.valid(frame, k)) found += 1;
    return found;
  }

  /**
   * A curve through all frames in a box of 100 x 20, whose top is `full`.
   *
   * @param {number} kind
   * @param {number[]} shown
   * @param {number} full
   */
  curve(kind, shown, full) {
    const last = Math.max(1, this.frames - 1);
    const points = Array.from({ length: this.frames }, (_, frame) => {
      const share = Math.min(1, this.of(kind, frame, shown) / (full || 1));
      return `${((100 * frame) / last).toFixed(1)},${(19 - 18 * share).toFixed(1)}`;
    });
    return points.join(" ");
  }
}
