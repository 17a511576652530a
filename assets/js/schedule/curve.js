// The curve through control points, as the engine has it: the monotone cubic known as PCHIP
// (Fritsch and Carlson 1980, with the slopes of Fritsch and Butland 1984).

/** @typedef {[number, number]} Point Time and level. */

/**
 * Slopes at all knots of x, y: 0 at a turn, else a weighted harmonic mean of those of both sides.
 *
 * @param {number[]} x
 * @param {number[]} y
 */
function slopes(x, y) {
  const h = x.slice(1).map((value, k) => value - x[k]);
  const m = h.map((width, k) => (y[k + 1] - y[k]) / width);
  if (m.length === 1) return [m[0], m[0]];
  const inner = m.slice(1).map((after, k) => {
    if (m[k] * after <= 0) return 0;
    const [left, right] = [h[k] + 2 * h[k + 1], 2 * h[k] + h[k + 1]];
    return (left + right) / (right / after + left / m[k]);
  });
  const last = m.length - 1;
  return [end(h[0], h[1], m[0], m[1]), ...inner, end(h[last], h[last - 1], m[last], m[last - 1])];
}

/**
 * By three points, but never so steep that the curve would turn.
 *
 * @param {number} h0 Width of the interval at the end.
 * @param {number} h1 And of the next one.
 * @param {number} m0 Their slopes.
 * @param {number} m1
 */
function end(h0, h1, m0, m1) {
  const slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
  if (slope * m0 <= 0) return 0;
  return m0 * m1 < 0 && Math.abs(slope) > 3 * Math.abs(m0) ? 3 * m0 : slope;
}

/**
 * The curve through (0, 1) and the points [[time, level], ...], as a function of time in [0, 1].
 *
 * @param {Point[]} points
 * @returns {(time: number) => number}
 */
export function curve(points) {
  const [x, y] = [
    [0, ...points.map(([time]) => time)],
    [1, ...points.map(([, level]) => level)],
  ];
  const d = slopes(x, y);
  return (time) => {
    let k = 0;
    while (k < x.length - 2 && time > x[k + 1]) k += 1;
    const h = x[k + 1] - x[k];
    const s = (time - x[k]) / h;
    return (
      y[k] * (1 + 2 * s) * (1 - s) ** 2 +
      h * d[k] * s * (1 - s) ** 2 +
      y[k + 1] * s * s * (3 - 2 * s) -
      h * d[k + 1] * s * s * (1 - s)
    );
  };
}
