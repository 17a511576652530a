// Strokes of a brush as text and as points. The same text gives the same points in Python
// (engine/data/own/drawing.py).

/**
 * @typedef {[number, number]} Corner On the grid.
 * @typedef {{ width: number, density: number, corners: Corner[] }} Stroke
 */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
export const GRID = 1023;
const WIDTH_UNIT = 1 / 250;
const DENSITY_UNIT = 10;
const DAB = 0.25;
const FARTHEST = 31;

/** @param {Stroke[]} strokes */
export function encode(strokes) {
  return strokes
    .map(({ width, density, corners }) => {
      const [[x, y]] = corners;
      const values = [width, density, x >> 6, x & 63, y >> 6, y & 63];
      for (let k = 1; k < corners.length; k += 1) {
        values.push(corners[k][0] - corners[k - 1][0] + 32, corners[k][1] - corners[k - 1][1] + 32);
      }
      return values.map((value) => LETTERS[value]).join("");
    })
    .join(".");
}

/**
 * @param {string} text
 * @returns {Stroke[]}
 */
export function decode(text) {
  return (text ? text.split(".") : []).map((part) => {
    const [width, density, a, b, c, d, ...ways] = [...part].map((letter) =>
      LETTERS.indexOf(letter),
    );
    /** @type {Corner[]} */
    const corners = [[64 * a + b, 64 * c + d]];
    for (let k = 0; k < ways.length; k += 2) {
      const [x, y] = corners[corners.length - 1];
      corners.push([x + ways[k] - 32, y + ways[k + 1] - 32]);
    }
    return { width, density, corners };
  });
}

/**
 * The nearest corner of the grid.
 *
 * @param {[number, number]} place
 * @returns {Corner}
 */
export function inside(place) {
  const [x, y] = place.map((value) => Math.min(GRID, Math.max(0, Math.round(value))));
  return [x, y];
}

/**
 * Go to a corner, by several if the way is long.
 *
 * @param {Corner[]} corners
 * @param {Corner} to
 */
export function extend(corners, to) {
  const [x, y] = corners[corners.length - 1];
  const parts = Math.max(
    1,
    Math.ceil(Math.max(Math.abs(to[0] - x), Math.abs(to[1] - y)) / FARTHEST),
  );
  for (let k = 1; k <= parts; k += 1) {
    corners.push([
      Math.round(x + ((to[0] - x) * k) / parts),
      Math.round(y + ((to[1] - y) * k) / parts),
    ]);
  }
}

/** @param {number} value */
function hash(value) {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * The points of a stroke, x and y in turn, in canvas units.
 *
 * @param {Stroke} stroke
 * @param {number} index
 */
export function spray({ width, density, corners }, index) {
  const path = corners.map((corner) => corner.map((value) => value * (2 / GRID) - 1));
  const ends = [0];
  for (let k = 1; k < path.length; k += 1) {
    ends.push(ends[k - 1] + Math.hypot(path[k][0] - path[k - 1][0], path[k][1] - path[k - 1][1]));
  }
  const length = ends[ends.length - 1];
  const perUnit = density * DENSITY_UNIT;
  const count = Math.trunc(Math.max(length, DAB) * perUnit);
  const found = new Float64Array(2 * count);
  for (let k = 0, at = 1; k < count; k += 1) {
    const along = Math.min(length, (k + 0.5) / perUnit);
    while (at < ends.length - 1 && ends[at] < along) at += 1;
    const from = Math.max(0, at - 1);
    const to = Math.min(at, path.length - 1);
    const share = ends[to] > ends[from] ? (along - ends[from]) / (ends[to] - ends[from]) : 0;
    const u = (hash((index << 20) + 2 * k) + 0.5) / 2 ** 32;
    const w = (hash((index << 20) + 2 * k + 1) + 0.5) / 2 ** 32;
    const radius = width * WIDTH_UNIT * Math.sqrt(-2 * Math.log(u));
    found[2 * k] =
      path[from][0] + share * (path[to][0] - path[from][0]) + radius * Math.cos(2 * Math.PI * w);
    found[2 * k + 1] =
      path[from][1] + share * (path[to][1] - path[from][1]) + radius * Math.sin(2 * Math.PI * w);
  }
  return found;
}
