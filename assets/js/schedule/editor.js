// A noise schedule drawn by hand: control points of the signal left are dragged by mouse or finger,
// or moved by the arrow keys; the curve through them is the engine's.

import { added, button, drawn, hasKeyboard } from "../shared/dom.js";
import { mounted } from "../shared/mount.js";
import { curve } from "./curve.js";
import { rounded, settled, widestGap } from "./points.js";

/** @import { Sent, Tell } from "../shared/types.d.ts" */
/** @import { Point } from "./points.js" */
/**
 * @typedef {Sent & { points: Point[], start: Point[], T: number, colour: string,
 *   others: { times: number[], levels: number[], colour: string, dash: boolean }[] }} CurveData
 */

const STYLE = `
:host { display: block; }
.editor { font-family: var(--st-font), system-ui, sans-serif; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .3rem; min-height: 2rem; }
.title { font-size: .93rem; font-weight: 600; letter-spacing: -.006em; margin-right: auto; }
.note { font-size: .8rem; line-height: 1.45; opacity: .82; margin: .5rem 0 0; min-height: 2.4rem; }
button { font: inherit; font-size: .82rem; color: inherit; background: transparent; border: 0;
  cursor: pointer;
  border-radius: .4rem; height: 1.9rem; padding: 0 .5rem; }
button:hover:enabled { background: color-mix(in srgb, var(--st-text-color) 9%, transparent); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button:disabled { opacity: .35; cursor: default; }
@media (pointer: coarse) { button { height: 44px; min-width: 44px; } }
svg { display: block; width: 100%; overflow: visible; touch-action: pan-y; user-select: none;
  -webkit-user-select: none; }
svg text { fill: var(--st-text-color); opacity: .66; font-size: 11.5px; }
.rule { stroke: var(--st-border-color); stroke-width: 1; }
.other { fill: none; stroke-width: 1.3; opacity: .55; }
.own { fill: none; stroke-width: 2.6; }
.grip { cursor: grab; outline: none; }
.grip:active { cursor: grabbing; }
.grip .reach { fill: transparent; }
.grip .dot { stroke: var(--st-background-color); stroke-width: 2; }
.grip .ring { fill: none; stroke: var(--st-primary-color); stroke-width: 2; opacity: 0; }
.grip:hover .ring { opacity: .5; }
.grip:focus-visible .ring, .grip.held .ring { opacity: 1; }
`;
const HEIGHT = 230;
const ROOM = { left: 32, right: 10, top: 10, bottom: 34 };
const MOST = 8;
const REACH = 26; // pixels around a point that take hold of it
const PACE = 150; // ms between two messages while a point is being dragged
/** @type {Record<string, Point>} */
const STRIDE = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

