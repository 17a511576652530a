// Control points of a schedule drawn by hand: time goes up from point to point, the level down.

/** @typedef {[number, number]} Point Time and level of the signal, 0 to 1. */

const [NEAR, LOWER] = [0.02, 0.002]; // the least distance of neighbours in time and in level

/**
 * @param {number} low
 * @param {number} value
 * @param {number} high
 */
const between = (low, value, high) => Math.max(low, Math.min(high, value));
/** @param {number} value */
export const rounded = (value) => Math.round(1000 * value) / 1000;

/**
 * A value between two limits; where these leave no room, what it was.
 *
 * @param {number} least
 * @param {number} value
 * @param {number} most
 * @param {number} was
 */
function within(least, value, most, was) {
  return least <= most + 1e-9 ? rounded(between(least, value, most)) : was;
}

/**
 * Where the point k comes to stand when it is moved `to` a place: after and below the one before,
 * before and above the next. Points that were typed may leave no room for that; then it stays.
 *
 * @param {Point[]} points
 * @param {number} k
 * @param {number[]} to
 * @returns {Point}
 */
export function settled(points, k, to) {
  const [before, high] = k ? points[k - 1] : [0, 1];
  const [after, low] = points[k + 1] ?? [1, -LOWER];
  const last = k === points.length - 1;
  const [time, level] = points[k];
  return [
    last ? 1 : within(before + NEAR, to[0], after - NEAR, time),
    within(low + LOWER, to[1], high - LOWER, level),
  ];
}

/**
 * The widest gap with room for one more point: the number of the point after it, -1 if none has.
 *
 * @param {Point[]} points
 */
export function widestGap(points) {
  const gaps = points.map(([time, level], k) => {
    const [before, high] = k ? points[k - 1] : [0, 1];
    return time - before < 2 * NEAR - 1e-9 || high - level < 2 * LOWER - 1e-9 ? 0 : time - before;
  });
  const widest = Math.max(...gaps);
  return widest ? gaps.indexOf(widest) : -1;
}
