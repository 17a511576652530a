// A canvas to draw points on, by mouse, finger or keyboard. What is kept and sent to the server is
// the text of the strokes (drawing/strokes.js).

import { decode, encode, extend, GRID, inside, spray } from "./drawing/strokes.js";
import { write } from "./shared/address.js";
import { added, button, hiddenCanvas, pen, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Corner, Stroke } from "./drawing/strokes.js" */
/** @import { Context, Pair, Sent, Tell } from "./shared/types.d.ts" */
/**
 * @typedef {{ count: number, sum: number }} Count Of points, and of their coordinates.
 * @typedef {Count & { picture: OffscreenCanvas, mark: string, last?: Stroke }} Base
 * @typedef {Sent & { text: string, given: number, starters: { label: string, text: string }[],
 *   colour: Pair, height: number, name: string, longest: number }} DrawingData
 */

const MAX_STROKES = 400;
const MAX_POINTS = 20000;
const SPACING = 14; // steps of the grid between two corners of a stroke drawn by hand
const KEY_STEP = 24;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STYLE = `
:host { display: block; }
.drawing { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-size: .85rem; }
canvas { display: block; margin: 0 auto; border-radius: .4rem;
  border: 1px solid var(--st-border-color);
  box-sizing: border-box; cursor: crosshair; touch-action: none; }
canvas:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .45rem .9rem; margin-top: .6rem;
  }
.tools:empty { display: none; }
label { display: inline-flex; align-items: center; gap: .45rem; }
input[type=range] { width: 6.5rem; accent-color: var(--st-primary-color); height: 1.4rem; }
button { font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--st-border-color);
  border-radius: .4rem; padding: .25rem .7rem; min-height: 2rem; cursor: pointer; }
button:hover:enabled { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button:disabled { opacity: .45; cursor: default; }
@media (pointer: coarse) { button, input[type=range] { min-height: 44px; } }
.count { margin-left: auto; opacity: .8; font-variant-numeric: tabular-nums; }
`;