class Editor {
  /** @type {CurveData} */
  data;
  /** @type {Tell} */
  tell;
  /** @type {Point[]} */
  points = [];
  /** @type {SVGGElement[]} */
  grips = [];
  /** @type {SVGGElement} What stands behind the points. */
  back;
  /** @type {{ text: string, at: number } | undefined} What was last sent, and when. */
  sent;
  /** @type {number | undefined} The point that is being dragged. */
  held;
  later = 0;
  width = 0;
  height = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "editor");
    const head = added(this.root, "div", "head");
    added(head, "span", "title", "Your own curve");
    this.adding = button("Add", () => this.add());
    this.removing = button("Remove", () => this.remove());
    head.append(
      this.adding,
      this.removing,
      button("Reset", () => this.reset()),
    );
    this.svg = drawn(this.root, "svg", {
      height: HEIGHT,
      role: "group",
      "aria-label": "Signal left over time",
    });
    this.note = added(this.root, "p", "note");
    this.note.setAttribute("aria-live", "polite");
    this.last = 0;
    this.chosen = 0;
    // Elsewhere on the chart a finger scrolls the page.
    this.svg.addEventListener(
      "touchstart",
      (event) => {
        if (event.touches.length === 1 && this.near(event.touches[0]) !== null)
          event.preventDefault();
      },
      { passive: false },
    );
    this.svg.onpointerdown = (event) => this.take(event);
    this.svg.onpointermove = (event) => this.drag(event);
    this.svg.onpointerup = () => this.drop();
    this.svg.onpointercancel = () => this.drop();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  /**
   * @param {CurveData} data
   * @param {Tell} tell
   */
  update(data, tell) {
    this.tell = tell;
    this.data = data;
    // What the server says may be older than what the hand has done since.
    const busy = this.held !== undefined || this.later;
    const echo =
      this.sent &&
      performance.now() - this.sent.at < 3000 &&
      JSON.stringify(data.points) !== this.sent.text;
    if (!busy && !echo) this.points = structuredClone(data.points);
    this.draw();
  }

  /**
   * @param {number} k
   * @param {number[]} to
   */
  move(k, to) {
    this.chosen = k;
    this.points[k] = settled(this.points, k, to);
    this.draw();
    this.send();
  }

  /**
   * Now, or when the pace allows; the last state is always sent.
   *
   * @param {boolean} now
   */
  send(now = false) {
    clearTimeout(this.later);
    this.later = 0;
    const wait = this.last + PACE - performance.now();
    if (!now && wait > 0) {
      this.later = window.setTimeout(() => this.send(true), wait);
      return;
    }
    this.last = performance.now();
    const text = JSON.stringify(this.points);
    this.sent = { text, at: this.last };
    this.tell("points", JSON.parse(text));
  }

  /**
   * @param {Point} point
   * @returns {Point} In pixels.
   */
  place([time, level]) {
    return [ROOM.left + time * this.width, HEIGHT - ROOM.bottom - level * this.height];
  }

  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  read(event) {
    const box = this.svg.getBoundingClientRect();
    return [
      (event.clientX - box.left - ROOM.left) / this.width,
      (HEIGHT - ROOM.bottom - (event.clientY - box.top)) / this.height,
    ];
  }

  /**
   * The point within reach of a pointer, if there is one.
   *
   * @param {PointerEvent | Touch} event
   */
  near(event) {
    const box = this.svg.getBoundingClientRect();
    const far = this.points.map((point) => {
      const [x, y] = this.place(point);
      return Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y);
    });
    const least = Math.min(...far);
    return least > REACH ? null : far.indexOf(least);
  }

  /** @param {PointerEvent} event */
  take(event) {
    const k = this.near(event);
    if (k === null) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.held = k;
    this.grips[k].focus({ preventScroll: true });
    this.choose(k);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (this.held !== undefined) this.move(this.held, this.read(event));
  }

  drop() {
    if (this.held === undefined) return;
    this.held = undefined;
    this.draw();
    if (this.later) this.send(true);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} k
   */
  key(event, k) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.chosen = k;
      this.remove();
    }
    const way = STRIDE[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? 0.002 : 0.01;
    this.move(
      k,
      this.points[k].map((value, axis) => value + step * way[axis]),
    );
  }

  /** @param {number} k */
  choose(k) {
    this.chosen = k;
    this.draw();
  }

  // In the widest gap, on the curve.
  add() {
    const k = widestGap(this.points);
    if (k < 0) return;
    const time = ((k ? this.points[k - 1][0] : 0) + this.points[k][0]) / 2;
    this.points.splice(k, 0, [rounded(time), rounded(curve(this.points)(time))]);
    this.points[k] = settled(this.points, k, this.points[k]);
    this.choose(k);
    this.grips[k].focus();
    this.send(true);
  }

  // The chosen point, unless it is the last one.
  remove() {
    if (this.points.length < 3 || this.chosen >= this.points.length - 1) return;
    this.points.splice(this.chosen, 1);
    this.choose(this.chosen);
    this.send(true);
  }

  reset() {
    this.points = structuredClone(this.data.start);
    this.choose(0);
    this.send(true);
  }

  draw() {
    const width = this.root.clientWidth;
    if (!this.data || !width) return;
    this.width = width - ROOM.left - ROOM.right;
    this.height = HEIGHT - ROOM.top - ROOM.bottom;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.back ??= drawn(this.svg, "g", {});
    this.back.replaceChildren();
    this.axes();
    for (const { times, levels, colour, dash } of this.data.others) {
      /** @type {Point[]} */
      const line = levels.map((level, k) => [times[k], level]);
      this.line(line, {
        class: "other",
        stroke: colour,
        "stroke-dasharray": dash ? "5 4" : "none",
      });
    }
    const own = curve(this.points);
    const times = Array.from({ length: 121 }, (_, k) => k / 120);
    this.line(
      times.map((time) => [time, own(time)]),
      { class: "own", stroke: this.data.colour },
    );
    this.drawGrips();
    this.words();
  }

  /**
   * @param {Point[]} points
   * @param {Record<string, string | number>} attributes
   */
  line(points, attributes) {
    const d = points.map(
      (point, k) =>
        `${k ? "L" : "M"}${this.place(point)
          .map((v) => v.toFixed(1))
          .join(" ")}`,
    );
    drawn(this.back, "path", { d: d.join(""), ...attributes });
  }

  axes() {
    for (const level of [0, 0.5, 1]) {
      const [[x0, y], [x1]] = [this.place([0, level]), this.place([1, level])];
      drawn(this.back, "line", { class: "rule", x1: x0, x2: x1, y1: y, y2: y });
      drawn(this.back, "text", { x: x0 - 6, y: y + 4, "text-anchor": "end" }).textContent =
        level.toFixed(1);
    }
    for (const time of [0, 0.5, 1]) {
      const [x, y] = this.place([time, 0]);
      drawn(this.back, "line", { class: "rule", x1: x, x2: x, y1: y, y2: ROOM.top });
      const anchor = time === 1 ? "end" : "middle";
      drawn(this.back, "text", {
        x,
        y: y + 16,
        "text-anchor": anchor,
      }).textContent = `${Math.round(time * this.data.T)}`;
    }
    const [x, y] = this.place([0.5, 0]);
    drawn(this.back, "text", { x, y: y + 30, "text-anchor": "middle" }).textContent =
      "time t; upwards: signal left ᾱ";
  }

  // Kept while their number stays, so that the one in use keeps the focus.
  drawGrips() {
    while (this.grips.length > this.points.length) this.grips.pop()?.remove();
    while (this.grips.length < this.points.length) this.grips.push(this.grip(this.grips.length));
    this.grips.forEach((grip, k) => {
      const [x, y] = this.place(this.points[k]);
      grip.setAttribute("transform", `translate(${x} ${y})`);
      grip.setAttribute("class", this.held === k ? "grip held" : "grip");
      grip.querySelector(".dot")?.setAttribute("fill", this.data.colour);
      grip.setAttribute("aria-label", `Point ${k + 1} of ${this.points.length}`);
      grip.setAttribute("aria-valuenow", `${this.points[k][1]}`);
      grip.setAttribute("aria-valuetext", this.spoken(k));
    });
  }

  /** @param {number} k */
  grip(k) {
    const grip = drawn(this.svg, "g", {
      tabindex: 0,
      role: "slider",
      "aria-valuemin": 0,
      "aria-valuemax": 1,
    });
    drawn(grip, "circle", { class: "reach", r: 20 });
    drawn(grip, "circle", { class: "ring", r: 11 });
    drawn(grip, "circle", { class: "dot", r: 7 });
    grip.onkeydown = (event) => this.key(event, k);
    grip.onfocus = () => this.choose(k);
    return grip;
  }

  /** @param {number} k */
  spoken(k) {
    const [time, level] = this.points[k];
    return `t = ${Math.round(time * this.data.T)}, ᾱ = ${level.toFixed(3)}`;
  }

  words() {
    const k = Math.min(this.chosen, this.points.length - 1);
    const last = this.points.length - 1;
    const end =
      k === last
        ? this.points[last][1]
          ? "; on the floor, the chain ends in noise"
          : ": the chain ends in noise"
        : "";
    const keys = ", or use the arrow keys (with Shift for small steps)";
    const help = `Drag the points${hasKeyboard() ? keys : ""}.`;
    this.note.textContent = `Point ${k + 1}: ${this.spoken(k)}${end}. ${help}`;
    this.adding.disabled = this.points.length >= MOST || widestGap(this.points) < 0;
    this.removing.disabled = this.points.length < 3 || k === last;
    this.root.dataset.points = JSON.stringify(this.points);
  }

  destroy() {
    clearTimeout(this.later);
    this.resized.disconnect();
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Editor);
