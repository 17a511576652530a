// Flat layers: points, histograms, lines and paths over time.

import { blend, lookup, rgb } from "../../shared/colour.js";
import { hiddenCanvas } from "../../shared/dom.js";
import { faded, LEVELS, levels, mix, passed } from "./frames.js";
import { Splat } from "./splat.js";

/** @import { BarsLayer, Context, CurveLayer, LineLayer } from "../../shared/types.d.ts" */
/** @import { Moment, Numbers } from "../../shared/types.d.ts" */
/** @import { PathsLayer, PointsLayer, Rgb, Setting } from "../../shared/types.d.ts" */
/** @import { Theme } from "../../shared/theme.js" */
/** @import { View } from "../axes.js" */

export class Points {
  /** @type {Splat} */
  splat;

  /** @param {PointsLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = spec.xy.shape[0] === 1;
    this.level = spec.c ? levels(spec.c.data, LEVELS) : null;
  }

  /**
   * On dark, points of one colour add up like light; many colours would only add up to white.
   *
   * @param {Setting} setting
   */
  prepare({ view, theme }) {
    const { spec } = this;
    const colours = spec.c
      ? lookup(theme.scale(spec.scale), LEVELS)
      : [rgb(theme.colour(spec.colour))];
    const [wide, tall] = [view.right - view.left, view.bottom - view.top].map(Math.round);
    /** @type {Rgb | null} */
    const core = theme.dark ? [255, 255, 255] : null;
    this.splat = new Splat(wide, tall, spec.size * view.dpr, spec.alpha, colours, core);
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme }) {
    const { spec, splat } = this;
    if (spec.fade)
      splat.tint(blend(rgb(theme.colour(spec.colour)), rgb(theme.noise), faded(spec.fade, frame)));
    const count = spec.xy.shape[1];
    const { a, b, f } = mix(spec.xy, frame, count * 2);
    const map = {
      sx: view.sx,
      sy: view.sy,
      ox: -view.x0 * view.sx,
      oy: view.bottom - view.top + view.y0 * view.sy,
    };
    splat.clear();
    splat.add(spec.xy.data, count, a, b, f, map, this.level);
    splat.paint(ctx, Math.round(view.left), Math.round(view.top));
  }
}

// All paths are drawn once, faint and solid; a frame only clips between the two pictures.
export class Paths {
  /** @type {OffscreenCanvas} */
  past;
  /** @type {OffscreenCanvas} */
  future;

