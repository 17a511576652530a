// The latent plane as a map: a handle is dragged over it and the decoded chain follows. The server
// sends the chains of a grid; between its points they are interpolated here, so nothing waits.

import { players } from "./player/registry.js";
import { write } from "./shared/address.js";
import { css, onScale } from "./shared/colour.js";
import { added, hiddenCanvas, pen, prefersStillness, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Numbers, Pair, Sent, Stops, Tell, Words } from "./shared/types.d.ts" */
/**
 * @typedef {Sent & { arrays: Record<"chains" | "values" | "codes", Numbers>, step: number,
 *   key: string, cells: number, reach: number, beads: number, room: number,
 *   limits: [number, number], ends: [string, string], scale: Stops, colour: Pair,
 *   z: [number, number], path: [number, number][], walk: number, seconds: number }} MapData
 * @typedef {ReturnType<typeof viewOf>} ChainView
 */

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STYLE = `
:host { display: block; }
.latent { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.views { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem 1.5rem; }
figure { margin: 0; min-width: 0; }
.head { display: flex; justify-content: space-between; gap: .8rem; min-height: 1.5rem;
  margin-bottom: .3rem; }
.title { font-size: .93rem; font-weight: 600; }
.note { font-size: .8rem; opacity: .82; }
canvas { display: block; width: 100%; border-radius: .4rem; }
canvas.map { cursor: crosshair; touch-action: pan-y; }
canvas.map:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.scale { display: flex; align-items: center; gap: .5rem; font-size: .78rem; margin-top: .4rem;
  opacity: .85; }
.scale i { flex: 1; min-width: 3rem; height: .5rem; border-radius: .25rem; }
@container (max-width: 560px) { .views { grid-template-columns: minmax(0, 1fr); } }
`;

/**
 * A picture with its title and a note.
 *
 * @param {ParentNode} parent
 * @param {string} name
 * @param {string} title
 */
function viewOf(parent, name, title) {
  const figure = added(parent, "figure");
  const head = added(figure, "div", "head");
  added(head, "span", "title", title);
  const note = added(head, "span", "note");
  const canvas = added(figure, "canvas", name);
  canvas.setAttribute("role", "img");
  return { figure, note, canvas, title };
}

