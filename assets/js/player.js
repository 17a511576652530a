// The player: mounts in a Streamlit component, keeps its state while the data change, and cleans up.
// Panels share one clock. Static layers below the first moving one are painted once.

import { drawAxes, View } from "./player-axes.js";
import { Chains, Heat } from "./player-chains.js";
import { Clock } from "./player-clock.js";
import { Controls } from "./player-controls.js";
import { css, LAYERS, rgb } from "./player-layers.js";
import { decoded } from "./player-packing.js";
import { players } from "./player-registry.js";
import { STYLE } from "./player-style.js";

const KINDS = { ...LAYERS, Chains, Heat };
const MAX_DPR = 2;
const PLAYER = Symbol("player");

class Theme {
  constructor(element, scales, noise) {
    const style = getComputedStyle(element);
    const read = (name) => style.getPropertyValue(name).trim();
    this.background = hex(read("--st-background-color"));
    this.ink = hex(read("--st-text-color"));
    this.rule = hex(read("--st-border-color"));
    this.accent = hex(read("--st-primary-color"));
    this.font = `${read("--st-font") || "Inter"}, system-ui, sans-serif`;
    const [r, g, b] = rgb(this.background);
    this.dark = 0.3 * r + 0.59 * g + 0.11 * b < 128;
    const ink = rgb(this.ink);
    this.muted = css(ink.map((v, k) => Math.round(v + ([r, g, b][k] - v) * 0.36)));
    this.scales = scales;
    this.noise = this.colour(noise);
  }

  colour(pair) {
    return pair[this.dark ? 1 : 0];
  }

  scale(name) {
    return this.scales[name][this.dark ? 1 : 0];
  }

  get name() {
    return [this.background, this.ink, this.accent, this.font].join();
  }
}

