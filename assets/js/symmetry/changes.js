// Ways to change an input: an orthogonal matrix, a shift and an order of the rows, from the two
// numbers that a hand moves.

/**
 * @typedef {{ matrix: number[][], shift: number[], order: number[] }} Change
 * @typedef {"rotate" | "shift" | "mirror" | "renumber"} Kind
 */

export const DEGREE = Math.PI / 180;
const SAME = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** What each begins with: two angles in degrees, two lengths, or the number of a shuffle. */
export const FIRST = /** @type {Record<Kind, [number, number]>} */ ({
  rotate: [0, 0],
  shift: [0, 0],
  mirror: [60, 0],
  renumber: [1, 0],
});

/** What a pixel of a drag adds to the two numbers. */
export const PACE = { rotate: 0.6, shift: 0.012, mirror: 0.6, renumber: 0.03 };

/**
 * The normal of a mirror whose angles are a and b.
 *
 * @param {number} a Degrees in the plane of the screen.
 * @param {number} b Degrees towards the eye.
 */
export function normal(a, b) {
  const [p, q] = [a * DEGREE, b * DEGREE];
  return [Math.cos(p) * Math.cos(q), Math.sin(p) * Math.cos(q), Math.sin(q)];
}

/**
 * The change of a kind, for n beads.
 *
 * @param {Kind} kind
 * @param {number} a
 * @param {number} b
 * @param {number} n
 * @returns {Change}
 */
export function change(kind, a, b, n) {
  const order = Array.from({ length: n }, (_, k) => k);
  if (kind === "shift") return { matrix: SAME, shift: [a, b, 0], order };
  if (kind === "renumber") return { matrix: SAME, shift: [0, 0, 0], order: shuffled(order, a) };
  if (kind === "mirror") {
    const u = normal(a, b);
    const matrix = SAME.map((row, i) => row.map((one, j) => one - 2 * u[i] * u[j]));
    return { matrix, shift: [0, 0, 0], order };
  }
  const [ca, sa] = [Math.cos(a * DEGREE), Math.sin(a * DEGREE)];
  const [cb, sb] = [Math.cos(b * DEGREE), Math.sin(b * DEGREE)];
  const matrix = [
    [ca, 0, sa],
    [sb * sa, cb, -sb * ca],
    [-cb * sa, sb, cb * ca],
  ];
  return { matrix, shift: [0, 0, 0], order };
}

/**
 * An order by its number; that of 0 is the one that was.
 *
 * @param {number[]} order
 * @param {number} number
 */
function shuffled(order, number) {
  const found = [...order];
  let state = Math.abs(Math.round(number)) * 2654435761;
  for (let k = found.length - 1; k > 0 && Math.round(number) !== 0; k -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (k + 1);
    [found[k], found[other]] = [found[other], found[k]];
  }
  return found;
}

/**
 * Places (3N) or differences of them (3N), changed.
 *
 * @param {Change} change
 * @param {ArrayLike<number>} x
 * @param {boolean} places Whether a shift moves them.
 */
export function changed({ matrix, shift, order }, x, places) {
  const out = new Float32Array(x.length);
  order.forEach((from, to) => {
    for (let k = 0; k < 3; k += 1) {
      let sum = places ? shift[k] : 0;
      for (let l = 0; l < 3; l += 1) sum += matrix[k][l] * x[3 * from + l];
      out[3 * to + k] = sum;
    }
  });
  return out;
}

/**
 * |a - b| / |b|.
 *
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function difference(a, b) {
  let [gap, size] = [0, 0];
  for (let k = 0; k < a.length; k += 1) {
    gap += (a[k] - b[k]) ** 2;
    size += b[k] ** 2;
  }
  return Math.sqrt(gap / (size || 1));
}
