// Both ways round the square, live: the input is changed by a hand, and two networks are asked in
// the browser. On the left what they say of the changed input, f(g x); on the right what they said
// before, changed, g f(x); between them how far apart the two are.

import { players } from "./player/registry.js";
import { Held } from "./shared/address.js";
import { css, onScale } from "./shared/colour.js";
import { added, button, hiddenCanvas, pen, prefersStillness, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { powerOfTen } from "./shared/notation.js";
import { Theme } from "./shared/theme.js";
import { change, changed, difference, FIRST, normal, PACE } from "./symmetry/changes.js";
import { noise } from "./symmetry/networks.js";

/** @import { Numbers, Pair, Sent, Stops, Tell, Words } from "./shared/types.d.ts" */
/** @import { Kind } from "./symmetry/changes.js" */
/** @import { Net } from "./symmetry/networks.js" */
/**
 * @typedef {Omit<Net, "weights"> & { key: string, label: string, note: string }} Named
 * @typedef {Sent & { arrays: Record<string, Numbers>, key: string, kind: Kind, symbol: string,
 *   networks: Named[], level: number, reach: number, scale: Stops, colour: Pair, bead: number,
 *   drag: string, moment: string }} TurnData
 * @typedef {{ points: Float32Array, arrows: Float32Array }} Picture
 */

const EYE = [0.42, 0.24]; // the camera, radians about the vertical and above the plane
const AUTO = 9; // seconds for which the input turns by itself
const SPEED = 26; // degrees a second
const GOOD = 1e-3; // difference below which both pictures are the same
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STYLE = `
:host { display: block; }
.square { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.head, .row { display: grid; grid-template-columns: minmax(0, 1fr) 11.5rem minmax(0, 1fr);
  align-items: center; gap: .4rem .8rem; }
.head { font-size: .9rem; font-weight: 600; text-align: center; }
.row { border-top: 1px solid var(--st-border-color); padding: .5rem 0; }
.middle { text-align: center; line-height: 1.35; }
.name { font-weight: 600; display: block; }
.note { font-size: .8rem; opacity: .82; display: block; }
.number { font-size: 1.5rem; font-weight: 650; display: block; margin-top: .35rem; }
.said { font-size: .84rem; display: block; font-weight: 600; }
canvas { display: block; width: 100%; border-radius: .4rem; cursor: grab; touch-action: pan-y; }
canvas:active { cursor: grabbing; }
canvas:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.bar { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center; font-size: .84rem;
  border-top: 1px solid var(--st-border-color); padding-top: .5rem; }
.bar button { font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: .4rem; padding: .25rem .7rem;
  min-height: 2.6rem; min-width: 2.6rem; }
.bar button:hover { border-color: var(--st-primary-color); }
.bar .drag { opacity: .85; }
@container (max-width: 620px) {
  .head, .row { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .head span:nth-child(2) { display: none; }
  .middle { grid-column: 1 / -1; grid-row: 1; display: flex; flex-wrap: wrap; gap: 0 .6rem;
    align-items: baseline; justify-content: center; }
  .number { font-size: 1.15rem; margin: 0; }
  .note { display: none; }
}
`;

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
    const spots = this.project(points, box.width, box.height);
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
      this.paint(row.left, { points, arrows: there }, g.order);
      this.paint(row.right, { points, arrows: here }, g.order);
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
   * Where places (3N) are on a canvas, and how near the eye.
   *
   * @param {Float32Array} x
   * @param {number} width
   * @param {number} height
   * @returns {[number, number, number][]}
   */
  project(x, width, height) {
    const unit = Math.min(width, 1.5 * height) / (2 * this.data.reach);
    const [cy, sy] = [Math.cos(EYE[0]), Math.sin(EYE[0])];
    const [cp, sp] = [Math.cos(EYE[1]), Math.sin(EYE[1])];
    const spots = [];
    for (let k = 0; k < x.length; k += 3) {
      const right = cy * x[k] + sy * x[k + 2];
      const depth = -sy * x[k] + cy * x[k + 2];
      const up = cp * x[k + 1] - sp * depth;
      const near = sp * x[k + 1] + cp * depth;
      spots.push(
        /** @type {[number, number, number]} */ ([
          width / 2 + unit * right,
          height / 2 - unit * up,
          near,
        ]),
      );
    }
    return spots;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Picture} picture
   * @param {number[]} order
   */
  paint(canvas, { points, arrows }, order) {
    const ratio = sharpness();
    const width = canvas.clientWidth;
    const height = Math.round(Math.max(150, Math.min(250, 0.62 * width)));
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const ctx = pen(canvas);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const { level } = this.data;
    const signal = Math.sqrt(level);
    const reach = Math.sqrt(1 - level) / signal;
    // In the size of clean shapes; an arrow leads to where the bead was, if the network is right.
    const ends = this.project(
      points.map((value, k) => value / signal - reach * arrows[k]),
      width,
      height,
    );
    const spots = this.project(
      points.map((value) => value / signal),
      width,
      height,
    );
    const { theme } = this;
    if (this.data.kind === "mirror") this.mirror(ctx, width, height);
    /** @type {number[]} Rows along the chain. */
    const along = [];
    order.forEach((bead, row) => {
      along[bead] = row;
    });
    ctx.lineWidth = 3;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.strokeStyle = theme.muted;
    ctx.globalAlpha = 0.55;
    ctx.beginPath();
    for (const row of along) ctx.lineTo(spots[row][0], spots[row][1]);
    ctx.stroke();
    ctx.globalAlpha = 1;
    const stops = this.data.scale[theme.dark ? 1 : 0];
    const rows = along.toSorted((a, b) => spots[a][2] - spots[b][2]);
    for (const row of rows) {
      const [x, y] = spots[row];
      this.arrow(ctx, spots[row], ends[row]);
      ctx.fillStyle = css(onScale(stops, order[row] / (order.length - 1)));
      ctx.beginPath();
      ctx.arc(x, y, 6.5, 0, 2 * Math.PI);
      ctx.fill();
      if (order[row] === this.data.bead) {
        ctx.strokeStyle = theme.ink;
        ctx.lineWidth = 2;
        ctx.stroke();
      }
      if (this.data.kind === "renumber") this.number(ctx, row, x, y);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} row
   * @param {number} x
   * @param {number} y
   */
  number(ctx, row, x, y) {
    ctx.font = `600 11px ${this.theme.font}`;
    ctx.fillStyle = this.theme.ink;
    ctx.fillText(`${row + 1}`, x + 8, y - 6);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {number[]} from
   * @param {number[]} to
   */
  arrow(ctx, from, to) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    if (length < 2) return;
    const head = Math.min(8, 0.5 * length);
    const angle = Math.atan2(dy, dx);
    ctx.strokeStyle = ctx.fillStyle = this.theme.colour(this.data.colour);
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(from[0], from[1]);
    ctx.lineTo(to[0] - 0.6 * head * Math.cos(angle), to[1] - 0.6 * head * Math.sin(angle));
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(to[0], to[1]);
    for (const side of [-0.45, 0.45])
      ctx.lineTo(to[0] - head * Math.cos(angle + side), to[1] - head * Math.sin(angle + side));
    ctx.fill();
  }

  /**
   * The trace of the mirror on the plane of the screen.
   *
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} width
   * @param {number} height
   */
  mirror(ctx, width, height) {
    const [a, b] = this.at;
    const [u, v] = normal(a, b);
    const line = Float32Array.from([-v, u, 0, v, -u, 0], (value) => 9 * value);
    const [from, to] = this.project(line, width, height);
    ctx.setLineDash([6, 5]);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = this.theme.muted;
    ctx.beginPath();
    ctx.moveTo(from[0], from[1]);
    ctx.lineTo(to[0], to[1]);
    ctx.stroke();
    ctx.setLineDash([]);
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