  /** @param {PathsLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = false;
    this.seeks = true;
  }

  /** @param {Setting} setting */
  prepare({ view, theme }) {
    const { spec } = this;
    /** @param {number} alpha */
    const picture = (alpha) => {
      const { canvas, ctx } = hiddenCanvas(view.width, view.height);
      ctx.strokeStyle = theme.colour(spec.colour);
      ctx.globalAlpha = alpha;
      ctx.lineWidth = spec.width * view.dpr;
      ctx.lineJoin = "round";
      this.trace(ctx, view);
      return canvas;
    };
    this.past = picture(spec.alpha);
    this.future = picture(spec.alpha * 0.18);
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   */
  trace(ctx, view) {
    const { t, x } = this.spec;
    const [frames, count] = x.shape;
    for (let n = 0; n < count; n += 1) {
      ctx.beginPath();
      for (let k = 0; k < frames; k += 1)
        ctx.lineTo(view.x(t.data[k]), view.y(x.data[k * count + n]));
      ctx.stroke();
    }
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme, clock }) {
    const { t, x, colour, head } = this.spec;
    const count = x.shape[1];
    const now = view.x(t.data[frame.i] + (t.data[frame.j] - t.data[frame.i]) * frame.f);
    const ends = [view.x(t.data[0]), view.x(t.data[t.data.length - 1])];
    const from = ends[clock.direction > 0 ? 0 : 1];
    ctx.drawImage(this.future, 0, 0);
    ctx.save();
    ctx.beginPath();
    ctx.rect(Math.min(from, now), 0, Math.abs(now - from), view.height);
    ctx.clip();
    ctx.drawImage(this.past, 0, 0);
    ctx.restore();
    this.level(ctx, view, now, theme);
    if (!head) return;
    ctx.fillStyle = theme.colour(colour);
    const { a, b, f } = mix(x, frame, count);
    ctx.beginPath();
    for (let n = 0; n < count; n += 1) {
      const y = view.y(x.data[a + n] + (x.data[b + n] - x.data[a + n]) * f);
      ctx.moveTo(now + head * view.dpr, y);
      ctx.arc(now, y, head * view.dpr, 0, 7);
    }
    ctx.fill();
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   * @param {number} now
   * @param {Theme} theme
   */
  level(ctx, view, now, theme) {
    ctx.strokeStyle = theme.muted;
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = view.dpr;
    ctx.beginPath();
    ctx.moveTo(now, view.top);
    ctx.lineTo(now, view.bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  /**
   * @param {View} view
   * @param {number} pixel
   */
  frameAt(view, pixel) {
    return nearest(this.spec.t.data, view.dataX(pixel));
  }
}

/**
 * @param {Numbers} values
 * @param {number} wanted
 */
function nearest(values, wanted) {
  let best = 0;
  for (let k = 1; k < values.length; k += 1) {
    if (Math.abs(values[k] - wanted) < Math.abs(values[best] - wanted)) best = k;
  }
  return best;
}

export class Bars {
  /** @param {BarsLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = spec.heights.shape[0] === 1;
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme }) {
    const { edges, heights, colour, alpha, sideways } = this.spec;
    const count = heights.shape[1];
    const { a, b, f } = mix(heights, frame, count);
    ctx.fillStyle = theme.colour(colour);
    ctx.globalAlpha = alpha;
    const gap = view.dpr * 0.5;
    for (let n = 0; n < count; n += 1) {
      const tall = heights.data[a + n] + (heights.data[b + n] - heights.data[a + n]) * f;
      const [low, high] = [edges.data[n], edges.data[n + 1]];
      if (sideways) {
        const y = view.y(high);
        ctx.fillRect(view.x(0), y + gap, tall * view.sx, Math.max(1, view.y(low) - y - 2 * gap));
      } else {
        const x = view.x(low);
        ctx.fillRect(
          x + gap,
          view.y(tall),
          Math.max(1, view.x(high) - x - 2 * gap),
          tall * view.sy,
        );
      }
    }
    ctx.globalAlpha = 1;
  }
}

export class Curve {
  /** @param {CurveLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = spec.x.shape[0] === 1 && spec.y.shape[0] === 1 && !spec.cursor;
    this.seeks = spec.cursor && spec.x.shape[0] === 1;
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, moment) {
    const { view, frame, theme } = moment;
    const { spec } = this;
    const count = spec.x.shape[1];
    const mx = mix(spec.x, frame, count);
    const my = mix(spec.y, frame, count);
    /** @param {number} n */
    const px = (n) =>
      view.x(spec.x.data[mx.a + n] + (spec.x.data[mx.b + n] - spec.x.data[mx.a + n]) * mx.f);
    /** @param {number} n */
    const py = (n) =>
      view.y(spec.y.data[my.a + n] + (spec.y.data[my.b + n] - spec.y.data[my.a + n]) * my.f);
    const colour = theme.colour(spec.colour);
    ctx.strokeStyle = colour;
    ctx.globalAlpha = spec.alpha;
    ctx.lineWidth = spec.width * view.dpr;
    ctx.lineJoin = "round";
    if (spec.dash) ctx.setLineDash([5 * view.dpr, 4 * view.dpr]);
    ctx.beginPath();
    for (let n = 0; n < count; n += 1) ctx.lineTo(px(n), py(n));
    ctx.stroke();
    ctx.setLineDash([]);
    if (spec.fill) this.shade(ctx, view, colour, px(0), px(count - 1));
    if (spec.cursor) this.dot(ctx, moment, colour, px, py);
    ctx.globalAlpha = 1;
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   * @param {string} colour
   * @param {number} first
   * @param {number} last
   */
  shade(ctx, view, colour, first, last) {
    ctx.lineTo(last, view.y(0));
    ctx.lineTo(first, view.y(0));
    ctx.closePath();
    ctx.globalAlpha = this.spec.alpha * 0.14;
    ctx.fillStyle = colour;
    ctx.fill();
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   * @param {string} colour
   * @param {(n: number) => number} px
   * @param {(n: number) => number} py
   */
  dot(ctx, { view, frame, theme }, colour, px, py) {
    const count = this.spec.x.shape[1];
    const at = passed(frame) * (count - 1);
    const low = Math.min(count - 1, Math.floor(at));
    const high = Math.min(count - 1, low + 1);
    const x = px(low) + (px(high) - px(low)) * (at - low);
    const y = py(low) + (py(high) - py(low)) * (at - low);
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.arc(x, y, 5 * view.dpr, 0, 7);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.lineWidth = 2 * view.dpr;
    ctx.strokeStyle = theme.background;
    ctx.stroke();
  }

  /**
   * @param {View} view
   * @param {number} pixel
   * @param {number} frames
   */
  frameAt(view, pixel, frames) {
    const { data } = this.spec.x;
    return (nearest(data, view.dataX(pixel)) / Math.max(1, data.length - 1)) * (frames - 1);
  }
}

export class Line {
  /** @param {LineLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = true;
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, theme }) {
    const { spec } = this;
    ctx.strokeStyle = theme.colour(spec.colour);
    ctx.lineWidth = spec.width * view.dpr;
    if (spec.dash) ctx.setLineDash([6 * view.dpr, 4 * view.dpr]);
    ctx.beginPath();
    ctx.moveTo(view.x(spec.x0), view.y(spec.y0));
    ctx.lineTo(view.x(spec.x1), view.y(spec.y1));
    ctx.stroke();
    ctx.setLineDash([]);
  }
}
