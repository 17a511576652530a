// A canvas to draw points on, by mouse, finger or keyboard. What is kept and told to the server is
// the text of the strokes; how it becomes points stands in engine/own_drawing.py, and here again.

import { write } from "./address.js";
import { mounted } from "./mounting.js";
import { Theme } from "./viewer-theme.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const GRID = 1023;
const WIDTH_UNIT = 1 / 250;
const DENSITY_UNIT = 10;
const DAB = 0.25;
const FARTHEST = 31;
const MAX_STROKES = 400;
const MAX_POINTS = 20000;
const SPACING = 14; // steps of the grid between two corners of a stroke drawn by hand
const KEY_STEP = 24;
const STYLE = `
:host { display: block; }
.drawing { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color); font-size: .85rem; }
canvas { display: block; margin: 0 auto; border-radius: .4rem; border: 1px solid var(--st-border-color);
  box-sizing: border-box; cursor: crosshair; touch-action: none; }
canvas:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .45rem .9rem; margin-top: .6rem; }
.tools:empty { display: none; }
label { display: inline-flex; align-items: center; gap: .45rem; }
input[type=range] { width: 6.5rem; accent-color: var(--st-primary-color); height: 1.4rem; }
button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--st-border-color);
  border-radius: .4rem; padding: .25rem .7rem; min-height: 2rem; cursor: pointer; }
button:hover:enabled { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button:disabled { opacity: .45; cursor: default; }
.count { margin-left: auto; opacity: .8; font-variant-numeric: tabular-nums; }
`;

// ------------------------------------------------------------------------------ strokes and text

function encode(strokes) {
  return strokes.map(({ width, density, corners }) => {
    const [[x, y]] = corners;
    const values = [width, density, x >> 6, x & 63, y >> 6, y & 63];
    for (let k = 1; k < corners.length; k += 1) {
      values.push(corners[k][0] - corners[k - 1][0] + 32, corners[k][1] - corners[k - 1][1] + 32);
    }
    return values.map((value) => LETTERS[value]).join("");
  }).join(".");
}

function decode(text) {
  return (text ? text.split(".") : []).map((part) => {
    const [width, density, a, b, c, d, ...ways] = [...part].map((letter) => LETTERS.indexOf(letter));
    const corners = [[64 * a + b, 64 * c + d]];
    for (let k = 0; k < ways.length; k += 2) {
      const [x, y] = corners[corners.length - 1];
      corners.push([x + ways[k] - 32, y + ways[k + 1] - 32]);
    }
    return { width, density, corners };
  });
}

// Go to a corner, by several if the way is long.
function extend(corners, to) {
  const [x, y] = corners[corners.length - 1];
  const parts = Math.max(1, Math.ceil(Math.max(Math.abs(to[0] - x), Math.abs(to[1] - y)) / FARTHEST));
  for (let k = 1; k <= parts; k += 1) {
    corners.push([Math.round(x + (to[0] - x) * k / parts), Math.round(y + (to[1] - y) * k / parts)]);
  }
}

