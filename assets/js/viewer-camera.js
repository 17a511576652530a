// Where the camera begins: near enough to see well, far enough for every way the bonds can turn.

import { reach } from "./viewer-geometry.js";

const MARGIN = 0.3;
const GAP = 0.2;

export function fitted(scene, molecule, motion) {
  const { low, high } = reach(molecule.rotors, motion.frame(motion.frames - 1), motion.atoms);
  const half = low.map((value, k) => (high[k] - value) / 2 + MARGIN);
  return {
    centre: low.map((value, k) => (value + high[k]) / 2),
    half,
    distance: scene.distance(...half),
    depth: Math.hypot(...half) * 1.6 + 2,
    quaternion: [0, 0, 0, 1],
  };
}

// Conformers side by side: their shifts on the screen in Angstrom and the distance that shows all,
// in as many columns as bring the camera nearest.
export function grid(scene, { half }, count) {
  const [w, h] = [2 * half[0] + GAP, 2 * half[1] + GAP];
  const far = (columns) => scene.distance((columns * w) / 2, (Math.ceil(count / columns) * h) / 2, half[2]);
  const choices = Array.from({ length: count }, (_, k) => k + 1);
  const columns = choices.reduce((best, next) => (far(next) < far(best) ? next : best));
  const rows = Math.ceil(count / columns);
  const offsets = Array.from({ length: count }, (_, k) => {
    const [column, row] = [k % columns, Math.floor(k / columns)];
    return [(column - (columns - 1) / 2) * w, ((rows - 1) / 2 - row) * h];
  });
  return { offsets, distance: far(columns) };
}
