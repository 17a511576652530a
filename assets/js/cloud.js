// Two clouds of points on one square: data, which stand still, and samples, which glide to where
// the network of the moment puts them.

import { mounted } from "./mounting.js";
import { Theme } from "./viewer-theme.js";

const STYLE = `
:host { display: block; }
.cloud { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color); }
canvas { display: block; width: 100%; border-radius: .4rem; border: 1px solid var(--st-border-color); box-sizing: border-box; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .82rem; margin-top: .35rem; }
.legend span { display: inline-flex; align-items: center; gap: .4rem; }
.legend i { width: .6rem; height: .6rem; border-radius: 50%; }
`;
const RADIUS = 1.9;

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

class Cloud {
  constructor(parent) {
    this.style = element("style", "", parent);
    this.style.textContent = STYLE;
    this.root = element("div", "cloud", parent);
    this.canvas = element("canvas", "", this.root);
    this.canvas.setAttribute("role", "img");
    this.legend = element("div", "legend", this.root);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  update(data) {
    this.data = data;
    this.still = data.data.getChild("v").toArray();
    const to = data.samples.getChild("v").toArray();
    const here = this.here?.length === to.length ? Float32Array.from(this.here) : null;
    cancelAnimationFrame(this.frame);
    this.canvas.setAttribute("aria-label", data.words);
    if (!here || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.here = to;
      this.draw();
    } else if (to.some((value, k) => value !== here[k])) {
      this.glide(here, to);
    } else {
      this.draw();
    }
  }

  glide(from, to) {
    const began = performance.now();
    this.here = from.slice();
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
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = new Theme(this.root);
    const { window: reach, colours, names } = this.data;
    const unit = height / (2 * reach);
    const shades = colours.map((pair) => pair[theme.dark ? 1 : 0]);
    [this.still, this.here].forEach((xy, which) => {
      ctx.fillStyle = shades[which];
      ctx.globalAlpha = which ? 0.85 : 0.4;
      for (let k = 0; k < xy.length; k += 2) {
        ctx.beginPath();
        ctx.arc(width / 2 + xy[k] * unit, height / 2 - xy[k + 1] * unit, RADIUS, 0, 2 * Math.PI);
        ctx.fill();
      }
    });
    this.legend.replaceChildren();
    names.forEach((name, which) => {
      const entry = element("span", "", this.legend);
      element("i", "", entry).style.background = shades[which];
      entry.append(name);
    });
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Cloud);
