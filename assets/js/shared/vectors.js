// Vectors of space and the quaternions that turn them.

/** @import { Quaternion, Vector } from "./types.d.ts" */

/**
 * @param {Vector} a
 * @param {Vector} b
 */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/**
 * @param {Vector} a
 * @param {Vector} b
 * @returns {Vector}
 */
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/**
 * @param {Vector} a
 * @param {Vector} b
 * @returns {Vector}
 */
export const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/**
 * @param {Vector} a
 * @param {number} factor
 * @returns {Vector}
 */
export const times = (a, factor) => [a[0] * factor, a[1] * factor, a[2] * factor];

/**
 * The same direction with length 1; what has no length keeps none.
 *
 * @param {Vector} a
 */
export const unit = (a) => times(a, 1 / (Math.hypot(...a) || 1));

/**
 * The turn that makes the second turn first, then the first.
 *
 * @param {Quaternion} one
 * @param {Quaternion} two
 * @returns {Quaternion}
 */
export function multiply([a, b, c, d], [e, f, g, h]) {
  return [
    d * e + a * h + b * g - c * f,
    d * f - a * g + b * h + c * e,
    d * g + a * f - b * e + c * h,
    d * h - a * e - b * f - c * g,
  ];
}

/**
 * The turn by `angle` radians about an axis of length 1.
 *
 * @param {Vector} axis
 * @param {number} angle
 * @returns {Quaternion}
 */
export function about([x, y, z], angle) {
  const sin = Math.sin(angle / 2);
  return [x * sin, y * sin, z * sin, Math.cos(angle / 2)];
}

/**
 * A vector, turned.
 *
 * @param {Quaternion} turn
 * @param {Vector} v
 * @returns {Vector}
 */
export function rotate([x, y, z, w], v) {
  const t = times(cross([x, y, z], v), 2);
  const u = cross([x, y, z], t);
  return [v[0] + w * t[0] + u[0], v[1] + w * t[1] + u[1], v[2] + w * t[2] + u[2]];
}

/**
 * The turn back.
 *
 * @param {Quaternion} turn
 * @returns {Quaternion}
 */
export const inverse = ([x, y, z, w]) => [-x, -y, -z, w];

/**
 * @param {Quaternion} turn
 * @returns {Quaternion}
 */
export function normalised([x, y, z, w]) {
  const length = Math.hypot(x, y, z, w);
  return [x / length, y / length, z / length, w / length];
}
