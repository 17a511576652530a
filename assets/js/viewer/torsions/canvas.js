// Small canvases, sharp on every screen.

import { element, pen, sharpness } from "../../shared/dom.js";

/** @import { Context } from "../../shared/types.d.ts" */

/**
 * @param {number} size Pixels of the page.
 * @param {string} className
 */
export function canvas(size, className) {
  const made = element("canvas", className);
  const dpr = sharpness();
  made.width = size * dpr;
  made.height = size * dpr;
  made.style.width = `${size}px`;
  made.style.height = `${size}px`;
  const ctx = pen(made);
  ctx.scale(dpr, dpr);
  return { element: made, ctx };
}

/**
 * A point on a circle around (middle, middle), clockwise from the top.
 *
 * @param {number} middle
 * @param {number} radius
 * @param {number} angle
 * @returns {[number, number]}
 */
export function spot(middle, radius, angle) {
  return [middle + radius * Math.sin(angle), middle - radius * Math.cos(angle)];
}

/**
 * An arrow along such a circle, from `angle` on by `turn` radians.
 *
 * @param {Context} ctx
 * @param {number} middle
 * @param {number} radius
 * @param {number} angle
 * @param {number} turn
 * @param {string} colour
 * @param {number} width
 */
export function arc(ctx, middle, radius, angle, turn, colour, width) {
  const to = angle + turn;
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(middle, middle, radius, angle - Math.PI / 2, to - Math.PI / 2, turn < 0);
  ctx.stroke();
  const [x, y] = spot(middle, radius, to);
  const along = to + (turn > 0 ? 0 : Math.PI);
  ctx.beginPath();
  for (const [forward, side] of [
    [3, 0],
    [-1, 2],
    [-1, -2],
  ]) {
    ctx.lineTo(
      x + width * (forward * Math.cos(along) - side * Math.sin(along)),
      y + width * (forward * Math.sin(along) + side * Math.cos(along)),
    );
  }
  ctx.fill();
}
