// What all layers share: numbers between two keyframes, and numbers as levels of a scale.

/** @import { Frame, Numbers, Values } from "../../shared/types.d.ts" */

export const LEVELS = 48; // colours that a scale is cut into

/**
 * Where the numbers of a moment stand in an array: from `a` and from `b`, mixed by `f`.
 *
 * @param {Values} array
 * @param {Frame} frame
 * @param {number} stride Numbers a frame.
 */
export function mix(array, frame, stride) {
  const still = array.shape[0] === 1;
  return {
    a: still ? 0 : frame.i * stride,
    b: still ? 0 : frame.j * stride,
    f: still ? 0 : frame.f,
  };
}

/**
 * How far a layer has faded into noise at this frame, 0 to 1.
 *
 * @param {Values | null} fade
 * @param {Frame} frame
 */
export function faded(fade, frame) {
  if (!fade) return 0;
  const { a, b, f } = mix(fade, frame, 1);
  return fade.data[a] + (fade.data[b] - fade.data[a]) * f;
}

/**
 * The least and the largest of some numbers.
 *
 * @param {Numbers} values
 * @returns {[number, number]}
 */
export function range(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

/**
 * Numbers as levels 0 to size - 1, from the least to the largest.
 *
 * @param {Numbers} values
 * @param {number} size
 */
export function levels(values, size) {
  const [low, high] = range(values);
  const span = high > low ? high - low : 1;
  return Uint8Array.from(values, (v) => Math.round(((v - low) / span) * (size - 1)));
}

/**
 * How much of the film has passed, 0 to 1.
 *
 * @param {Frame} frame
 */
export function passed({ i, f, frames }) {
  return frames > 1 ? (i + f) / (frames - 1) : 0;
}
