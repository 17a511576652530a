// One dial per torsion: the angles that a network samples while it trains glide over the marks of
// the conformers that it is trained on. Angles run clockwise from the top.

import { added, element, pen, prefersStillness, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Numbers, Pair, Sent } from "./shared/types.d.ts" */
/**
 * @typedef {Sent & { arrays: Record<"samples" | "taught", Numbers>, labels: string[],
 *   colours: Pair[], mark: Pair, glide: number }} DialData
 */

const STYLE = `
:host { display: block; }
.dials { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  display: grid; grid-template-columns: repeat(auto-fill, minmax(5.2rem, 1fr)); gap: .5rem; }
.dials figure { margin: 0; text-align: center; font-size: .8rem; }
canvas { display: block; margin: 0 auto; }
`;
const SIZE = 76;
const RADIUS = 29;

/**
 * The shorter way round, in (-pi, pi].
 *
 * @param {number} turn
 */
export function shorter(turn) {
  return Math.atan2(Math.sin(turn), Math.cos(turn));
}

class Dials {
  /** @type {DialData} */
  data;
  /** @type {Numbers} Where the samples stand at the moment, dial by dial for each of them. */
  here;
  /** @type {HTMLCanvasElement[]} */
  faces = [];
  frame = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "dials");
    this.root.setAttribute("role", "img");
  }

  /** @param {DialData} data */
  update(data) {
    if (data.labels.join() !== this.data?.labels.join()) this.build(data.labels);
    this.data = data;
    const to = data.arrays.samples;
    const here = this.here?.length === to.length ? Float32Array.from(this.here) : null;
    cancelAnimationFrame(this.frame);
    this.root.setAttribute("aria-label", this.words());
    if (here && !prefersStillness()) {
      this.glide(here, to);
    } else {
      this.here = to;
      this.draw();
    }
  }

  /** @param {string[]} labels */
  build(labels) {
    this.here = new Float32Array();
    this.faces = [];
    const dials = labels.map((label) => {
      const dial = element("figure");
      this.faces.push(added(dial, "canvas"));
      added(dial, "figcaption", "", label);
      return dial;
    });
    this.root.replaceChildren(...dials);
  }

  /** For those who do not see the dials. */
  words() {
    const count = this.data.labels.length;
    const samples = this.data.arrays.samples.length / count;
    return `Torsion angles of ${samples} samples on ${count} dials: ${this.data.labels.join(", ")}`;
  }

  /**
   * @param {Float32Array} from
   * @param {Numbers} to
   */
  glide(from, to) {
    const began = performance.now();
    const here = from.slice();
    this.here = here;
    /** @param {number} now */
    const step = (now) => {
      const share = Math.min(1, (now - began) / this.data.glide);
      const part = share * share * (3 - 2 * share);
      for (let k = 0; k < to.length; k += 1) here[k] = from[k] + part * shorter(to[k] - from[k]);
      this.draw();
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  draw() {
    const { arrays, colours, mark } = this.data;
    const theme = new Theme(this.root);
    const count = this.faces.length;
    const ratio = sharpness();
    for (const [m, face] of this.faces.entries()) {
      face.width = Math.round(SIZE * ratio);
      face.height = face.width;
      face.style.width = `${SIZE}px`;
      face.style.height = `${SIZE}px`;
      const ctx = pen(face);
      ctx.setTransform(ratio, 0, 0, ratio, (SIZE / 2) * ratio, (SIZE / 2) * ratio);
      ctx.strokeStyle = theme.rule;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.arc(0, 0, RADIUS, 0, 2 * Math.PI);
      ctx.stroke();
      ctx.strokeStyle = theme.colour(mark);
      ctx.lineWidth = 2;
      for (let k = m; k < arrays.taught.length; k += count) {
        const [x, y] = [Math.sin(arrays.taught[k]), -Math.cos(arrays.taught[k])];
        ctx.beginPath();
        ctx.moveTo((RADIUS - 8) * x, (RADIUS - 8) * y);
        ctx.lineTo((RADIUS + 6) * x, (RADIUS + 6) * y);
        ctx.stroke();
      }
      ctx.fillStyle = theme.colour(colours[m]);
      ctx.globalAlpha = 0.6;
      for (let k = m; k < this.here.length; k += count) {
        ctx.beginPath();
        ctx.arc(
          RADIUS * Math.sin(this.here[k]),
          -RADIUS * Math.cos(this.here[k]),
          3.2,
          0,
          2 * Math.PI,
        );
        ctx.fill();
      }
      ctx.globalAlpha = 1;
    }
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Dials);
