// Torsions in the browser: measure them, turn bonds by them, and move smoothly between frames.
// Between two frames of one sampling run only torsions differ, so the viewer interpolates angles,
// never positions: bonds keep their lengths at every moment that is shown.

import { cross, dot } from "../../shared/vectors.js";

/** @import { Numbers, Quartet, Rotor, Vector } from "../../shared/types.d.ts" */

const TURN = 2 * Math.PI;

/** @param {number} angle */
export const wrap = (angle) => angle - TURN * Math.round(angle / TURN);

/**
 * Dihedral angle in radians of quartet [a, b, c, d]; atom i stands at xyz[offset + 3 i].
 *
 * @param {ArrayLike<number>} xyz
 * @param {number} offset
 * @param {Quartet} quartet
 */
export function dihedral(xyz, offset, [a, b, c, d]) {
  const [A, B, C, D] = [a, b, c, d].map((i) => offset + 3 * i);
  /** @type {Vector} */
  const u = [xyz[B] - xyz[A], xyz[B + 1] - xyz[A + 1], xyz[B + 2] - xyz[A + 2]];
  /** @type {Vector} */
  const v = [xyz[C] - xyz[B], xyz[C + 1] - xyz[B + 1], xyz[C + 2] - xyz[B + 2]];
  /** @type {Vector} */
  const w = [xyz[D] - xyz[C], xyz[D + 1] - xyz[C + 1], xyz[D + 2] - xyz[C + 2]];
  const left = cross(u, v);
  const right = cross(v, w);
  return Math.atan2(Math.hypot(...v) * dot(u, right), dot(left, right));
}

/**
 * Distance between two atoms, and the angle i-j-k in radians at the middle one.
 *
 * @param {ArrayLike<number>} xyz
 * @param {number} offset
 * @param {number} i
 * @param {number} j
 */
export function distance(xyz, offset, i, j) {
  const [I, J] = [offset + 3 * i, offset + 3 * j];
  return Math.hypot(xyz[I] - xyz[J], xyz[I + 1] - xyz[J + 1], xyz[I + 2] - xyz[J + 2]);
}

/**
 * @param {ArrayLike<number>} xyz
 * @param {number} offset
 * @param {[number, number, number]} atoms
 */
export function angle(xyz, offset, [i, j, k]) {
  const [I, J, K] = [i, j, k].map((atom) => offset + 3 * atom);
  /** @type {Vector} */
  const u = [xyz[I] - xyz[J], xyz[I + 1] - xyz[J + 1], xyz[I + 2] - xyz[J + 2]];
  /** @type {Vector} */
  const v = [xyz[K] - xyz[J], xyz[K + 1] - xyz[J + 1], xyz[K + 2] - xyz[J + 2]];
  return Math.atan2(Math.hypot(...cross(u, v)), dot(u, v));
}

/**
 * Turn the atoms `moving` about the axis b -> c by `angle` radians, in place.
 *
 * @param {Float32Array | Float64Array} xyz
 * @param {number} offset
 * @param {number} b
 * @param {number} c
 * @param {number[]} moving
 * @param {number} angle
 */
export function turn(xyz, offset, b, c, moving, angle) {
  const B = offset + 3 * b;
  const C = offset + 3 * c;
  let [x, y, z] = [xyz[C] - xyz[B], xyz[C + 1] - xyz[B + 1], xyz[C + 2] - xyz[B + 2]];
  const length = Math.hypot(x, y, z);
  if (!length) return;
  [x, y, z] = [x / length, y / length, z / length];
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  for (const atom of moving) {
    const i = offset + 3 * atom;
    const p = xyz[i] - xyz[B];
    const q = xyz[i + 1] - xyz[B + 1];
    const r = xyz[i + 2] - xyz[B + 2];
    const along = (x * p + y * q + z * r) * (1 - cos);
    xyz[i] = xyz[B] + p * cos + (y * r - z * q) * sin + x * along;
    xyz[i + 1] = xyz[B + 1] + q * cos + (z * p - x * r) * sin + y * along;
    xyz[i + 2] = xyz[B + 2] + r * cos + (x * q - y * p) * sin + z * along;
  }
}

// A recording of F frames of K conformers of N atoms, readable at any moment between frames.
export class Motion {
  /**
   * @param {Rotor[]} rotors
   * @param {Float32Array} data
   * @param {[number, number, number]} shape Frames, conformers, atoms.
   */
  constructor(rotors, data, [frames, conformers, atoms]) {
    this.rotors = rotors;
    this.data = data;
    this.frames = frames;
    this.conformers = conformers;
    this.atoms = atoms;
    this.size = conformers * atoms * 3;
    this.xyz = new Float32Array(this.size);
    /** @type {Map<number, Float32Array>} */
    this.deltas = new Map();
  }

  /** @param {number} i */
  frame(i) {
    return this.data.subarray(i * this.size, (i + 1) * this.size);
  }

  /**
   * How far every torsion of every conformer turns from frame i to frame i + 1.
   *
   * @param {number} i
   */
  delta(i) {
    const known = this.deltas.get(i);
    if (known) return known;
    const [now, next] = [this.frame(i), this.frame(i + 1)];
    const turns = new Float32Array(this.conformers * this.rotors.length);
    this.each((_k, m, offset, index) => {
      const { quartet } = this.rotors[m];
      turns[index] = wrap(dihedral(next, offset, quartet) - dihedral(now, offset, quartet));
    });
    this.deltas.set(i, turns);
    return turns;
  }

  /**
   * Every bond of every conformer.
   *
   * @param {(k: number, m: number, offset: number, index: number) => void} visit
   */
  each(visit) {
    for (let k = 0, index = 0; k < this.conformers; k += 1) {
      for (let m = 0; m < this.rotors.length; m += 1, index += 1) {
        visit(k, m, k * this.atoms * 3, index);
      }
    }
  }

  /**
   * Coordinates at the real position p in 0 .. F - 1; the array is reused.
   *
   * @param {number} p
   */
  at(p) {
    const i = Math.min(this.frames - 1, Math.floor(p));
    const share = p - i;
    this.xyz.set(this.frame(i));
    if (share > 1e-4 && i + 1 < this.frames) {
      const turns = this.delta(i);
      this.each((_k, m, offset, index) => {
        const { b, c, moving } = this.rotors[m];
        turn(this.xyz, offset, b, c, moving, share * turns[index]);
      });
    }
    return this.xyz;
  }
}

/**
 * The box {low, high} that a conformer fills while its bonds turn at random (always the same).
 *
 * @param {Rotor[]} rotors
 * @param {Float32Array} xyz
 * @param {number} atoms
 * @param {number} [draws]
 */
export function reach(rotors, xyz, atoms, draws = 24) {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  let state = 1;
  for (let draw = 0; draw < draws; draw += 1) {
    const turned = xyz.slice(0, 3 * atoms);
    for (const { b, c, moving } of draw ? rotors : []) {
      state = (state * 16807) % 2147483647;
      turn(turned, 0, b, c, moving, (state / 2147483647) * TURN);
    }
    turned.forEach((value, i) => {
      low[i % 3] = Math.min(low[i % 3], value);
      high[i % 3] = Math.max(high[i % 3], value);
    });
  }
  return { low, high };
}

/**
 * Numbers from whole multiples of a unit.
 *
 * @param {Numbers} values
 * @param {number} unit
 */
export function decoded(values, unit) {
  const numbers = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) numbers[i] = values[i] * unit;
  return numbers;
}
