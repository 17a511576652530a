// Turning bonds by hand: what the reader has turned, on top of what the clock shows.

import { turn } from "./viewer-geometry.js";

const REPORT_MS = 120;
const TURN = 2 * Math.PI;

export class Hand {
  // viewer: molecule, motion, xyz, clock, which, setMode, touch, tell(name, value).
  constructor(viewer) {
    this.viewer = viewer;
    this.turns = null;
    this.reported = 0;
  }

  get active() {
    return this.turns !== null;
  }

  // Take hold of conformer k; the clock stops where it is.
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

  // Where bond m of the conformer in hand stands, also before it is drawn.
  angle(m) {
    return this.start[m] + this.turns[m];
  }

  // Turn bond m so that its angle becomes `angle` radians.
  turnTo(m, angle) {
    const difference = angle - this.start[m];
    this.turns[m] = difference - TURN * Math.round(difference / TURN);
    this.viewer.touch();
    this.report();
  }

  apply(xyz) {
    if (!this.active) return;
    const { molecule, motion } = this.viewer;
    const offset = this.conformer * motion.atoms * 3;
    molecule.rotors.forEach(({ b, c, moving }, m) => {
      if (this.turns[m]) turn(xyz, offset, b, c, moving, this.turns[m]);
    });
  }

  // Tell the server the angles, so that it can say what they cost; now and then, and at the end.
  report() {
    clearTimeout(this.timer);
    const wait = this.reported + REPORT_MS - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.report(), wait);
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

  // Where bond m stands, wrapped, to a tenth of a degree.
  degrees(m) {
    const angle = this.angle(m) - TURN * Math.round(this.angle(m) / TURN);
    return Math.round((angle * 1800) / Math.PI) / 10;
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