function hash(value) {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

// The points of a stroke, x and y in turn, in canvas units.
function spray({ width, density, corners }, index) {
  const path = corners.map((corner) => corner.map((value) => value * (2 / GRID) - 1));
  const ends = [0];
  for (let k = 1; k < path.length; k += 1) {
    ends.push(ends[k - 1] + Math.hypot(path[k][0] - path[k - 1][0], path[k][1] - path[k - 1][1]));
  }
  const length = ends[ends.length - 1];
  const perUnit = density * DENSITY_UNIT;
  const count = Math.trunc(Math.max(length, DAB) * perUnit);
  const found = new Float64Array(2 * count);
  for (let k = 0, at = 1; k < count; k += 1) {
    const along = Math.min(length, (k + 0.5) / perUnit);
    while (at < ends.length - 1 && ends[at] < along) at += 1;
    const from = Math.max(0, at - 1);
    const to = Math.min(at, path.length - 1);
    const share = ends[to] > ends[from] ? (along - ends[from]) / (ends[to] - ends[from]) : 0;
    const u = (hash((index << 20) + 2 * k) + 0.5) / 2 ** 32;
    const w = (hash((index << 20) + 2 * k + 1) + 0.5) / 2 ** 32;
    const radius = width * WIDTH_UNIT * Math.sqrt(-2 * Math.log(u));
    found[2 * k] = path[from][0] + share * (path[to][0] - path[from][0]) + radius * Math.cos(2 * Math.PI * w);
    found[2 * k + 1] = path[from][1] + share * (path[to][1] - path[from][1]) + radius * Math.sin(2 * Math.PI * w);
  }
  return found;
}

// ------------------------------------------------------------------------------------ the canvas

function element(tag, parent, words = "") {
  const made = document.createElement(tag);
  if (words) made.textContent = words;
  parent.append(made);
  return made;
}

class Drawing {
  constructor(parent) {
    this.style = element("style", parent, STYLE);
    this.root = element("div", parent);
    this.root.className = "drawing";
    this.canvas = element("canvas", this.root);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.tools();
    this.strokes = [];
    this.cursor = [512, 512];
    this.canvas.onpointerdown = (event) => this.down(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => this.up();
    this.canvas.onkeydown = (event) => this.key(event);
    this.canvas.onkeyup = (event) => { if (event.key === "Shift") this.up(); };
    this.canvas.onfocus = () => this.draw();
    this.canvas.onblur = () => { this.up(); this.draw(); };
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  tools() {
    const row = element("div", this.root);
    row.className = "tools";
    this.width = this.slider(row, "Brush", 0, 40, 8, "Width of the brush");
    this.density = this.slider(row, "Density", 2, 50, 15, "Points along a stroke");
    this.undo = element("button", row, "Undo");
    this.undo.onclick = () => this.take(this.strokes.slice(0, -1));
    this.clear = element("button", row, "Clear");
    this.clear.onclick = () => this.take([]);
    this.starters = element("div", this.root);
    this.starters.className = "tools";
    this.count = element("span", row);
    this.count.className = "count";
  }

  slider(row, words, min, max, value, title) {
    const label = element("label", row, words);
    label.title = title;
    const input = element("input", label);
    Object.assign(input, { type: "range", min, max, value });
    return input;
  }

  update(data, tell) {
    this.tell = tell;
    if (!this.data) this.strokes = decode(data.text);
    this.data = data;
    this.starters.replaceChildren(element("span", this.starters, "Begin with"));
    for (const { label, text } of data.starters) {
      element("button", this.starters, label).onclick = () => this.take(decode(text));
    }
    this.draw();
  }

  // Other strokes than before, all at once.
  take(strokes) {
    this.drawn = null;
    this.strokes = strokes;
    this.settle();
  }

  settle() {
    this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.say(encode(this.strokes)), 200);
  }

  // Into the address, where it fits, before the server hears of it.
  say(text) {
    const { name, longest, starters } = this.data;
    write(name, text === starters[0].text || text.length > longest ? null : text);
    this.tell("drawing", text);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const share = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    return share.map((value) => Math.min(GRID, Math.max(0, Math.round(value * GRID))));
  }

  begin(corner) {
    if (this.strokes.length >= MAX_STROKES || this.full) return;
    this.drawn = { width: Number(this.width.value), density: Number(this.density.value), corners: [corner] };
    this.strokes = [...this.strokes, this.drawn];
  }

  down(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = this.place(event);
    this.begin(this.cursor);
    this.draw();
  }

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

  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const undo = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (way) {
      const to = this.cursor.map((value, k) => Math.min(GRID, Math.max(0, value + KEY_STEP * way[k])));
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
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    this.canvas.width = this.canvas.height = Math.round(side * ratio);
    const ctx = this.canvas.getContext("2d");
    const theme = new Theme(this.root);
    const base = this.finished(side, ratio, theme);
    ctx.drawImage(base.picture, 0, 0);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const last = this.strokes.length - 1;
    const { count, sum } = this.drawn
      ? this.paint(ctx, side, theme, this.drawn, last, base)
      : base;
    this.full = count >= MAX_POINTS;
    if (!this.strokes.length) this.invite(ctx, side, theme);
    if (this.canvas.matches(":focus-visible")) this.mark(ctx, side, theme);
    this.undo.disabled = this.clear.disabled = !this.strokes.length;
    this.count.textContent = `${count.toLocaleString("en")} points${this.full ? ", which is the most" : ""}`;
    this.canvas.setAttribute("aria-label", `Canvas with ${this.count.textContent}. Arrow keys move the brush, `
      + "with Shift they draw, Space makes a dab, Backspace undoes, Delete clears.");
    this.root.dataset.points = count;
    this.root.dataset.sum = sum.toFixed(4);
  }

  // All strokes but the one being drawn, as a picture that is made again only when they change.
  finished(side, ratio, theme) {
    const strokes = this.drawn ? this.strokes.slice(0, -1) : this.strokes;
    const mark = [strokes.length, side, ratio, theme.name].join();
    if (this.base?.mark === mark && this.base.last === strokes[strokes.length - 1]) return this.base;
    const picture = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const ctx = picture.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    let before = { count: 0, sum: 0 };
    strokes.forEach((stroke, index) => { before = this.paint(ctx, side, theme, stroke, index, before); });
    this.base = { ...before, picture, mark, last: strokes[strokes.length - 1] };
    return this.base;
  }

  // The points of one stroke after those so far; how many there are then, and their sum.
  paint(ctx, side, theme, stroke, index, { count, sum }) {
    const xy = spray(stroke, index);
    ctx.fillStyle = this.data.colour[theme.dark ? 1 : 0];
    ctx.globalAlpha = 0.75;
    for (let k = 0; k < xy.length && count < MAX_POINTS; k += 2, count += 1) {
      ctx.beginPath();
      ctx.arc((xy[k] + 1) / 2 * side, (1 - xy[k + 1]) / 2 * side, 1.7, 0, 2 * Math.PI);
      ctx.fill();
      sum += xy[k] + xy[k + 1];
    }
    ctx.globalAlpha = 1;
    return { count, sum };
  }

  invite(ctx, side, theme) {
    ctx.fillStyle = theme.ink;
    ctx.globalAlpha = 0.6;
    ctx.font = `16px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.fillText("Draw here", side / 2, side / 2);
    ctx.globalAlpha = 1;
  }

  // Where the keyboard's brush stands.
  mark(ctx, side, theme) {
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(this.cursor[0] / GRID * side, (1 - this.cursor[1] / GRID) * side, 8, 0, 2 * Math.PI);
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
