// The latent plane as a map: a handle is dragged over it and the decoded chain follows. The server
// sends the chains of a grid; between its points they are interpolated here, so nothing waits.

import { write } from "./address.js";
import { mounted } from "./mounting.js";
import { players } from "./player-registry.js";
import { Theme } from "./viewer-theme.js";

const STYLE = `
:host { display: block; }
.latent { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.views { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem 1.5rem; }
figure { margin: 0; min-width: 0; }
.head { display: flex; justify-content: space-between; gap: .8rem; min-height: 1.5rem; margin-bottom: .3rem; }
.title { font-size: .93rem; font-weight: 600; }
.note { font-size: .8rem; opacity: .82; }
canvas { display: block; width: 100%; border-radius: .4rem; }
canvas.map { cursor: crosshair; touch-action: none; }
canvas.map:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.scale { display: flex; align-items: center; gap: .5rem; font-size: .78rem; margin-top: .4rem; opacity: .85; }
.scale i { flex: 1; min-width: 3rem; height: .5rem; border-radius: .25rem; }
@container (max-width: 560px) { .views { grid-template-columns: minmax(0, 1fr); } }
`;

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// The colour of a share between 0 and 1 on a scale of evenly spaced stops.
function shade(stops, share) {
  const at = Math.min(0.9999, Math.max(0, share)) * (stops.length - 1);
  const [low, high, part] = [rgb(stops[Math.floor(at)]), rgb(stops[Math.floor(at) + 1]), at % 1];
  return low.map((value, k) => Math.round(value + part * (high[k] - value)));
}

