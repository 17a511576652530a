// Colours as "#rrggbb" and as [r, g, b], blends between them, and scales of many.

/** @import { Rgb } from "./types.d.ts" */

/**
 * @param {string} hex "#rrggbb".
 * @returns {Rgb}
 */
export function rgb(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return [r, g, b];
}

/** @param {ArrayLike<number>} colour The first three are red, green and blue. */
export function hex(colour) {
  const parts = [colour[0], colour[1], colour[2]];
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** @param {Rgb} colour */
export const css = (colour) => `rgb(${colour[0]} ${colour[1]} ${colour[2]})`;

/**
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} share Of `to`, 0 to 1.
 * @returns {Rgb}
 */
export function blend(from, to, share) {
  const [r, g, b] = from.map((value, k) => Math.round(value + (to[k] - value) * share));
  return [r, g, b];
}

/**
 * The same for "#rrggbb".
 *
 * @param {string} from
 * @param {string} to
 * @param {number} share
 */
export const mixed = (from, to, share) => hex(blend(rgb(from), rgb(to), share));

/**
 * The colour at a share of a scale of evenly spaced stops.
 *
 * @param {string[]} stops
 * @param {number} share What lies outside 0 to 1 takes the colour of the end.
 */
export function onScale(stops, share) {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return blend(rgb(stops[low]), rgb(stops[low + 1]), at - low);
}

/**
 * So many colours of a scale, from end to end.
 *
 * @param {string[]} stops
 * @param {number} size
 */
export function lookup(stops, size) {
  return Array.from({ length: size }, (_, k) => onScale(stops, k / (size - 1)));
}

/**
 * Whether a background is dark, by its luma (ITU-R BT.601).
 *
 * @param {string} hex
 */
export function isDark(hex) {
  const [r, g, b] = rgb(hex);
  return 0.3 * r + 0.59 * g + 0.11 * b < 128;
}
