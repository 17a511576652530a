// Where the camera begins: near enough to see well, far enough for every way the bonds can turn.

import { reach } from "./torsions/torsion-motion.js";

/** @import { Camera, Molecule } from "../shared/types.d.ts" */
/** @import { Motion } from "./torsions/torsion-motion.js" */
/** @import { Scene } from "./scene.js" */

export const NEAREST = 6; // Angstrom between the camera and the middle of the molecule
export const FARTHEST = 140;
const MARGIN = 0.3;
const GAP = 0.2;

/**
 * @param {Scene} scene
 * @param {Molecule} molecule
 * @param {Motion} motion
 * @returns {Camera}
 */
export function fitted(scene, molecule, motion) {
  const { low, high } = reach(molecule.rotors, motion.frame(motion.frames - 1), motion.atoms);
  const half = triple((k) => (high[k] - low[k]) / 2 + MARGIN);
  return {
    centre: triple((k) => (low[k] + high[k]) / 2),
    half,
    distance: scene.distance(...half),
    depth: Math.hypot(...half) * 1.6 + 2,
    quaternion: [0, 0, 0, 1],
  };
}

/**
 * Conformers side by side: their shifts on the screen in Angstrom and the distance that shows all,
 * in as many columns as bring the camera nearest.
 *
 * @param {Scene} scene
 * @param {Camera} camera
 * @param {number} count
 */
export function grid(scene, { half }, count) {
  const [w, h] = [2 * half[0] + GAP, 2 * half[1] + GAP];
  /** @param {number} columns */
  const far = (columns) =>
    scene.distance((columns * w) / 2, (Math.ceil(count / columns) * h) / 2, half[2]);
  const choices = Array.from({ length: count }, (_, k) => k + 1);
  const columns = choices.reduce((best, next) => (far(next) < far(best) ? next : best));
  const rows = Math.ceil(count / columns);
  const offsets = Array.from({ length: count }, (_, k) => {
    const [column, row] = [k % columns, Math.floor(k / columns)];
    return [(column - (columns - 1) / 2) * w, ((rows - 1) / 2 - row) * h];
  });
  return { offsets, distance: far(columns) };
}

/**
 * Where the camera stands, as an address says it: how the molecule is turned, and from how far away
 * it is seen.
 *
 * @param {Camera} camera
 */
export function written({ quaternion, distance }) {
  return [...quaternion, distance].join("_");
}

/**
 * Let the camera stand where an address says; whether it says so.
 *
 * @param {Camera} camera
 * @param {string} text
 */
export function seenFrom(camera, text) {
  const numbers = text.split("_").map((each) => (each ? Number(each) : Number.NaN));
  const [x, y, z, w, distance] = numbers;
  const turns = Math.abs(Math.hypot(x, y, z, w) - 1) < 0.01;
  if (numbers.length !== 5 || !turns || !(distance > 0 && distance <= FARTHEST)) return false;
  camera.quaternion = [x, y, z, w];
  camera.distance = Math.max(NEAREST, distance);
  return true;
}

/**
 * A place that an address can hold, with so few digits that nobody sees the difference.
 *
 * @param {Camera} camera
 */
export function round(camera) {
  const [x, y, z, w] = camera.quaternion.map(fine);
  camera.quaternion = [x, y, z, w];
  camera.distance = fine(camera.distance);
}

/** @param {number} value */
function fine(value) {
  return Math.round(value * 1e4) / 1e4;
}

/**
 * @param {(axis: number) => number} value
 * @returns {[number, number, number]}
 */
function triple(value) {
  return [value(0), value(1), value(2)];
}