class LatentMap {
  /** @type {MapData} */
  data;
  /** @type {Tell} */
  tell;
  /** @type {Theme} */
  theme;
  /** @type {string[]} */
  stops;
  /** @type {number[]} The point on the plane. */
  z;
  /** @type {Float32Array} */
  chains;
  /** @type {Float32Array} */
  values;
  /** @type {Float32Array} */
  codes;
  /** @type {OffscreenCanvas | null} */
  image = null;
  shown = "";
  walked = 0;
  frame = 0;
  later = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "latent");
    const views = added(this.root, "div", "views");
    this.plane = viewOf(views, "map", "Latent plane of the VAE");
    this.chain = viewOf(views, "chain", "Decoded chain");
    this.legend = added(this.plane.figure, "div", "scale");
    const { canvas } = this.plane;
    canvas.tabIndex = 0;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.take(event);
    };
    canvas.onpointermove = (event) => {
      if (event.buttons) this.take(event);
    };
    canvas.onpointerup = () => this.settle();
    canvas.onkeydown = (event) => this.key(event);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  /**
   * @param {MapData} data
   * @param {Tell} tell
   */
  update(data, tell) {
    this.tell = tell;
    this.data = data;
    players.set(data.key, this);
    const whole = data.arrays.chains;
    this.chains = Float32Array.from(whole, (value) => value * data.step);
    this.values = Float32Array.from(data.arrays.values);
    this.codes = Float32Array.from(data.arrays.codes);
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
    const still = prefersStillness();
    const began = performance.now();
    /** @param {number} now */
    const step = (now) => {
      const at = still
        ? path.length - 1
        : Math.min(path.length - 1, ((now - began) / 1000 / this.data.seconds) * (path.length - 1));
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

  /** @param {PointerEvent} event */
  take(event) {
    this.stop();
    const box = this.plane.canvas.getBoundingClientRect();
    const share = [
      (event.clientX - box.left) / box.width,
      1 - (event.clientY - box.top) / box.height,
    ];
    this.move(share.map((value) => (2 * value - 1) * this.data.reach));
  }

  /** @param {number[]} z */
  move(z) {
    const { reach } = this.data;
    this.z = z.map((value) => Math.max(-reach, Math.min(reach, value)));
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    this.stop();
    this.move(this.z.map((value, k) => value + 0.08 * way[k]));
    clearTimeout(this.later);
    this.later = window.setTimeout(() => this.settle(), 500);
  }

  settle() {
    const z = this.z.map((value) => Math.round(100 * value) / 100);
    write("z", z.map((value) => value.toFixed(2)).join(","));
    this.tell("z", z);
  }

  /**
   * Four neighbours on the grid and their weights.
   *
   * @returns {[number, number][]}
   */
  corners() {
    const { cells, reach } = this.data;
    const [x, y] = this.z.map((value) => ((value + reach) / (2 * reach)) * (cells - 1));
    const [i, j] = [Math.min(cells - 2, Math.floor(x)), Math.min(cells - 2, Math.floor(y))];
    const [u, v] = [x - i, y - j];
    return [
      [j * cells + i, (1 - u) * (1 - v)],
      [j * cells + i + 1, u * (1 - v)],
      [(j + 1) * cells + i, (1 - u) * v],
      [(j + 1) * cells + i + 1, u * v],
    ];
  }

  decoded() {
    const beads = this.data.beads;
    const chain = new Float32Array(2 * beads);
    for (const [cell, weight] of this.corners()) {
      for (let k = 0; k < 2 * beads; k += 1) chain[k] += weight * this.chains[cell * 2 * beads + k];
    }
    return chain;
  }

  /**
   * @param {ChainView} view
   * @param {boolean} square
   */
  sized({ canvas }, square) {
    const ratio = sharpness();
    const width = canvas.clientWidth;
    const height = square ? width : this.plane.canvas.clientWidth;
    canvas.style.height = `${height}px`;
    if (
      canvas.width !== Math.round(width * ratio) ||
      canvas.height !== Math.round(height * ratio)
    ) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const ctx = pen(canvas);
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
      const { canvas, ctx: hidden } = hiddenCanvas(cells, cells);
      const pixels = new ImageData(cells, cells);
      this.values.forEach((value, k) => {
        const row = cells - 1 - Math.floor(k / cells);
        const colour = onScale(this.stops, (value - limits[0]) / (limits[1] - limits[0]));
        pixels.data.set([...colour, 255], 4 * (row * cells + (k % cells)));
      });
      hidden.putImageData(pixels, 0, 0);
      this.image = canvas;
      this.shown = this.theme.name;
      const run = added(this.legend, "i");
      run.style.background = `linear-gradient(90deg, ${this.stops.join()})`;
      this.legend.replaceChildren(ends[0], run, ends[1]);
    }
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(this.image, 0, 0, width, height);
    /**
     * @param {number} x
     * @param {number} y
     * @returns {[number, number]}
     */
    const place = (x, y) => [((x / reach + 1) / 2) * width, ((1 - y / reach) / 2) * height];
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
    for (const [x, y] of this.data.path) ctx.lineTo(...place(x, y));
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(...place(this.z[0], this.z[1]), 9, 0, 2 * Math.PI);
    ctx.fillStyle = this.theme.accent;
    ctx.fill();
    ctx.stroke();
    this.plane.note.textContent = `z = (${this.z.map((value) => value.toFixed(2)).join(", ")})`;
    this.plane.canvas.setAttribute(
      "aria-label",
      `Map of the latent plane; ${this.plane.note.textContent}. Arrow keys move.`,
    );
  }

  drawChain() {
    const { ctx, width, height } = this.sized(this.chain, false);
    const chain = this.decoded();
    const { beads, room } = this.data;
    const unit = width / room;
    /**
     * @param {number} k
     * @returns {[number, number]}
     */
    const place = (k) => [width / 2 + chain[2 * k] * unit, height / 2 - chain[2 * k + 1] * unit];
    ctx.lineJoin = "round";
    ctx.lineWidth = 5;
    ctx.strokeStyle = this.theme.colour(this.data.colour);
    ctx.beginPath();
    for (let k = 0; k < beads; k += 1) ctx.lineTo(...place(k));
    ctx.stroke();
    for (let k = 0; k < beads; k += 1) {
      ctx.fillStyle = css(onScale(this.stops, k / (beads - 1)));
      ctx.beginPath();
      ctx.arc(...place(k), Math.max(5, 0.3 * unit), 0, 2 * Math.PI);
      ctx.fill();
    }
    let [square, length] = [0, 0];
    for (let k = 0; k < 2 * beads; k += 1) square += chain[k] ** 2;
    for (let k = 0; k < beads - 1; k += 1)
      length += Math.hypot(chain[2 * k + 2] - chain[2 * k], chain[2 * k + 3] - chain[2 * k + 1]);
    const [gyration, bond] = [Math.sqrt(square / beads), length / (beads - 1)];
    const text = `radius of gyration ${gyration.toFixed(2)} σ, mean bond ${bond.toFixed(2)} σ`;
    this.chain.note.textContent = text;
    this.chain.canvas.setAttribute("aria-label", `The decoded chain: ${text}`);
  }

  /**
   * Both pictures side by side under a head, as the player's are taken away.
   *
   * @param {Words} words
   */
  png({ title, note }) {
    const views = [this.plane, this.chain];
    const ratio = views[0].canvas.width / views[0].canvas.clientWidth;
    const [wide, tall] = [views[0].canvas.clientWidth, views[0].canvas.clientHeight];
    const { canvas: sheet, ctx } = hiddenCanvas(
      Math.round((2 * wide + 60) * ratio),
      Math.round((tall + 112) * ratio),
    );
    const family = getComputedStyle(this.root).fontFamily;
    /**
     * @param {string} text
     * @param {number} x
     * @param {number} y
     * @param {string} style
     * @param {{ muted?: boolean, align?: CanvasTextAlign }} [how]
     */
    const write = (text, x, y, style, { muted = false, align = "left" } = {}) => {
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
    write(note, 18, 53, "400 12.5px", { muted: true });
    views.forEach((view, k) => {
      const left = 18 + k * (wide + 24);
      write(view.title, left, 84, "600 15px");
      const how = { muted: true, align: /** @type {CanvasTextAlign} */ ("right") };
      write(view.note.textContent, left + wide, 84, "400 12.5px", how);
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