class LatentMap {
  constructor(parent) {
    const style = element("style", "", parent);
    style.textContent = STYLE;
    this.style = style;
    this.root = element("div", "latent", parent);
    const views = element("div", "views", this.root);
    [this.plane, this.chain] = ["Latent plane of the VAE", "What it decodes to"].map((title, k) => {
      const figure = element("figure", "", views);
      const head = element("div", "head", figure);
      element("span", "title", head).textContent = title;
      const note = element("span", "note", head);
      const canvas = element("canvas", k ? "chain" : "map", figure);
      canvas.setAttribute("role", "img");
      return { figure, note, canvas };
    });
    this.legend = element("div", "scale", this.plane.figure);
    const { canvas } = this.plane;
    canvas.tabIndex = 0;
    canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); this.take(event); };
    canvas.onpointermove = (event) => { if (event.buttons) this.take(event); };
    canvas.onpointerup = () => this.settle();
    canvas.onkeydown = (event) => this.key(event);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  update(data, tell) {
    this.tell = tell;
    this.data = data;
    players.set(data.key, this);
    const whole = data.chains.getChild("v").toArray();
    this.chains = Float32Array.from(whole, (value) => value * data.step);
    this.values = Float32Array.from(data.values.getChild("v").toArray());
    this.codes = Float32Array.from(data.codes.getChild("v").toArray());
    this.image = null;
    this.stop();
    if (data.path.length > 1 && data.walk !== this.walked) this.walk();
    else if (!this.z || data.walk !== this.walked) this.z = [...data.z];
    this.walked = data.walk;
    this.draw();
  }

  // Follow the path that the server has laid, then say where it ended.
  walk() {
    const { path } = this.data;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    const step = (now) => {
      const at = still ? path.length - 1 : Math.min(path.length - 1, (now - began) / 1000 / this.data.seconds * (path.length - 1));
      const [i, part] = [Math.floor(at), at % 1];
      const next = path[Math.min(path.length - 1, i + 1)];
      this.z = path[i].map((value, k) => value + part * (next[k] - value));
      this.draw();
      this.frame = at < path.length - 1 ? requestAnimationFrame(step) : 0;
      if (!this.frame) this.settle();
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  take(event) {
    this.stop();
    const box = this.plane.canvas.getBoundingClientRect();
    const share = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    this.move(share.map((value) => (2 * value - 1) * this.data.reach));
  }

  move(z) {
    const { reach } = this.data;
    this.z = z.map((value) => Math.max(-reach, Math.min(reach, value)));
    this.draw();
  }

  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    this.stop();
    this.move(this.z.map((value, k) => value + 0.08 * way[k]));
    clearTimeout(this.later);
    this.later = setTimeout(() => this.settle(), 500);
  }

  settle() {
    const z = this.z.map((value) => Math.round(100 * value) / 100);
    write("z", z.map((value) => value.toFixed(2)).join(","));
    this.tell("z", z);
  }

  // Four neighbours on the grid and their weights.
  corners() {
    const { cells, reach } = this.data;
    const [x, y] = this.z.map((value) => (value + reach) / (2 * reach) * (cells - 1));
    const [i, j] = [Math.min(cells - 2, Math.floor(x)), Math.min(cells - 2, Math.floor(y))];
    const [u, v] = [x - i, y - j];
    return [[j * cells + i, (1 - u) * (1 - v)], [j * cells + i + 1, u * (1 - v)],
      [(j + 1) * cells + i, (1 - u) * v], [(j + 1) * cells + i + 1, u * v]];
  }

  decoded() {
    const beads = this.data.beads;
    const chain = new Float32Array(2 * beads);
    for (const [cell, weight] of this.corners()) {
      for (let k = 0; k < 2 * beads; k += 1) chain[k] += weight * this.chains[cell * 2 * beads + k];
    }
    return chain;
  }

  sized({ canvas }, square) {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const width = canvas.clientWidth;
    const height = square ? width : this.plane.canvas.clientWidth;
    canvas.style.height = `${height}px`;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    return { ctx, width, height };
  }

  draw() {
    if (!this.data || !this.root.clientWidth) return;
    this.theme = new Theme(this.root);
    this.stops = this.data.scale[this.theme.dark ? 1 : 0];
    this.drawPlane();
    this.drawChain();
    this.root.dataset.z = this.z.map((value) => value.toFixed(2)).join();
  }

  drawPlane() {
    const { ctx, width, height } = this.sized(this.plane, true);
    const { cells, reach, limits, ends } = this.data;
    if (!this.image || this.shown !== this.theme.name) {
      this.image = new OffscreenCanvas(cells, cells);
      const pixels = new ImageData(cells, cells);
      this.values.forEach((value, k) => {
        const row = cells - 1 - Math.floor(k / cells);
        const colour = shade(this.stops, (value - limits[0]) / (limits[1] - limits[0]));
        pixels.data.set([...colour, 255], 4 * (row * cells + k % cells));
      });
      this.image.getContext("2d").putImageData(pixels, 0, 0);
      this.shown = this.theme.name;
      this.legend.replaceChildren(ends[0], element("i", "", this.legend), ends[1]);
      this.legend.querySelector("i").style.background = `linear-gradient(90deg, ${this.stops.join()})`;
    }
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(this.image, 0, 0, width, height);
    const place = (x, y) => [(x / reach + 1) / 2 * width, (1 - y / reach) / 2 * height];
    ctx.fillStyle = this.theme.background;
    ctx.globalAlpha = 0.55;
    for (let k = 0; k < this.codes.length; k += 2) {
      const [x, y] = place(this.codes[k], this.codes[k + 1]);
      ctx.fillRect(x - 0.8, y - 0.8, 1.6, 1.6);
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = this.theme.background;
    ctx.lineWidth = 2.5;
    ctx.beginPath();
    this.data.path.forEach(([x, y]) => ctx.lineTo(...place(x, y)));
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(...place(...this.z), 9, 0, 2 * Math.PI);
    ctx.fillStyle = this.theme.accent;
    ctx.fill();
    ctx.stroke();
    this.plane.note.textContent = `z = (${this.z.map((value) => value.toFixed(2)).join(", ")})`;
    this.plane.canvas.setAttribute("aria-label", `Map of the latent plane; ${this.plane.note.textContent}. Arrow keys move.`);
  }

  drawChain() {
    const { ctx, width, height } = this.sized(this.chain, false);
    const chain = this.decoded();
    const { beads, room } = this.data;
    const unit = width / room;
    const place = (k) => [width / 2 + chain[2 * k] * unit, height / 2 - chain[2 * k + 1] * unit];
    ctx.lineJoin = "round";
    ctx.lineWidth = 5;
    ctx.strokeStyle = this.data.colour[this.theme.dark ? 1 : 0];
    ctx.beginPath();
    for (let k = 0; k < beads; k += 1) ctx.lineTo(...place(k));
    ctx.stroke();
    for (let k = 0; k < beads; k += 1) {
      ctx.fillStyle = `rgb(${shade(this.stops, k / (beads - 1))})`;
      ctx.beginPath();
      ctx.arc(...place(k), Math.max(5, 0.3 * unit), 0, 2 * Math.PI);
      ctx.fill();
    }
    let [square, length] = [0, 0];
    for (let k = 0; k < 2 * beads; k += 1) square += chain[k] ** 2;
    for (let k = 0; k < beads - 1; k += 1) length += Math.hypot(chain[2 * k + 2] - chain[2 * k], chain[2 * k + 3] - chain[2 * k + 1]);
    const text = `R_g ${Math.sqrt(square / beads).toFixed(2)} σ, mean bond ${(length / (beads - 1)).toFixed(2)} σ`;
    this.chain.note.textContent = text;
    this.chain.canvas.setAttribute("aria-label", `The decoded chain: ${text}`);
  }

  // Both pictures side by side under a head, as the player's are taken away.
  png({ title, note }) {
    const views = [this.plane, this.chain];
    const ratio = views[0].canvas.width / views[0].canvas.clientWidth;
    const [wide, tall] = [views[0].canvas.clientWidth, views[0].canvas.clientHeight];
    const sheet = new OffscreenCanvas(Math.round((2 * wide + 60) * ratio), Math.round((tall + 112) * ratio));
    const ctx = sheet.getContext("2d");
    const family = getComputedStyle(this.root).fontFamily;
    const write = (text, x, y, style, muted = false, align = "left") => {
      ctx.font = `${style} ${family}`;
      ctx.fillStyle = this.theme.ink;
      ctx.globalAlpha = muted ? 0.65 : 1;
      ctx.textAlign = align;
      ctx.fillText(text, x, y);
    };
    ctx.scale(ratio, ratio);
    ctx.fillStyle = this.theme.background;
    ctx.fillRect(0, 0, sheet.width, sheet.height);
    write(title, 18, 34, "600 17px");
    write(note, 18, 53, "400 12.5px", true);
    views.forEach((view, k) => {
      const left = 18 + k * (wide + 24);
      write(view.figure.querySelector(".title").textContent, left, 84, "600 15px");
      write(view.note.textContent, left + wide, 84, "400 12.5px", true, "right");
      ctx.globalAlpha = 1;
      ctx.drawImage(view.canvas, left, 94, wide, tall);
    });
    return sheet.convertToBlob({ type: "image/png" });
  }

  destroy() {
    this.stop();
    if (players.get(this.data.key) === this) players.delete(this.data.key);
    clearTimeout(this.later);
    this.resized.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(LatentMap);
