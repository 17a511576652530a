// Axes and the map from data to pixels; a window given as (high, low) is turned round. All drawing
// is in device pixels; `dpr` scales widths.

import { powerOfTen, write } from "../shared/notation.js";

/** @import { Context, Panel } from "../shared/types.d.ts" */
/** @import { Theme } from "../shared/theme.js" */
/** @typedef {{ values: number[], step: number }} Ticks */

const NICE = [1, 2, 2.5, 5, 10];

/**
 * @param {number} from
 * @param {number} to
 * @param {number} wanted About so many.
 * @returns {Ticks}
 */
export function ticks(from, to, wanted) {
  const [low, high] = from < to ? [from, to] : [to, from];
  const raw = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (NICE.find((n) => n * power >= raw * 0.999) ?? 10) * power;
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1)
    values.push(k * step);
  return { values, step };
}

/**
 * @param {number} value
 * @param {number} step
 */
export function tickLabel(value, step) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-4)) return powerOfTen(value, 0);
  const digits = Math.max(
    0,
    Math.min(
      6,
      -Math.floor(Math.log10(step) + 1e-9) +
        (/^0*25/.test(step.toPrecision(2).replace(".", "")) ? 1 : 0),
    ),
  );
  return (Math.abs(value) < step * 1e-6 ? 0 : value).toFixed(digits).replace("-", "−");
}

export class View {
  /** @type {number} */
  x0;
  /** @type {number} */
  x1;
  /** @type {number} */
  y0;
  /** @type {number} */
  y1;

  /**
   * @param {Panel} panel
   * @param {number} width In pixels of the page, as `height`.
   * @param {number} height
   * @param {number} dpr Pixels of the canvas for each.
   */
  constructor(panel, width, height, dpr) {
    const { axes, xlabel, ylabel } = panel;
    this.dpr = dpr;
    this.width = Math.round(width * dpr);
    this.height = Math.round(height * dpr);
    const margin = axes
      ? { left: ylabel ? 50 : 34, right: 8, top: 6, bottom: xlabel ? 40 : 22 }
      : { left: 2, right: 2, top: 2, bottom: 2 };
    this.left = margin.left * dpr;
    this.top = margin.top * dpr;
    this.right = this.width - margin.right * dpr;
    this.bottom = this.height - margin.bottom * dpr;
    [this.x0, this.x1] = panel.xlim;
    [this.y0, this.y1] = panel.ylim;
    if (panel.equal) this.equalise();
    this.sx = (this.right - this.left) / (this.x1 - this.x0);
    this.sy = (this.bottom - this.top) / (this.y1 - this.y0);
  }

  // Widen the window on one side until both axes have the same scale.
  equalise() {
    const sx = (this.right - this.left) / Math.abs(this.x1 - this.x0);
    const sy = (this.bottom - this.top) / Math.abs(this.y1 - this.y0);
    if (sx > sy) {
      const extra = ((this.right - this.left) / sy / Math.abs(this.x1 - this.x0) - 1) / 2;
      [this.x0, this.x1] = [
        this.x0 - extra * (this.x1 - this.x0),
        this.x1 + extra * (this.x1 - this.x0),
      ];
    } else {
      const extra = ((this.bottom - this.top) / sx / Math.abs(this.y1 - this.y0) - 1) / 2;
      [this.y0, this.y1] = [
        this.y0 - extra * (this.y1 - this.y0),
        this.y1 + extra * (this.y1 - this.y0),
      ];
    }
  }

  /** @param {number} value */
  x(value) {
    return this.left + (value - this.x0) * this.sx;
  }

  /** @param {number} value */
  y(value) {
    return this.bottom - (value - this.y0) * this.sy;
  }

  /** @param {number} pixel */
  dataX(pixel) {
    return this.x0 + (pixel - this.left) / this.sx;
  }

  /** @param {number} pixel */
  dataY(pixel) {
    return this.y0 + (this.bottom - pixel) / this.sy;
  }

  /** @param {Context} ctx */
  clip(ctx) {
    ctx.beginPath();
    ctx.rect(this.left, this.top, this.right - this.left, this.bottom - this.top);
    ctx.clip();
  }
}

/**
 * @param {Context} ctx
 * @param {View} view
 * @param {Panel} panel
 * @param {Theme} theme
 */
export function drawAxes(ctx, view, panel, theme) {
  if (!panel.axes) return;
  const { dpr } = view;
  const xs = ticks(
    Math.min(view.x0, view.x1),
    Math.max(view.x0, view.x1),
    (view.right - view.left) / dpr / 80,
  );
  const ys = ticks(view.y0, view.y1, (view.bottom - view.top) / dpr / 55);
  ctx.save();
  ctx.lineWidth = dpr;
  ctx.strokeStyle = theme.rule;
  ctx.beginPath();
  for (const value of xs.values) {
    const x = Math.round(view.x(value)) + 0.5;
    ctx.moveTo(x, view.top);
    ctx.lineTo(x, view.bottom);
  }
  for (const value of ys.values) {
    const y = Math.round(view.y(value)) + 0.5;
    ctx.moveTo(view.left, y);
    ctx.lineTo(view.right, y);
  }
  ctx.globalAlpha = 0.55;
  ctx.stroke();
  ctx.globalAlpha = 1;
  drawLabels(ctx, view, panel, theme, xs, ys);
  ctx.restore();
}

/**
 * @param {Context} ctx
 * @param {View} view
 * @param {Panel} panel
 * @param {Theme} theme
 * @param {Ticks} xs
 * @param {Ticks} ys
 */
function drawLabels(ctx, view, panel, theme, xs, ys) {
  const { dpr } = view;
  ctx.fillStyle = theme.muted;
  ctx.font = `${11 * dpr}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  for (const value of xs.values) {
    const label = tickLabel(value, xs.step);
    const half = ctx.measureText(label).width / 2;
    const x = Math.min(Math.max(view.x(value), half), view.width - half);
    ctx.fillText(label, x, view.bottom + 6 * dpr);
  }
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const value of ys.values)
    ctx.fillText(tickLabel(value, ys.step), view.left - 6 * dpr, view.y(value));
  ctx.font = `${12 * dpr}px ${theme.font}`;
  if (panel.xlabel) {
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    write(ctx, panel.xlabel, (view.left + view.right) / 2, view.height - dpr);
  }
  if (panel.ylabel) {
    ctx.translate(dpr * 2, (view.top + view.bottom) / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    write(ctx, panel.ylabel, 0, 0);
  }
}
