// One panel of the player: its axes, its layers and what the pointer does on it.

import { added, element, hiddenCanvas, pen } from "../shared/dom.js";
import { set, spoken } from "../shared/notation.js";
import { drawAxes, View } from "./axes.js";
import { Chains } from "./layers/chains.js";
import { Arrows, Heat, Streams } from "./layers/fields.js";
import { Bars, Curve, Line, Paths, Points } from "./layers/flat.js";
import { decoded } from "./packing.js";

/** @import { Context, Frame, Layer, Met, Numbers } from "../shared/types.d.ts" */
/** @import { Packed, PackedLayer, Panel } from "../shared/types.d.ts" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Clock } from "./clock.js" */
/** @import { Orientation } from "./orientation.js" */
/** @typedef {{ x: number, y: number, turns: boolean, seeker?: Layer }} Drag */

/** @type {Record<string, new (spec: any) => Layer>} */
const KINDS = { Points, Paths, Bars, Curve, Arrows, Streams, Line, Chains, Heat };
const LINES = ["Curve", "Line", "Paths", "Arrows", "Streams"]; // kinds whose mark is a line

/**
 * What a panel needs of the player that it belongs to.
 *
 * @typedef {object} Host
 * @property {Clock} clock
 * @property {Pick<Orientation, "settle">} orientation
 * @property {number} dpr
 * @property {number} type How much larger letters and lines are than usual.
 * @property {Met | null} highlight
 * @property {() => Frame} frame
 * @property {(met: Met | null, panel: PanelView) => void} light
 */

export class PanelView {
  /** @type {Layer[]} */
  layers = [];
  /** @type {Panel} */
  panel;
  /** @type {View} */
  view;
  /** @type {Drag | null} */
  drag = null;
  /** @type {OffscreenCanvas} What stands still. */
  still;
  firstMoving = 0;
  ready = false;
  tall = 0;

  /** @param {Host} player */
  constructor(player) {
    this.player = player;
    this.figure = element("figure");
    this.head = added(this.figure, "div", "head");
    this.title = added(this.head, "span", "title");
    this.legend = added(this.head, "span", "legend");
    this.stage = added(this.figure, "div", "stage");
    this.canvas = added(this.stage, "canvas");
    this.canvas.setAttribute("role", "img");
    this.note = added(this.stage, "span", "note");
    this.caption = added(this.figure, "figcaption");
    this.ctx = pen(this.canvas);
    this.listen();
  }

  /**
   * @param {Panel} panel
   * @param {Record<string, Numbers>} arrays
   */
  set(panel, arrays) {
    const turned = this.layers.filter((layer) => layer.turns);
    this.panel = panel;
    this.layers = panel.layers.map((spec) => new KINDS[spec.kind](filled(spec, arrays)));
    this.layers
      .filter((layer) => layer.turns)
      .forEach((layer, k) => {
        if (turned[k]) Object.assign(layer, { yaw: turned[k].yaw, pitch: turned[k].pitch });
      });
    this.firstMoving = this.layers.findIndex((layer) => !layer.still);
    if (this.firstMoving < 0) this.firstMoving = this.layers.length;
    this.figure.style.setProperty("--span", `${panel.span}`);
    set(this.title, panel.title);
    set(this.caption, panel.caption);
    this.caption.hidden = !panel.caption;
    this.head.hidden = !panel.title && !panel.layers.some((layer) => layer.label);
    this.canvas.setAttribute(
      "aria-label",
      spoken([panel.title, panel.caption].filter(Boolean).join(". ")) || "Animation",
    );
    this.canvas.classList.toggle(
      "turns",
      this.layers.some((layer) => layer.turns),
    );
    this.canvas.classList.toggle(
      "seeks",
      this.layers.some((layer) => layer.seeks),
    );
    this.ready = false;
  }

  /** @param {Theme} theme */
  writeLegend(theme) {
    const named = this.panel.layers.filter((layer) => layer.label);
    this.legend.replaceChildren(...named.map((layer) => entry(layer, theme)));
  }

  /**
   * Take the height that there is.
   *
   * @param {number} height Of a panel whose ratio is 1.
   */
  stretch(height) {
    const width = this.stage.clientWidth;
    const most = width * (this.panel.equal ? 1.05 : 1.4);
    this.tall = Math.round(Math.min(height * this.panel.ratio, most));
    this.canvas.style.height = `${this.tall}px`;
  }

