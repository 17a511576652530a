// Chains of beads, in the plane or turning in space; linked by residue when hovered.

import { blend, css, lookup, rgb } from "../../shared/colour.js";
import { faded, LEVELS, levels, mix } from "./frames.js";

/** @import { ChainsLayer, Context, Frame, Met, Moment } from "../../shared/types.d.ts" */
/** @import { Rgb, Setting } from "../../shared/types.d.ts" */
/** @import { Theme } from "../../shared/theme.js" */
/** @import { View } from "../axes.js" */

/** @typedef {{ depth: number, n: number, line?: number[] }} Part */

const PIECES = 6; // of a smooth line between two beads
const REACH = 16; // pixels within which the pointer meets a bead

export class Chains {
  /** @type {number} */
  chains;
  /** @type {number} */
  beads;
  /** @type {number} */
  dim;
  /** @type {Rgb[]} */
  base;
  /** @type {string[][]} */
  shades;

  /** @param {ChainsLayer} spec */
  constructor(spec) {
    this.spec = spec;
    [, this.chains, this.beads, this.dim] = spec.xyz.shape;
    this.still = false;
    this.turns = this.dim === 3;
    this.yaw = (spec.view[0] * Math.PI) / 180;
    this.pitch = (spec.view[1] * Math.PI) / 180;
    this.level = spec.c ? levels(spec.c.data, LEVELS) : null;
    this.perChain = spec.c?.shape.length === 2;
    this.screen = new Float32Array(this.chains * this.beads * 3);
  }

  /** @param {Setting} setting */
  prepare({ theme }) {
    const { spec } = this;
    this.base = spec.c ? lookup(theme.scale(spec.scale), LEVELS) : [rgb(theme.colour(spec.colour))];
    this.tint(theme, 0);
  }

  /**
   * Five steps of depth: far beads fade towards the background.
   *
   * @param {Theme} theme
   * @param {number} noise
   */
  tint(theme, noise) {
    const back = rgb(theme.background);
    const base = noise
      ? this.base.map((colour) => blend(colour, rgb(theme.noise), noise))
      : this.base;
    this.shades = [0.62, 0.45, 0.28, 0.12, 0].map((far) =>
      base.map((colour) => css(blend(colour, back, far))),
    );
  }

  /**
   * Screen x, y and depth of every bead at this frame.
   *
   * @param {View} view
   * @param {Frame} frame
   */
  project(view, frame) {
    const { data } = this.spec.xyz;
    const { dim, screen } = this;
    const place = this.spec.place?.data;
    const count = this.chains * this.beads;
    const { a, b, f } = mix(this.spec.xyz, frame, count * dim);
    const [cy, sy] = [Math.cos(this.yaw), Math.sin(this.yaw)];
    const [cp, sp] = [Math.cos(this.pitch), Math.sin(this.pitch)];
    for (let n = 0; n < count; n += 1) {
      const k = n * dim;
      let x = data[a + k] + (data[b + k] - data[a + k]) * f;
      let y = data[a + k + 1] + (data[b + k + 1] - data[a + k + 1]) * f;
      let depth = 0;
      if (dim === 3) {
        const z = data[a + k + 2] + (data[b + k + 2] - data[a + k + 2]) * f;
        const turned = cy * x + sy * z;
        const away = -sy * x + cy * z;
        x = turned;
        depth = sp * y + cp * away;
        y = cp * y - sp * away;
      }
      const chain = 2 * Math.floor(n / this.beads);
      screen[3 * n] = view.x(x + (place ? place[chain] : 0));
      screen[3 * n + 1] = view.y(y + (place ? place[chain + 1] : 0));
      screen[3 * n + 2] = depth;
    }
  }

  /**
   * @param {number} n
   * @param {number} shade
   */
  colour(n, shade) {
    if (!this.level) return this.shades[shade][0];
    return this.shades[shade][this.level[this.perChain ? n : n % this.beads]];
  }

