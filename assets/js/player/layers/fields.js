// Fields over the plane: arrows, streamlines and images.

import { lookup } from "../../shared/colour.js";
import { hiddenCanvas } from "../../shared/dom.js";
import { mix, passed, range } from "./frames.js";

/** @import { ArrowsLayer, Context, HeatLayer, Met, Moment } from "../../shared/types.d.ts" */
/** @import { Setting, StreamsLayer, Values } from "../../shared/types.d.ts" */
/** @import { Theme } from "../../shared/theme.js" */
/** @import { View } from "../axes.js" */
/** @import { Frame } from "../../shared/types.d.ts" */

export class Arrows {
  /** @param {ArrowsLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = spec.xy.shape[0] === 1 && spec.uv.shape[0] === 1;
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme }) {
    const { xy, uv, colour, width, alpha } = this.spec;
    const count = uv.shape[1];
    const mp = mix(xy, frame, count * 2);
    const mv = mix(uv, frame, count * 2);
    /**
     * @param {Values} array
     * @param {{ a: number, b: number, f: number }} m
     * @param {number} k
     */
    const at = (array, m, k) =>
      array.data[m.a + k] + (array.data[m.b + k] - array.data[m.a + k]) * m.f;
    ctx.strokeStyle = theme.colour(colour);
    ctx.globalAlpha = alpha;
    ctx.lineWidth = width * view.dpr;
    ctx.lineCap = "round";
    ctx.beginPath();
    for (let n = 0; n < count; n += 1) {
      const x = view.x(at(xy, mp, 2 * n));
      const y = view.y(at(xy, mp, 2 * n + 1));
      const dx = at(uv, mv, 2 * n) * view.sx;
      const dy = -at(uv, mv, 2 * n + 1) * view.sy;
      const long = Math.hypot(dx, dy);
      if (long < view.dpr) continue;
      const head = Math.min(5 * view.dpr, long * 0.4) / long;
      const [hx, hy] = [dx * head, dy * head];
      ctx.moveTo(x, y);
      ctx.lineTo(x + dx, y + dy);
      ctx.moveTo(x + dx - hx - hy * 0.55, y + dy - hy + hx * 0.55);
      ctx.lineTo(x + dx, y + dy);
      ctx.lineTo(x + dx - hx + hy * 0.55, y + dy - hy - hx * 0.55);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

// Streamlines: a bright head runs along each of them as the clock runs, its tail behind it.
const TAIL_LEVELS = 5; // shades of the tail, one stroke each
const TURNS = 5; // times that a head runs from end to end while the clock runs once

export class Streams {
  /** @param {StreamsLayer} spec */
  constructor(spec) {
    this.spec = spec;
    this.still = false;
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme }) {
    const { xy, colour, width, alpha } = this.spec;
    const [, lines, stops] = xy.shape;
    const { a, b, f } = mix(xy, frame, lines * stops * 2);
    /** @param {number} k */
    const at = (k) => xy.data[a + k] + (xy.data[b + k] - xy.data[a + k]) * f;
    const place = this.places(lines * stops, at, view);
    const turned = passed(frame) * TURNS;
    ctx.strokeStyle = theme.colour(colour);
    ctx.lineWidth = width * view.dpr;
    ctx.lineCap = "round";
    for (let level = 0; level < TAIL_LEVELS; level += 1) {
      const bright = 1 - level / (TAIL_LEVELS - 1);
      ctx.globalAlpha = alpha * (0.22 + 0.78 * bright * bright);
      ctx.beginPath();
      for (let n = 0; n < lines; n += 1)
        this.shade(ctx, place, n, stops, level, turned + n * 0.618);
      ctx.stroke();
    }
    this.heads(ctx, view, place, lines, stops, alpha);
  }

  /**
   * @param {number} count
   * @param {(k: number) => number} at
   * @param {View} view
   */
  places(count, at, view) {
    const place = new Float32Array(count * 2);
    for (let k = 0; k < count; k += 1) {
      place[2 * k] = view.x(at(2 * k));
      place[2 * k + 1] = view.y(at(2 * k + 1));
    }
    return place;
  }

  /**
   * The pieces of line n that lie this far behind its running head.
   *
   * @param {Context} ctx
   * @param {Float32Array} place
   * @param {number} n
   * @param {number} stops
   * @param {number} level
   * @param {number} phase
   */
  shade(ctx, place, n, stops, level, phase) {
    let joined = false;
    for (let k = 1; k < stops; k += 1) {
      const behind = (((phase - k / stops) % 1) + 1) % 1;
      const here = Math.min(TAIL_LEVELS - 1, Math.floor(behind * 1.6 * TAIL_LEVELS)) === level;
      const p = 2 * (n * stops + k);
      if (here && !joined) ctx.moveTo(place[p - 2], place[p - 1]);
      if (here) ctx.lineTo(place[p], place[p + 1]);
      joined = here;
    }
  }

  /**
   * An arrowhead in the middle says which way, also at rest.
   *
   * @param {Context} ctx
   * @param {View} view
   * @param {Float32Array} place
   * @param {number} lines
   * @param {number} stops
   * @param {number} alpha
   */
  heads(ctx, view, place, lines, stops, alpha) {
    const size = 4.5 * view.dpr;
    ctx.globalAlpha = alpha * 0.8;
    ctx.beginPath();
    for (let n = 0; n < lines; n += 1) {
      const p = 2 * (n * stops + (stops >> 1));
      const [dx, dy] = [place[p + 2] - place[p - 2], place[p + 3] - place[p - 1]];
      const long = Math.hypot(dx, dy);
      if (long < size) continue; // at rest
      const [hx, hy] = [(dx / long) * size, (dy / long) * size];
      const [x, y] = [place[p] + hx / 2, place[p + 1] + hy / 2];
      ctx.moveTo(x - hx - hy * 0.55, y - hy + hx * 0.55);
      ctx.lineTo(x, y);
      ctx.lineTo(x - hx + hy * 0.55, y - hy - hx * 0.55);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

export class Heat {
  /** @type {number} */
  rows;
  /** @type {number} */
  columns;
  /** @type {Uint32Array} */
  packed;

  /** @param {HeatLayer} spec */
  constructor(spec) {
    this.spec = spec;
    [, this.rows, this.columns] = spec.values.shape;
    this.still = spec.values.shape[0] === 1 && !spec.link && (spec.cover?.shape[0] ?? 1) === 1;
    this.image = new ImageData(this.columns, this.rows);
    this.hidden = hiddenCanvas(this.columns, this.rows);
    this.limits = spec.limits ?? range(spec.values.data);
  }

  /** @param {Setting} setting */
  prepare({ theme }) {
    const colours = lookup(theme.scale(this.spec.scale), 256);
    this.packed = Uint32Array.from(
      colours,
      ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0,
    );
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme, highlight }) {
    const { spec, rows, columns } = this;
    const [low, high] = this.limits;
    const factor = 255 / (high - low || 1);
    const { a, b, f } = mix(spec.values, frame, rows * columns);
    const { data } = spec.values;
    const pixels = new Uint32Array(this.image.data.buffer);
    const cover = spec.cover?.data;
    const shared = mix(spec.cover ?? spec.values, frame, rows * columns);
    for (let r = 0; r < rows; r += 1) {
      const target = r * columns;
      for (let c = 0; c < columns; c += 1) {
        const k = r * columns + c;
        const value = data[a + k] + (data[b + k] - data[a + k]) * f;
        const packed = this.packed[Math.max(0, Math.min(255, Math.round((value - low) * factor)))];
        if (!cover) {
          pixels[target + c] = packed;
          continue;
        }
        const seen = cover[shared.a + k] + (cover[shared.b + k] - cover[shared.a + k]) * shared.f;
        pixels[target + c] = ((packed & 0xffffff) | (Math.round(255 * seen) << 24)) >>> 0;
      }
    }
    this.hidden.ctx.putImageData(this.image, 0, 0);
    const [x0, x1, y0, y1] = spec.extent;
    ctx.save();
    ctx.globalAlpha = spec.alpha;
    ctx.imageSmoothingEnabled = spec.smooth;
    ctx.imageSmoothingQuality = "high";
    ctx.translate(view.x(x0), view.y(y0));
    ctx.scale(((x1 - x0) * view.sx) / columns, (-(y1 - y0) * view.sy) / rows);
    ctx.drawImage(this.hidden.canvas, 0, 0);
    ctx.restore();
    if (spec.link && highlight && highlight.link === spec.link)
      this.drawCross(ctx, view, theme, highlight);
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   * @param {Theme} theme
   * @param {Met} met
   */
  drawCross(ctx, view, theme, { i, j }) {
    const [x0, x1, y0, y1] = this.spec.extent;
    const [left, base] = [view.x(x0), view.y(y0)];
    const [wide, tall] = [view.x(x1) - left, view.y(y1) - base];
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 1.5 * view.dpr;
    ctx.strokeRect(left + (j * wide) / this.columns, base, wide / this.columns, tall);
    ctx.strokeRect(left, base + (i * tall) / this.rows, wide, tall / this.rows);
  }

  /**
   * @param {View} view
   * @param {number} px
   * @param {number} py
   * @param {Frame} frame
   * @returns {Met | null}
   */
  meet(view, px, py, frame) {
    if (!this.spec.link) return null;
    const [x0, x1, y0, y1] = this.spec.extent;
    const j = Math.floor(((view.dataX(px) - x0) / (x1 - x0)) * this.columns);
    const i = Math.floor(((view.dataY(py) - y0) / (y1 - y0)) * this.rows);
    if (j < 0 || j >= this.columns || i < 0 || i >= this.rows) return null;
    const { a, b, f } = mix(this.spec.values, frame, this.rows * this.columns);
    const k = i * this.columns + j;
    const { data } = this.spec.values;
    const value = data[a + k] + (data[b + k] - data[a + k]) * f;
    const text = `${i + 1} – ${j + 1}: ${value.toFixed(1)} ${this.spec.unit}`;
    return { link: this.spec.link, i, j, text: text.trim() };
  }
}