  /**
   * Size, theme or data changed: paint what stands still.
   *
   * @param {Theme} theme
   */
  prepare(theme) {
    const width = this.stage.clientWidth;
    if (!width) return;
    const { dpr, type } = this.player;
    this.view = new View(this.panel, width / type, this.tall / type, dpr * type);
    this.canvas.width = this.view.width;
    this.canvas.height = this.view.height;
    for (const layer of this.layers) layer.prepare?.({ view: this.view, theme });
    const { canvas, ctx } = hiddenCanvas(this.view.width, this.view.height);
    this.still = canvas;
    drawAxes(ctx, this.view, this.panel, theme);
    this.paint(ctx, 0, this.firstMoving, { i: 0, j: 0, f: 0, frames: 1 }, theme);
    this.writeLegend(theme);
    this.ready = true;
  }

  /**
   * @param {Context} ctx
   * @param {number} from
   * @param {number} to
   * @param {Frame} frame
   * @param {Theme} theme
   */
  paint(ctx, from, to, frame, theme) {
    ctx.save();
    this.view.clip(ctx);
    const { clock, highlight } = this.player;
    const moment = { view: this.view, frame, theme, clock, highlight };
    for (let k = from; k < to; k += 1) this.layers[k].draw(ctx, moment);
    ctx.restore();
  }

  /**
   * @param {Frame} frame
   * @param {Theme} theme
   */
  draw(frame, theme) {
    if (!this.ready) return;
    this.ctx.clearRect(0, 0, this.view.width, this.view.height);
    this.ctx.drawImage(this.still, 0, 0);
    this.paint(this.ctx, this.firstMoving, this.layers.length, frame, theme);
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const fine = this.view.width / box.width;
    return [(event.clientX - box.left) * fine, (event.clientY - box.top) * fine];
  }

  listen() {
    const { canvas, player } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) =>
      this.drag ? this.dragTo(event, this.drag) : this.hover(event),
    );
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, () => {
        if (this.drag?.turns) player.orientation.settle();
        this.drag = null;
      });
    }
    canvas.addEventListener("pointerleave", () => player.light(null, this));
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (!this.view) return;
    const turns = this.layers.some((layer) => layer.turns);
    const seeker = this.layers.find((layer) => layer.seeks);
    if (!turns && !seeker) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.clientX, y: event.clientY, turns, seeker };
    this.seek(event, seeker);
  }

  /**
   * The clock goes to the moment under the pointer.
   *
   * @param {PointerEvent} event
   * @param {Layer} [seeker]
   */
  seek(event, seeker) {
    const { clock } = this.player;
    const frame = seeker?.frameAt?.(this.view, this.at(event)[0], clock.frames);
    if (frame !== undefined) clock.seek(frame);
  }

  /**
   * @param {PointerEvent} event
   * @param {Drag} drag
   */
  dragTo(event, drag) {
    if (!drag.turns) {
      this.seek(event, drag.seeker);
      return;
    }
    for (const layer of this.layers) layer.turn?.(event.clientX - drag.x, event.clientY - drag.y);
    [drag.x, drag.y] = [event.clientX, event.clientY];
    this.player.clock.wake();
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (!this.view) return;
    const [x, y] = this.at(event);
    let met = null;
    for (const layer of this.layers)
      met = layer.meet?.(this.view, x, y, this.player.frame()) ?? met;
    this.player.light(met, this);
  }
}

/**
 * A layer as it is drawn: its arrays in place of their names.
 *
 * @param {PackedLayer} spec
 * @param {Record<string, Numbers>} arrays
 */
function filled(spec, arrays) {
  /** @type {Record<string, unknown>} */
  const made = { ...spec };
  for (const [name, value] of Object.entries(spec)) {
    if (!isPacked(value)) continue;
    made[name] = { shape: value.shape, data: decoded(arrays[value.array], value) };
  }
  return made;
}

/**
 * @param {unknown} value
 * @returns {value is Packed}
 */
function isPacked(value) {
  return typeof value === "object" && value !== null && "array" in value;
}

/**
 * The mark and the name of a layer, for the legend.
 *
 * @param {PackedLayer} layer
 * @param {Theme} theme
 */
function entry(layer, theme) {
  const made = element("span");
  const mark = added(made, "i");
  const isLine = LINES.includes(layer.kind);
  if (isLine) mark.className = layer.dash ? "line dash" : "line";
  const colour = layer.c || !layer.colour ? theme.scale(layer.scale) : theme.colour(layer.colour);
  if (Array.isArray(colour)) mark.style.background = `linear-gradient(90deg, ${colour.join()})`;
  else mark.style[isLine ? "borderTopColor" : "background"] = colour;
  made.dataset.name = layer.label;
  set(added(made, "span"), layer.label);
  return made;
}
