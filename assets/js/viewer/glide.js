// Live coordinates glide from what is on the screen to what has just arrived.

import { Motion } from "./torsions/torsion-motion.js";

/** @typedef {{ motion: Motion, start: number }} Glide */

const GLIDE_MS = 140;

/**
 * A glide from `xyz` (or else the end of the motion before) to the first frame of `next`; null
 * where the two do not fit.
 *
 * @param {Motion} next
 * @param {Motion | undefined} previous
 * @param {Float32Array | undefined} xyz
 * @returns {Glide | null}
 */
export function glideTo(next, previous, xyz) {
  if (!previous || previous.conformers !== next.conformers) return null;
  const pair = new Float32Array(2 * next.size);
  pair.set(xyz ?? previous.frame(previous.frames - 1));
  pair.set(next.frame(0), next.size);
  const motion = new Motion(next.rotors, pair, [2, next.conformers, next.atoms]);
  return { motion, start: performance.now() };
}

/**
 * Where it is now; null once it has arrived.
 *
 * @param {Glide | null} glide
 */
export function gliding(glide) {
  if (!glide) return null;
  const share = (performance.now() - glide.start) / GLIDE_MS;
  return share < 1 ? glide.motion.at(share) : null;
}
