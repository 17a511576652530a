// A noised chain with the arrows that a network gives its beads. The camera stands still.

import { css, onScale } from "../shared/colour.js";
import { pen, sharpness } from "../shared/dom.js";
import { normal } from "./changes.js";

/** @import { Pair, Stops } from "../shared/types.d.ts" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Kind } from "./changes.js" */
/**
 * What decides how it looks.
 *
 * @typedef {object} Look
 * @property {Kind} kind Of the change.
 * @property {number} level alpha_bar of the noise.
 * @property {number} reach Half of what is seen, in the size of clean shapes.
 * @property {Stops} scale Colours of the beads along the chain.
 * @property {Pair} colour Of the arrows.
 * @property {number} bead The one that is looked at.
 * @typedef {{ points: Float32Array, arrows: Float32Array }} Picture Places, and noise said of them.
 * @typedef {[number, number, number]} Spot Pixels right and down, and how near the eye.
 */

const EYE = [0.42, 0.24]; // radians about the vertical and above the plane
const RADIUS = 6.5; // of a bead, pixels

/**
 * Where places (3N) of the size of clean shapes are on a canvas.
 *
 * @param {Float32Array} x
 * @param {number} width
 * @param {number} height
 * @param {number} reach
 */
export function project(x, width, height, reach) {
  const unit = Math.min(width, 1.5 * height) / (2 * reach);
  const [cy, sy] = [Math.cos(EYE[0]), Math.sin(EYE[0])];
  const [cp, sp] = [Math.cos(EYE[1]), Math.sin(EYE[1])];
  /** @type {Spot[]} */
  const spots = [];
  for (let k = 0; k < x.length; k += 3) {
    const right = cy * x[k] + sy * x[k + 2];
    const depth = -sy * x[k] + cy * x[k + 2];
    const up = cp * x[k + 1] - sp * depth;
    const near = sp * x[k + 1] + cp * depth;
    spots.push([width / 2 + unit * right, height / 2 - unit * up, near]);
  }
  return spots;
}

/**
 * Noised places (3N) in the size of clean shapes.
 *
 * @param {Float32Array} x
 * @param {number} level
 */
export const scaled = (x, level) => x.map((value) => value / Math.sqrt(level));

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {number[]} order Which bead of the chain each row is.
 * @param {Look} look
 * @param {[number, number]} at Of the mirror, if there is one.
 * @param {Theme} theme
 */
export function paint(canvas, { points, arrows }, order, look, at, theme) {
  const ratio = sharpness();
  const width = canvas.clientWidth;
  const height = Math.round(Math.max(150, Math.min(250, 0.62 * width)));
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = pen(canvas);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const noise = Math.sqrt(1 - look.level);
  // An arrow leads to where the bead was, if the network is right.
  const clean = points.map((value, k) => value - noise * arrows[k]);
  const spots = project(scaled(points, look.level), width, height, look.reach);
  const ends = project(scaled(clean, look.level), width, height, look.reach);
  ctx.lineCap = ctx.lineJoin = "round";
  if (look.kind === "mirror") mirror(ctx, width, height, look.reach, at, theme);
  /** @type {number[]} Rows along the chain. */
  const along = [];
  order.forEach((bead, row) => {
    along[bead] = row;
  });
  ctx.lineWidth = 3;
  ctx.strokeStyle = theme.muted;
  ctx.globalAlpha = 0.55;
  ctx.beginPath();
  for (const row of along) ctx.lineTo(spots[row][0], spots[row][1]);
  ctx.stroke();
  ctx.globalAlpha = 1;
  const stops = look.scale[theme.dark ? 1 : 0];
  for (const row of along.toSorted((a, b) => spots[a][2] - spots[b][2])) {
    const [x, y] = spots[row];
    arrow(ctx, spots[row], ends[row], theme.colour(look.colour));
    ctx.fillStyle = css(onScale(stops, order[row] / (order.length - 1)));
    ctx.beginPath();
    ctx.arc(x, y, RADIUS, 0, 2 * Math.PI);
    ctx.fill();
    if (order[row] === look.bead) {
      ctx.strokeStyle = theme.ink;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    if (look.kind === "renumber") {
      ctx.font = `600 11px ${theme.font}`;
      ctx.fillStyle = theme.ink;
      ctx.fillText(`${row + 1}`, x + 8, y - 6);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Spot} from
 * @param {Spot} to
 * @param {string} colour
 */
function arrow(ctx, from, to, colour) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 2) return;
  const head = Math.min(8, 0.5 * length);
  const angle = Math.atan2(dy, dx);
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(from[0], from[1]);
  ctx.lineTo(to[0] - 0.6 * head * Math.cos(angle), to[1] - 0.6 * head * Math.sin(angle));
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(to[0], to[1]);
  for (const side of [-0.45, 0.45])
    ctx.lineTo(to[0] - head * Math.cos(angle + side), to[1] - head * Math.sin(angle + side));
  ctx.fill();
}

/**
 * The trace of the mirror on the plane of x and y.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} width
 * @param {number} height
 * @param {number} reach
 * @param {[number, number]} at Its angles.
 * @param {Theme} theme
 */
function mirror(ctx, width, height, reach, [a, b], theme) {
  const [u, v] = normal(a, b);
  const line = Float32Array.from([-v, u, 0, v, -u, 0], (value) => 9 * value);
  const [from, to] = project(line, width, height, reach);
  ctx.setLineDash([6, 5]);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = theme.muted;
  ctx.beginPath();
  ctx.moveTo(from[0], from[1]);
  ctx.lineTo(to[0], to[1]);
  ctx.stroke();
  ctx.setLineDash([]);
}