class Drawing {
  /** @type {DrawingData} */
  data;
  /** @type {Tell} */
  tell;
  /** @type {Stroke[]} */
  strokes = [];
  /** @type {Stroke | null} The one that is being drawn. */
  drawn = null;
  /** @type {Corner} Where the keyboard's brush stands. */
  cursor = [512, 512];
  /** @type {Base | undefined} */
  base;
  full = false;
  later = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "drawing");
    this.canvas = added(this.root, "canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    const row = added(this.root, "div", "tools");
    this.width = this.slider(row, "Brush", [0, 40, 8], "Width of the brush");
    this.density = this.slider(row, "Density", [2, 50, 15], "Points along a stroke");
    this.undo = button("Undo", () => this.take(this.strokes.slice(0, -1)));
    this.clear = button("Clear", () => this.take([]));
    row.append(this.undo, this.clear);
    this.starters = added(this.root, "div", "tools");
    this.count = added(row, "span", "count");
    this.canvas.onpointerdown = (event) => this.down(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => this.up();
    this.canvas.onkeydown = (event) => this.key(event);
    this.canvas.onkeyup = (event) => {
      if (event.key === "Shift") this.up();
    };
    this.canvas.onfocus = () => this.draw();
    this.canvas.onblur = () => {
      this.up();
      this.draw();
    };
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  /**
   * @param {ParentNode} row
   * @param {string} words
   * @param {[number, number, number]} range Least, most and first value.
   * @param {string} title
   */
  slider(row, words, [min, max, value], title) {
    const label = added(row, "label", "", words);
    label.title = title;
    const input = added(label, "input");
    Object.assign(input, { type: "range", min, max, value });
    return input;
  }

  /**
   * @param {DrawingData} data
   * @param {Tell} tell
   */
  update(data, tell) {
    this.tell = tell;
    if (this.data?.given !== data.given) {
      this.drawn = null;
      this.strokes = decode(data.text);
    }
    this.data = data;
    this.starters.replaceChildren(added(this.starters, "span", "", "Begin with"));
    for (const { label, text } of data.starters) {
      added(this.starters, "button", "", label).onclick = () => this.take(decode(text));
    }
    this.draw();
  }

  /**
   * Other strokes than before, all at once.
   *
   * @param {Stroke[]} strokes
   */
  take(strokes) {
    this.drawn = null;
    this.strokes = strokes;
    this.settle();
  }

  settle() {
    this.draw();
    clearTimeout(this.later);
    this.later = window.setTimeout(() => this.say(encode(this.strokes)), 200);
  }

  /**
   * Into the address, where it fits, before the server hears of it.
   *
   * @param {string} text
   */
  say(text) {
    const { name, longest, starters } = this.data;
    write(name, text === starters[0].text || text.length > longest ? null : text);
    this.tell("drawing", text);
  }

  /**
   * @param {PointerEvent} event
   * @returns {Corner}
   */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const share = [
      (event.clientX - box.left) / box.width,
      1 - (event.clientY - box.top) / box.height,
    ];
    return inside([share[0] * GRID, share[1] * GRID]);
  }

  /** @param {Corner} corner */
  begin(corner) {
    if (this.strokes.length >= MAX_STROKES || this.full) return;
    this.drawn = {
      width: Number(this.width.value),
      density: Number(this.density.value),
      corners: [corner],
    };
    this.strokes = [...this.strokes, this.drawn];
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = this.place(event);
    this.begin(this.cursor);
    this.draw();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.drawn || !event.buttons) return;
    const to = this.place(event);
    const [x, y] = this.drawn.corners[this.drawn.corners.length - 1];
    if (this.full || Math.hypot(to[0] - x, to[1] - y) < SPACING) return;
    this.cursor = to;
    extend(this.drawn.corners, to);
    this.draw();
  }

  up() {
    if (!this.drawn) return;
    this.drawn = null;
    this.settle();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const way = WAYS[event.key];
    const undo =
      event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (way) {
      const [x, y] = this.cursor;
      const to = inside([x + KEY_STEP * way[0], y + KEY_STEP * way[1]]);
      if (event.shiftKey && !this.drawn) this.begin(this.cursor);
      if (!event.shiftKey) this.up();
      if (this.drawn && !this.full) extend(this.drawn.corners, to);
      this.cursor = to;
      this.draw();
    } else if (event.key === " ") {
      this.begin(this.cursor);
      this.up();
    } else if (undo) {
      this.take(this.strokes.slice(0, -1));
    } else if (event.key === "Delete") {
      this.take([]);
    } else {
      return;
    }
    event.preventDefault();
  }

  draw() {
    const room = this.root.clientWidth;
    if (!this.data || !room) return;
    const side = Math.min(room, this.data.height);
    const ratio = sharpness();
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    this.canvas.width = this.canvas.height = Math.round(side * ratio);
    const ctx = pen(this.canvas);
    const theme = new Theme(this.root);
    const base = this.finished(side, ratio, theme);
    ctx.drawImage(base.picture, 0, 0);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const last = this.strokes.length - 1;
    const { count, sum } = this.drawn ? this.paint(ctx, side, theme, this.drawn, last, base) : base;
    this.full = count >= MAX_POINTS;
    if (!this.strokes.length) this.invite(ctx, side, theme);
    if (this.canvas.matches(":focus-visible")) this.mark(ctx, side, theme);
    this.undo.disabled = this.clear.disabled = !this.strokes.length;
    this.count.textContent = `${count.toLocaleString("en")} points${this.full ? " (maximum)" : ""}`;
    this.canvas.setAttribute(
      "aria-label",
      `Canvas with ${this.count.textContent}. Arrow keys move the brush, ` +
        "with Shift they draw, Space makes a dab, Backspace undoes, Delete clears.",
    );
    this.root.dataset.points = `${count}`;
    this.root.dataset.sum = sum.toFixed(4);
  }

  /**
   * All strokes but the one being drawn, as a picture that is made again only when they change.
   *
   * @param {number} side
   * @param {number} ratio
   * @param {Theme} theme
   * @returns {Base}
   */
  finished(side, ratio, theme) {
    const strokes = this.drawn ? this.strokes.slice(0, -1) : this.strokes;
    const mark = [strokes.length, side, ratio, theme.name].join();
    if (this.base?.mark === mark && this.base.last === strokes[strokes.length - 1])
      return this.base;
    const { canvas: picture, ctx } = hiddenCanvas(this.canvas.width, this.canvas.height);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    let before = { count: 0, sum: 0 };
    strokes.forEach((stroke, index) => {
      before = this.paint(ctx, side, theme, stroke, index, before);
    });
    this.base = { ...before, picture, mark, last: strokes[strokes.length - 1] };
    return this.base;
  }

  /**
   * The points of one stroke after those so far; how many there are then, and their sum.
   *
   * @param {Context} ctx
   * @param {number} side
   * @param {Theme} theme
   * @param {Stroke} stroke
   * @param {number} index
   * @param {Count} before
   * @returns {Count}
   */
  paint(ctx, side, theme, stroke, index, { count, sum }) {
    const xy = spray(stroke, index);
    ctx.fillStyle = theme.colour(this.data.colour);
    ctx.globalAlpha = 0.75;
    for (let k = 0; k < xy.length && count < MAX_POINTS; k += 2, count += 1) {
      ctx.beginPath();
      ctx.arc(((xy[k] + 1) / 2) * side, ((1 - xy[k + 1]) / 2) * side, 1.7, 0, 2 * Math.PI);
      ctx.fill();
      sum += xy[k] + xy[k + 1];
    }
    ctx.globalAlpha = 1;
    return { count, sum };
  }

  /**
   * @param {Context} ctx
   * @param {number} side
   * @param {Theme} theme
   */
  invite(ctx, side, theme) {
    ctx.fillStyle = theme.ink;
    ctx.globalAlpha = 0.6;
    ctx.font = `16px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.fillText("Draw here", side / 2, side / 2);
    ctx.globalAlpha = 1;
  }

  /**
   * Where the keyboard's brush stands.
   *
   * @param {Context} ctx
   * @param {number} side
   * @param {Theme} theme
   */
  mark(ctx, side, theme) {
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc((this.cursor[0] / GRID) * side, (1 - this.cursor[1] / GRID) * side, 8, 0, 2 * Math.PI);
    ctx.stroke();
  }

  destroy() {
    clearTimeout(this.later);
    this.resized.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Drawing);
