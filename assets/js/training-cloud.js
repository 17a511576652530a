// Two clouds of points on one square: data, which stand still, and samples, which glide to where
// the network of the moment puts them.

import { added, pen, prefersStillness, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Numbers, Pair, Sent } from "./shared/types.d.ts" */
/**
 * @typedef {Sent & { arrays: Record<"data" | "samples", Numbers>, colours: Pair[], names: string[],
 *   words: string, window: number, glide: number, height: number }} CloudData
 */

const STYLE = `
:host { display: block; }
.cloud { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color); }
canvas { display: block; width: 100%; border-radius: .4rem;
  border: 1px solid var(--st-border-color); box-sizing: border-box; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .82rem; margin-top: .35rem; }
.legend span { display: inline-flex; align-items: center; gap: .4rem; }
.legend i { width: .6rem; height: .6rem; border-radius: 50%; }
`;
const RADIUS = 1.9;

class Cloud {
  /** @type {CloudData} */
  data;
  /** @type {Numbers} Where the data stand, x and y in turn. */
  still;
  /** @type {Numbers} Where the samples stand at the moment. */
  here;
  frame = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "cloud");
    this.canvas = added(this.root, "canvas");
    this.canvas.setAttribute("role", "img");
    this.legend = added(this.root, "div", "legend");
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  /** @param {CloudData} data */
  update(data) {
    this.data = data;
    this.still = data.arrays.data;
    const to = data.arrays.samples;
    const here = this.here?.length === to.length ? Float32Array.from(this.here) : null;
    cancelAnimationFrame(this.frame);
    this.canvas.setAttribute("aria-label", data.words);
    if (!here || prefersStillness()) {
      this.here = to;
      this.draw();
    } else if (to.some((value, k) => value !== here[k])) {
      this.glide(here, to);
    } else {
      this.draw();
    }
  }

  /**
   * @param {Float32Array} from
   * @param {Numbers} to
   */
  glide(from, to) {
    const began = performance.now();
    this.here = from.slice();
    /** @param {number} now */
    const step = (now) => {
      const share = Math.min(1, (now - began) / this.data.glide);
      const part = share * share * (3 - 2 * share);
      for (let k = 0; k < to.length; k += 1) this.here[k] = from[k] + part * (to[k] - from[k]);
      this.draw();
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  draw() {
    const width = this.root.clientWidth;
    if (!this.data || !width) return;
    const height = Math.min(width, this.data.height);
    const ratio = sharpness();
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const ctx = pen(this.canvas);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = new Theme(this.root);
    const { window: reach, colours, names } = this.data;
    const unit = height / (2 * reach);
    const shades = colours.map((pair) => theme.colour(pair));
    for (const [which, xy] of [this.still, this.here].entries()) {
      ctx.fillStyle = shades[which];
      ctx.globalAlpha = which ? 0.85 : 0.4;
      for (let k = 0; k < xy.length; k += 2) {
        ctx.beginPath();
        ctx.arc(width / 2 + xy[k] * unit, height / 2 - xy[k + 1] * unit, RADIUS, 0, 2 * Math.PI);
        ctx.fill();
      }
    }
    this.legend.replaceChildren();
    for (const [which, name] of names.entries()) {
      const entry = added(this.legend, "span");
      added(entry, "i").style.background = shades[which];
      entry.append(name);
    }
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Cloud);
