// A recording in which every atom may move: between two frames atoms go straight. Where torsions
// alone differ, `Motion` turns bonds instead.

import { Motion } from "../viewer/torsions/torsion-motion.js";

export class LinearMotion extends Motion {
  /**
   * @param {Float32Array} data
   * @param {[number, number, number]} shape Frames, conformers, atoms.
   */
  constructor(data, shape) {
    super([], data, shape);
  }

  /**
   * Coordinates at the real position p in 0 .. F - 1; the array is reused.
   *
   * @param {number} p
   */
  at(p) {
    const i = Math.min(this.frames - 1, Math.floor(p));
    const share = p - i;
    const now = this.frame(i);
    if (share < 1e-4 || i + 1 >= this.frames) {
      this.xyz.set(now);
      return this.xyz;
    }
    const next = this.frame(i + 1);
    for (let k = 0; k < this.size; k += 1) this.xyz[k] = now[k] + share * (next[k] - now[k]);
    return this.xyz;
  }
}