// Any CSS colour as #rrggbb.
function hex(colour) {
  const ctx = new OffscreenCanvas(1, 1).getContext("2d");
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, 1, 1);
  return `#${[...ctx.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

class PanelView {
  constructor(player) {
    this.player = player;
    this.figure = element("figure");
    this.title = element("span", "title");
    this.legend = element("span", "legend");
    this.head = element("div", "head");
    this.head.append(this.title, this.legend);
    this.canvas = element("canvas");
    this.canvas.setAttribute("role", "img");
    this.note = element("span", "note");
    this.stage = element("div", "stage");
    this.stage.append(this.canvas, this.note);
    this.caption = element("figcaption");
    this.figure.append(this.head, this.stage, this.caption);
    this.ctx = this.canvas.getContext("2d");
    this.listen();
  }

  set(panel, arrays) {
    const turned = this.layers?.filter((layer) => layer.turns) ?? [];
    this.panel = panel;
    this.layers = panel.layers.map((spec) => {
      const filled = { ...spec };
      for (const [name, value] of Object.entries(spec)) {
        if (value && value.array) filled[name] = { shape: value.shape, data: decoded(arrays[value.array], value) };
      }
      return new KINDS[spec.kind](filled);
    });
    this.layers.filter((layer) => layer.turns).forEach((layer, k) => {
      if (turned[k]) Object.assign(layer, { yaw: turned[k].yaw, pitch: turned[k].pitch });
    });
    this.firstMoving = this.layers.findIndex((layer) => !layer.still);
    if (this.firstMoving < 0) this.firstMoving = this.layers.length;
    this.figure.style.setProperty("--span", panel.span);
    this.title.textContent = panel.title;
    this.caption.textContent = panel.caption;
    this.caption.hidden = !panel.caption;
    this.head.hidden = !panel.title && !panel.layers.some((layer) => layer.label);
    this.canvas.setAttribute("aria-label", [panel.title, panel.caption].filter(Boolean).join(". ") || "Animation");
    this.canvas.classList.toggle("turns", this.layers.some((layer) => layer.turns));
    this.canvas.classList.toggle("seeks", this.layers.some((layer) => layer.seeks));
    this.ready = false;
  }

  writeLegend(theme) {
    this.legend.replaceChildren(
      ...this.panel.layers.filter((layer) => layer.label).map((layer) => {
        const entry = element("span");
        const mark = element("i");
        const isLine = ["Curve", "Line", "Paths", "Arrows", "Streams"].includes(layer.kind);
        if (isLine) mark.className = layer.dash ? "line dash" : "line";
        const colour = layer.c || !layer.colour ? theme.scale(layer.scale) : theme.colour(layer.colour);
        if (Array.isArray(colour)) mark.style.background = `linear-gradient(90deg, ${colour.join()})`;
        else mark.style[isLine ? "borderTopColor" : "background"] = colour;
        entry.append(mark, layer.label);
        return entry;
      }),
    );
  }

  // Size, theme or data changed: paint what stands still.
  prepare(height, theme) {
    const width = this.stage.clientWidth;
    if (!width) return;
    const { dpr } = this.player;
    const tall = Math.round(Math.min(height * this.panel.ratio, this.panel.equal ? width * 1.05 : height));
    this.view = new View(this.panel, width, tall, dpr);
    this.canvas.width = this.view.width;
    this.canvas.height = this.view.height;
    this.canvas.style.height = `${tall}px`;
    this.layers.forEach((layer) => layer.prepare?.(this.view, theme));
    this.still = new OffscreenCanvas(this.view.width, this.view.height);
    const ctx = this.still.getContext("2d");
    drawAxes(ctx, this.view, this.panel, theme);
    this.paint(ctx, 0, this.firstMoving, { i: 0, j: 0, f: 0, frames: 1 }, theme);
    this.writeLegend(theme);
    this.ready = true;
  }

  paint(ctx, from, to, frame, theme) {
    ctx.save();
    this.view.clip(ctx);
    for (let k = from; k < to; k += 1) {
      this.layers[k].draw(ctx, this.view, frame, theme, this.player.clock, this.player.highlight);
    }
    ctx.restore();
  }

  draw(frame, theme) {
    if (!this.ready) return;
    this.ctx.clearRect(0, 0, this.view.width, this.view.height);
    this.ctx.drawImage(this.still, 0, 0);
    this.paint(this.ctx, this.firstMoving, this.layers.length, frame, theme);
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * this.view.dpr, (event.clientY - box.top) * this.view.dpr];
  }

  listen() {
    const { canvas, player } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.view) return;
      const turns = this.layers.some((layer) => layer.turns);
      const seeker = this.layers.find((layer) => layer.seeks);
      if (!turns && !seeker) return;
      canvas.setPointerCapture(event.pointerId);
      this.drag = { x: event.clientX, y: event.clientY, turns, seeker };
      if (seeker) player.clock.seek(seeker.frameAt(this.view, this.at(event)[0], player.clock.frames));
    });
    canvas.addEventListener("pointermove", (event) => (this.drag ? this.dragTo(event) : this.hover(event)));
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, () => {
        this.drag = null;
      });
    }
    canvas.addEventListener("pointerleave", () => player.light(null, this));
  }

  dragTo(event) {
    const { drag, player } = this;
    if (drag.turns) {
      for (const layer of this.layers) layer.turn?.(event.clientX - drag.x, event.clientY - drag.y);
      [drag.x, drag.y] = [event.clientX, event.clientY];
      player.clock.wake();
    } else {
      player.clock.seek(drag.seeker.frameAt(this.view, this.at(event)[0], player.clock.frames));
    }
  }

  hover(event) {
    if (!this.view) return;
    const [x, y] = this.at(event);
    let met = null;
    for (const layer of this.layers) met = layer.meet?.(this.view, x, y, this.player.frame()) ?? met;
    this.player.light(met, this);
  }
}

class Player {
  // sharpness: pixels of the canvas per pixel of the page, those of the screen unless given.
  constructor(parent, sharpness) {
    this.parent = parent;
    this.sharpness = sharpness;
    this.root = element("div", "player");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.grid = element("div", "panels");
    const style = element("style");
    style.textContent = STYLE;
    this.clock = new Clock(() => this.draw());
    this.controls = new Controls(this.clock);
    this.root.append(style, this.grid, this.controls.element);
    parent.append(this.root);
    this.panels = [];
    this.highlight = null;
    this.started = false;
    this.root.addEventListener("keydown", (event) => {
      if (this.scene && this.controls.key(event)) event.preventDefault();
    });
    this.watch();
  }

  get dpr() {
    return this.sharpness ?? Math.min(MAX_DPR, window.devicePixelRatio || 1);
  }

  watch() {
    this.resized = new ResizeObserver(() => this.relayout());
    this.resized.observe(this.root);
    this.seen = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
      this.clock.setVisible(this.inSight && !document.hidden);
    });
    this.seen.observe(this.root);
    this.onVisibility = () => this.clock.setVisible(this.inSight && !document.hidden);
    document.addEventListener("visibilitychange", this.onVisibility);
    document.fonts.ready.then(() => this.relayout(true));
  }

  update(data) {
    if (data.keep) {
      if (!this.scene) this.wait(data.options);
      return;
    }
    this.data = data;
    const arrays = {};
    for (const [name, table] of Object.entries(data)) {
      if (table && typeof table.getChild === "function") arrays[name] = table.getChild("v").toArray();
    }
    const first = !this.scene;
    this.scene = data.scene;
    this.scales = data.scales;
    this.options = data.options;
    this.build(arrays);
    this.clock.setFrames(this.scene.times.length, this.scene.seconds);
    if (first) this.clock.loop = this.scene.loop;
    this.controls.setScene(this.scene, this.options);
    this.root.setAttribute("aria-label", `Animation: ${this.scene.panels.map((p) => p.title).filter(Boolean).join(", ")}`);
    this.root.dataset.frames = this.scene.times.length;
    this.relayout(true);
    if (!this.started) {
      this.started = true;
      if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.clock.play();
    }
    this.clock.wake();
  }

  wait(options) {
    this.controls.element.hidden = true;
    this.waiting = element("div", "waiting", "Computing…");
    this.waiting.style.height = `${options.height}px`;
    this.grid.replaceChildren(this.waiting);
  }

  build(arrays) {
    const { panels } = this.scene;
    while (this.panels.length < panels.length) this.panels.push(new PanelView(this));
    this.panels.length = panels.length;
    this.grid.style.setProperty("--columns", this.scene.columns);
    this.grid.classList.toggle("many", this.scene.columns >= 4);
    this.panels.forEach((view, k) => view.set(panels[k], arrays));
    const figures = this.panels.map((view) => view.figure);
    const standing = [...this.grid.children];
    if (figures.length !== standing.length || figures.some((f, k) => f !== standing[k])) {
      this.grid.replaceChildren(...figures);
    }
  }

  relayout(force = false) {
    if (!this.scene || !this.root.isConnected) return;
    const theme = new Theme(this.root, this.scales, this.scene.noise);
    const signature = [theme.name, this.root.clientWidth, window.devicePixelRatio].join();
    if (!force && signature === this.signature) return;
    this.signature = signature;
    this.theme = theme;
    this.panels.forEach((view) => view.prepare(this.options.height, theme));
    this.draw();
  }

  frame() {
    const { position, frames } = this.clock;
    const i = Math.min(frames - 1, Math.floor(position));
    return { i, j: Math.min(frames - 1, i + 1), f: position - i, frames };
  }

  light(met, panel) {
    if (!met && !this.highlight) return;
    this.highlight = met;
    for (const view of this.panels) view.note.textContent = met && view === panel ? met.text : "";
    this.clock.wake();
  }

  // A copy as wide as this one, out of sight and never playing, to draw pictures from.
  copy(sharpness) {
    const host = element("div");
    host.style.cssText = `position: fixed; left: -30000px; top: 0; width: ${this.root.clientWidth}px`;
    host.setAttribute("aria-hidden", "true");
    host.inert = true;
    this.parent.append(host);
    const made = new Player(host, sharpness);
    made.started = true;
    made.update(this.data);
    made.clock.direction = this.clock.direction;
    made.panels.forEach((view, p) => view.layers.forEach((layer, k) => {
      if (layer.turns) Object.assign(layer, { yaw: this.panels[p].layers[k].yaw, pitch: this.panels[p].layers[k].pitch });
    }));
    return made;
  }

  draw() {
    if (!this.scene || !this.theme) return;
    const frame = this.frame();
    for (const view of this.panels) view.draw(frame, this.theme);
    this.controls.refresh();
    const { dataset } = this.root;
    dataset.frame = this.clock.position.toFixed(2);
    dataset.playing = this.clock.playing;
    const forward = this.clock.direction > 0 === (this.scene.direction === "forward");
    dataset.direction = forward ? "forward" : "reverse";
  }

  destroy() {
    this.clock.stop();
    this.resized.disconnect();
    this.seen.disconnect();
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.root.remove();
    this.scene = null;
  }
}

// Streamlit calls this at every change of the data. While the module is loading, calls may come in
// the wrong order, and an overtaken one is cleaned up late. So the serial number of the data decides
// which is newer, and the player goes when its place in the page has gone.
export default function mount({ parentElement, data }) {
  parentElement[PLAYER] ??= new Player(parentElement);
  const player = parentElement[PLAYER];
  if (data.serial !== undefined && data.serial === player.serial) {
    player.relayout(); // the same data again; the theme may have changed
  } else if (!(data.serial < player.serial)) {
    player.serial = data.serial;
    player.update(data);
    players.set(data.options.key, player);
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected || parentElement[PLAYER] !== player) return;
    player.destroy();
    if (players.get(data.options.key) === player) players.delete(data.options.key);
    delete parentElement[PLAYER];
  });
}
