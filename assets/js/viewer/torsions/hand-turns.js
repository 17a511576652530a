// Turning bonds by hand: what has been turned, on top of what the clock shows.

import { turn, wrap } from "./torsion-motion.js";

/** @import { Viewer } from "../../viewer.js" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "motion" | "xyz" | "clock" | "data" | "game" |
 *   "which" | "angle" | "setMode" | "touch" | "tell">} Host
 */

const REPORT_MS = 120;

export class HandTurns {
  /** @type {Float32Array | null} How far each bond is turned, null with no conformer in hand. */
  turns = null;
  /** @type {number[]} Where the bonds stood before. */
  start = [];
  conformer = 0;
  reported = 0;
  /** @type {number | undefined} */
  timer;

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
  }

  get active() {
    return this.turns !== null;
  }

  /**
   * Start to turn conformer k; the clock stops where it is.
   *
   * @param {number} k
   */
  grab(k) {
    const { viewer } = this;
    if (this.active && k === this.conformer) return;
    viewer.clock.pause();
    this.conformer = k;
    this.start = viewer.molecule.rotors.map((_, m) => viewer.angle(m, k));
    this.turns = new Float32Array(this.start.length);
    viewer.which = k;
    if (viewer.motion.conformers > 1) viewer.setMode("one");
  }

  /**
   * Where bond m of the conformer in hand stands, also before it is drawn.
   *
   * @param {number} m
   */
  angle(m) {
    return this.start[m] + (this.turns?.[m] ?? 0);
  }

  /**
   * Turn bond m so that its angle becomes `angle` radians.
   *
   * @param {number} m
   * @param {number} angle
   */
  turnTo(m, angle) {
    const difference = angle - this.start[m];
    if (this.turns) this.turns[m] = wrap(difference);
    this.viewer.touch();
    this.report();
  }

  /** @param {Float32Array} xyz */
  apply(xyz) {
    const { turns } = this;
    if (!turns) return;
    const { molecule, motion } = this.viewer;
    const offset = this.conformer * motion.atoms * 3;
    for (const [m, { b, c, moving }] of molecule.rotors.entries()) {
      if (turns[m]) turn(xyz, offset, b, c, moving, turns[m]);
    }
  }

  // Tell the server the angles, so that it can say what they cost; now and then, and at the end.
  report() {
    clearTimeout(this.timer);
    const wait = this.reported + REPORT_MS - performance.now();
    if (wait > 0) {
      this.timer = window.setTimeout(() => this.report(), wait);
      return;
    }
    this.send();
  }

  send() {
    clearTimeout(this.timer);
    this.reported = performance.now();
    const { viewer } = this;
    if (!this.active || !viewer.xyz) return;
    viewer.tell("hand", {
      molecule: viewer.molecule.id,
      run: viewer.data.run,
      conformer: this.conformer,
      angles: viewer.molecule.rotors.map((_, m) => this.degrees(m)),
      turns: viewer.game.turns,
    });
  }

  /**
   * Where bond m stands, wrapped, to a tenth of a degree.
   *
   * @param {number} m
   */
  degrees(m) {
    return Math.round((wrap(this.angle(m)) * 1800) / Math.PI) / 10;
  }

  // Back to what the clock shows.
  release() {
    if (!this.active) return;
    this.drop();
    this.viewer.tell("hand", null);
  }

  drop() {
    clearTimeout(this.timer);
    this.turns = null;
    this.viewer.touch();
  }
}
