// Geometry of torsions: turning a bond moves nothing but its torsion.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  angle,
  dihedral,
  distance,
  Motion,
  turn,
  wrap,
} from "../../assets/js/viewer/torsions/torsion-motion.js";

// A zigzag of five atoms with two rotatable bonds.
const CHAIN = Float64Array.of(0, 0, 0, 1.5, 0.1, 0, 2, 1.5, 0.2, 3.5, 1.6, 0.1, 4, 3, 0.6);
const ROTORS = [
  { b: 1, c: 2, moving: [3, 4], quartet: [0, 1, 2, 3] },
  { b: 2, c: 3, moving: [4], quartet: [1, 2, 3, 4] },
];
const near = (one, other, tolerance = 1e-9) =>
  assert.ok(Math.abs(one - other) <= tolerance, `${one} is not ${other}`);
/** All numbers of one list, to those of another. */
const alike = (ones, others, tolerance) => {
  assert.equal(ones.length, others.length);
  for (const [k, one] of ones.entries()) near(one, others[k], tolerance);
};
const bonds = (xyz) => [0, 1, 2, 3].map((i) => distance(xyz, 0, i, i + 1));
const angles = (xyz) => [0, 1, 2].map((i) => angle(xyz, 0, [i, i + 1, i + 2]));

test("a dihedral has its sign: positive is clockwise along the bond (IUPAC)", () => {
  const right = [0, 1, 0, 0, 0, 0, 0, 0, 1, -1, 0, 1];
  const left = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1];
  near(dihedral(right, 0, [0, 1, 2, 3]), Math.PI / 2);
  near(dihedral(left, 0, [0, 1, 2, 3]), -Math.PI / 2);
});

test("a turn changes its own torsion by its angle, and no length, no bond angle", () => {
  const xyz = CHAIN.slice();
  const before = ROTORS.map(({ quartet }) => dihedral(xyz, 0, quartet));
  const { b, c, moving } = ROTORS[0];
  turn(xyz, 0, b, c, moving, 0.7);
  near(wrap(dihedral(xyz, 0, ROTORS[0].quartet) - before[0]), 0.7);
  near(dihedral(xyz, 0, ROTORS[1].quartet), before[1]);
  alike(bonds(xyz), bonds(CHAIN));
  alike(angles(xyz), angles(CHAIN));
});

test("a turn by 2 pi is none", () => {
  const xyz = CHAIN.slice();
  const { b, c, moving } = ROTORS[0];
  turn(xyz, 0, b, c, moving, 2 * Math.PI);
  alike(xyz, CHAIN);
});

test("between two frames lengths stay, and the torsion turns the short way", () => {
  const data = new Float32Array(30);
  data.set(CHAIN);
  const later = CHAIN.slice();
  turn(later, 0, 1, 2, [3, 4], 2.5);
  turn(later, 0, 2, 3, [4], -2.8);
  data.set(later, 15);
  const motion = new Motion(ROTORS, data, [2, 1, 5]);
  const starts = ROTORS.map(({ quartet }) => dihedral(data, 0, quartet));
  for (const share of [0, 0.25, 0.5, 0.9]) {
    const xyz = motion.at(share);
    alike(bonds(xyz), bonds(CHAIN), 1e-5);
    const turned = ROTORS.map(({ quartet }, m) => wrap(dihedral(xyz, 0, quartet) - starts[m]));
    alike(turned, [2.5 * share, -2.8 * share], 1e-4);
  }
  assert.deepEqual([...motion.at(1)], [...motion.frame(1)]);
});