  /**
   * @param {Context} ctx
   * @param {Moment} moment
   */
  draw(ctx, { view, frame, theme, highlight }) {
    this.project(view, frame);
    if (this.spec.fade) this.tint(theme, faded(this.spec.fade, frame));
    ctx.save();
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    ctx.globalAlpha = this.spec.alpha;
    if (this.dim === 3) this.drawDeep(ctx, view, theme);
    else this.drawFlat(ctx, view, theme);
    ctx.globalAlpha = 1;
    const lit = this.spec.link && highlight && highlight.link === this.spec.link ? highlight : null;
    if (lit) this.drawHalo(ctx, view, theme, lit);
    ctx.restore();
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   * @param {Theme} theme
   */
  drawFlat(ctx, view, theme) {
    const { screen, beads, chains, spec } = this;
    ctx.lineWidth = spec.width * view.dpr;
    for (let c = 0; c < chains; c += 1) {
      const first = c * beads;
      if (!this.level) {
        ctx.strokeStyle = this.colour(first, 4);
        ctx.beginPath();
        for (let k = first; k < first + beads; k += 1) ctx.lineTo(screen[3 * k], screen[3 * k + 1]);
        ctx.stroke();
        continue;
      }
      for (let k = first; k < first + beads - 1; k += 1) this.segment(ctx, k, 4);
    }
    if (!spec.bead) return;
    ctx.lineWidth = Math.min(1.5, spec.bead / 5) * view.dpr;
    ctx.strokeStyle = theme.background;
    for (let n = 0; n < chains * beads; n += 1) this.beadAt(ctx, view, n, 4, true);
  }

  /**
   * Far to near, so that near beads cover far ones.
   *
   * @param {Context} ctx
   * @param {View} view
   * @param {Theme} theme
   */
  drawDeep(ctx, view, theme) {
    const { screen, beads, spec } = this;
    const count = this.chains * beads;
    let low = Infinity;
    let high = -Infinity;
    for (let n = 0; n < count; n += 1) {
      const depth = screen[3 * n + 2];
      if (depth < low) low = depth;
      if (depth > high) high = depth;
    }
    /** @param {number} depth */
    const shade = (depth) =>
      Math.max(0, Math.min(4, Math.floor(((depth - low) / (high - low || 1)) * 5)));
    /** @type {Part[]} */
    const parts = [];
    for (let n = 0; n < count; n += 1) {
      if (Number.isNaN(screen[3 * n])) continue;
      if (spec.bead) parts.push({ depth: screen[3 * n + 2], n });
      if ((n + 1) % beads) this.pieces(n, parts);
    }
    parts.sort((p, q) => p.depth - q.depth);
    for (const { depth, n, line } of parts) {
      if (line) {
        ctx.lineWidth = spec.width * view.dpr;
        ctx.strokeStyle = this.colour(n, shade(depth));
        ctx.beginPath();
        ctx.moveTo(line[0], line[1]);
        ctx.lineTo(line[2], line[3]);
        ctx.stroke();
      } else {
        ctx.lineWidth = 1.4 * view.dpr;
        ctx.strokeStyle = theme.background;
        this.beadAt(ctx, view, n, shade(depth), true);
      }
    }
  }

  /**
   * The line from bead n to the next, straight or as a Catmull-Rom curve in short pieces.
   *
   * @param {number} n
   * @param {Part[]} parts
   */
  pieces(n, parts) {
    const { screen, beads } = this;
    const count = this.spec.smooth ? PIECES : 1;
    /** @param {number} k */
    const at = (k) => 3 * Math.min(n - (n % beads) + beads - 1, Math.max(n - (n % beads), k));
    const [p, q, r, s] = [at(n - 1), at(n), at(n + 1), at(n + 2)];
    /**
     * @param {number} u
     * @param {number} c
     */
    const point = (u, c) => {
      const [a, b, d, e] = [screen[p + c], screen[q + c], screen[r + c], screen[s + c]];
      if (count === 1) return b + (d - b) * u;
      return b + 0.5 * u * (d - a + u * (2 * a - 5 * b + 4 * d - e + u * (3 * (b - d) + e - a)));
    };
    for (let k = 0; k < count; k += 1) {
      const [u, v] = [k / count, (k + 1) / count];
      const depth = point((u + v) / 2, 2) - 1e-3;
      parts.push({ depth, n, line: [point(u, 0), point(u, 1), point(v, 0), point(v, 1)] });
    }
  }

  /**
   * @param {Context} ctx
   * @param {number} k
   * @param {number} shade
   */
  segment(ctx, k, shade) {
    const { screen } = this;
    ctx.strokeStyle = this.colour(k, shade);
    ctx.beginPath();
    ctx.moveTo(screen[3 * k], screen[3 * k + 1]);
    ctx.lineTo(screen[3 * k + 3], screen[3 * k + 4]);
    ctx.stroke();
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   * @param {number} n
   * @param {number} shade
   * @param {boolean} ring
   */
  beadAt(ctx, view, n, shade, ring) {
    ctx.fillStyle = this.colour(n, shade);
    ctx.beginPath();
    ctx.arc(this.screen[3 * n], this.screen[3 * n + 1], this.spec.bead * view.dpr, 0, 7);
    ctx.fill();
    if (ring) ctx.stroke();
  }

  /**
   * @param {Context} ctx
   * @param {View} view
   * @param {Theme} theme
   * @param {Met} met
   */
  drawHalo(ctx, view, theme, { i, j }) {
    const { screen, spec } = this;
    const radius = (Math.max(3, spec.bead) + 3.5) * view.dpr;
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 2 * view.dpr;
    ctx.setLineDash([4 * view.dpr, 3 * view.dpr]);
    ctx.beginPath();
    ctx.moveTo(screen[3 * i], screen[3 * i + 1]);
    ctx.lineTo(screen[3 * j], screen[3 * j + 1]);
    ctx.stroke();
    ctx.setLineDash([]);
    for (const n of [i, j]) {
      ctx.beginPath();
      ctx.arc(screen[3 * n], screen[3 * n + 1], radius, 0, 7);
      ctx.stroke();
    }
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  turn(dx, dy) {
    this.yaw += dx * 0.01;
    this.pitch = Math.max(-1.55, Math.min(1.55, this.pitch + dy * 0.01));
  }

  /**
   * The residues under the pointer, for linked panels.
   *
   * @param {View} view
   * @param {number} px
   * @param {number} py
   * @returns {Met | null}
   */
  meet(view, px, py) {
    if (!this.spec.link) return null;
    let best = REACH * view.dpr;
    let found = -1;
    for (let n = 0; n < this.chains * this.beads; n += 1) {
      const far = Math.hypot(this.screen[3 * n] - px, this.screen[3 * n + 1] - py);
      if (far < best) [best, found] = [far, n % this.beads];
    }
    if (found < 0) return null;
    return { link: this.spec.link, i: found, j: found, text: `residue ${found + 1}` };
  }
}
