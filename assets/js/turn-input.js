// Both ways round the square, live: the input is changed by a hand, and two networks are asked in
// the browser. On the left what they say of the changed input, f(g x); on the right what they said
// before, changed, g f(x); between them how far apart the two are.

import { players } from "./player/registry.js";
import { Held } from "./shared/address.js";
import { added, button, hiddenCanvas, prefersStillness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { powerOfTen } from "./shared/notation.js";
import { Theme } from "./shared/theme.js";
import { change, changed, difference, FIRST, PACE } from "./symmetry/changes.js";
import { paint, project, scaled } from "./symmetry/drawing.js";
import { noise } from "./symmetry/networks.js";
import { STYLE } from "./symmetry/style.js";

/** @import { Numbers, Pair, Sent, Stops, Tell, Words } from "./shared/types.d.ts" */
/** @import { Kind } from "./symmetry/changes.js" */
/** @import { Net } from "./symmetry/networks.js" */
/**
 * @typedef {Omit<Net, "weights"> & { key: string, label: string, note: string }} Named
 * @typedef {Sent & { arrays: Record<string, Numbers>, key: string, kind: Kind, symbol: string,
 *   networks: Named[], level: number, reach: number, scale: Stops, colour: Pair, bead: number,
 *   drag: string, moment: string }} TurnData
 */

const AUTO = 9; // seconds for which the input turns by itself
const SPEED = 26; // degrees a second
const GOOD = 1e-3; // difference below which both pictures are the same
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {number} value */
function spoken(value) {
  if (value === 0) return "0";
  return value < 1e-2 ? powerOfTen(value, 1) : value.toFixed(2);
}

class TurnInput {
  /** @type {TurnData} */
  data;
  /** @type {Tell} */
  tell;
  /** @type {Theme} */
  theme;
  /** @type {Net[]} */
  nets = [];
  /** @type {Float32Array} The noised shape. */
  x;
  /** @type {Float32Array[]} What each network says of it. */
  before = [];
  /** @type {[number, number]} What the hand has set. */
  at = [0, 0];
  /** @type {string} */
  shown = "";
  /** @type {Held | null} */
  held = null;
  touched = false;
  began = 0;
  frame = 0;
  /** @type {{ x: number, y: number, moved: number } | null} */
  drag = null;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "square");
    const head = added(this.root, "div", "head");
    this.titles = [0, 1, 2].map(() => added(head, "span"));
    this.rows = [0, 1].map(() => {
      const row = added(this.root, "div", "row");
      const left = this.canvas(row);
      const middle = added(row, "div", "middle");
      const name = added(middle, "span", "name");
      const note = added(middle, "span", "note");
      const number = added(middle, "span", "number");
      const said = added(middle, "span", "said");
      return { left, right: this.canvas(row), name, note, number, said };
    });
    const bar = added(this.root, "div", "bar");
    bar.append(button("Back to the start", () => this.back()));
    this.words = added(bar, "span", "drag");
    this.resized = new ResizeObserver(() => this.later());
    this.resized.observe(this.root);
  }

  /** @param {ParentNode} row */
  canvas(row) {
    const canvas = added(row, "canvas");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.drag = { x: event.clientX, y: event.clientY, moved: 0 };
      this.touch();
    };
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = (event) => {
      if (this.drag && this.drag.moved < 4) this.choose(canvas, event);
      this.drag = null;
      this.settle();
    };
    canvas.onpointercancel = () => {
      this.drag = null;
    };
    canvas.onkeydown = (event) => this.key(event);
    return canvas;
  }

  /**
   * @param {TurnData} data
   * @param {Tell} tell
   */
  update(data, tell) {
    this.tell = tell;
    const other = this.data?.kind !== data.kind;
    this.data = data;
    players.set(data.key, this);
    this.nets = data.networks.map((net) => ({ ...net, weights: this.weights(net.key) }));
    this.x = Float32Array.from(data.arrays.x_t);
    const order = change("rotate", 0, 0, this.x.length / 3).order;
    this.before = this.nets.map((net) => noise(net, this.x, data.level, order));
    if (other) {
      this.touched = false;
      this.at = [...FIRST[data.kind]];
      this.began = 0;
    }
    if (!this.held) {
      this.held = new Held(
        data.moment,
        () => (this.touched ? this.at.map((value) => value.toFixed(2)).join("_") : null),
        (text) => this.follow(text),
      );
      this.follow(this.held.text);
      if (this.touched) this.held.write();
    } else if (other) this.held.write();
    this.words.textContent = data.drag;
    const { symbol } = data;
    const texts = [`Change, then ask: f(${symbol}x)`, "", `Ask, then change: ${symbol}f(x)`];
    if (data.kind === "shift") texts[2] = "Ask, then shift the places: f(x)";
    this.titles.forEach((title, k) => {
      title.textContent = texts[k];
    });
    this.later();
  }

  again() {
    this.later();
  }

  /** @param {string} key */
  weights(key) {
    /** @type {Record<string, Float32Array>} */
    const found = {};
    for (const [name, values] of Object.entries(this.data.arrays)) {
      if (name.startsWith(`${key}/`)) found[name.slice(key.length + 1)] = Float32Array.from(values);
    }
    return found;
  }

  /** @param {string | null} text */
  follow(text) {
    const [a, b] = (text ?? "").split("_").map(Number);
    if (!text || !Number.isFinite(a) || !Number.isFinite(b)) return;
    const most = this.data.kind === "shift" ? 5 : 3600;
    this.at = [Math.max(-most, Math.min(most, a)), Math.max(-most, Math.min(most, b))];
    this.touched = true;
    this.later();
  }

  touch() {
    this.touched = true;
    this.later();
  }

  back() {
    this.touched = true;
    this.at = [0, 0];
    this.settle();
  }

  settle() {
    this.held?.note();
    this.later();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.drag) return;
    const [dx, dy] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
    this.drag = { x: event.clientX, y: event.clientY, moved: this.drag.moved + Math.hypot(dx, dy) };
    this.by(dx, dy);
  }

  /**
   * @param {number} dx Pixels.
   * @param {number} dy
   */
  by(dx, dy) {
    const { kind } = this.data;
    const sign = kind === "rotate" ? 1 : -1;
    const most = kind === "shift" ? 2.5 : 3600;
    const pace = PACE[kind];
    /** @param {number} value */
    const held = (value) => Math.max(-most, Math.min(most, value));
    this.at = [held(this.at[0] + pace * dx), held(this.at[1] + sign * pace * dy)];
    this.later();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    this.touched = true;
    const reach = this.data.kind === "renumber" ? 34 : 12;
    this.by(reach * way[0], -reach * way[1]);
    this.settle();
  }

  /**
   * The bead under the pointer, whose messages the page shows.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {PointerEvent} event
   */
  choose(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const g = this.change;
    const points = changed(g, this.x, true);
    const { level, reach } = this.data;
    const spots = project(scaled(points, level), box.width, box.height, reach);
    let [best, far] = [-1, 20];
    spots.forEach(([x, y], k) => {
      const distance = Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y);
      if (distance < far) [best, far] = [k, distance];
    });
    if (best >= 0) this.tell("bead", g.order[best]);
  }

  get change() {
    return change(this.data.kind, this.at[0], this.at[1], this.x.length / 3);
  }

  later() {
    this.frame ||= requestAnimationFrame((now) => {
      this.frame = 0;
      this.draw(now);
    });
  }

  /** @param {number} now Milliseconds. */
  draw(now) {
    if (!this.data || !this.root.clientWidth) return;
    const { kind, level } = this.data;
    if (!this.touched && kind !== "renumber") this.moveAlone(now);
    this.theme = new Theme(this.root);
    const g = this.change;
    const points = changed(g, this.x, true);
    this.nets.forEach((net, k) => {
      const there = noise(net, points, level, g.order);
      const here = changed(g, this.before[k], false);
      const gap = difference(there, here);
      const row = this.rows[k];
      const same = gap < GOOD;
      row.name.textContent = this.data.networks[k].label;
      row.note.textContent = this.data.networks[k].note;
      row.number.textContent = spoken(gap);
      row.number.title = "|f(gx) − gf(x)| / |f(x)|";
      row.said.textContent = same ? "✓ the arrows follow" : "✗ the arrows do not follow";
      row.number.dataset.gap = `${gap}`;
      const { data, at, theme } = this;
      paint(row.left, { points, arrows: there }, g.order, data, at, theme);
      paint(row.right, { points, arrows: here }, g.order, data, at, theme);
      const words = `${this.data.networks[k].label}: relative difference ${spoken(gap)}`;
      row.left.setAttribute("aria-label", `${words}. Arrow keys change the input.`);
      row.right.setAttribute("aria-label", `${words}. Arrow keys change the input.`);
    });
    this.root.dataset.at = this.at.map((value) => value.toFixed(2)).join("_");
    this.root.dataset.kind = kind;
  }

  /** @param {number} now */
  moveAlone(now) {
    this.began ||= now;
    const still = prefersStillness();
    const seconds = still ? AUTO : Math.min(AUTO, (now - this.began) / 1000);
    const [a, b] = FIRST[this.data.kind];
    if (this.data.kind === "shift")
      this.at = [1.6 * Math.sin(seconds), 0.8 * Math.sin(2 * seconds)];
    else this.at = [a + SPEED * seconds, b + 18 * Math.sin(0.7 * seconds)];
    if (seconds < AUTO) this.later();
  }

  /**
   * All four pictures with their numbers under a head.
   *
   * @param {Words} words
   */
  png({ title, note }) {
    const [{ left }] = this.rows;
    const ratio = left.width / left.clientWidth;
    const [wide, tall] = [left.clientWidth, left.clientHeight];
    const { canvas: sheet, ctx } = hiddenCanvas(
      Math.round((2 * wide + 60) * ratio),
      Math.round((2 * tall + 150) * ratio),
    );
    /**
     * @param {string} text
     * @param {number} x
     * @param {number} y
     * @param {string} style
     */
    const write = (text, x, y, style) => {
      ctx.font = `${style} ${this.theme.font}`;
      ctx.fillStyle = this.theme.ink;
      ctx.fillText(text, x, y);
    };
    ctx.scale(ratio, ratio);
    ctx.fillStyle = this.theme.background;
    ctx.fillRect(0, 0, sheet.width, sheet.height);
    write(title, 18, 34, "600 17px");
    write(note, 18, 53, "400 12.5px");
    [0, 2].forEach((k, side) => {
      write(this.titles[k].textContent, 18 + side * (wide + 24), 80, "600 14px");
    });
    this.rows.forEach((row, k) => {
      const top = 90 + k * (tall + 28);
      ctx.drawImage(row.left, 18, top + 20, wide, tall);
      ctx.drawImage(row.right, 42 + wide, top + 20, wide, tall);
      const text = `${row.name.textContent}: ${row.number.textContent}`;
      write(text, 18, top + 14, "600 13px");
    });
    return sheet.convertToBlob({ type: "image/png" });
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    if (players.get(this.data.key) === this) players.delete(this.data.key);
    this.held?.end();
    this.resized.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(TurnInput);
