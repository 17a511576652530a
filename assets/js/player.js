// The player: mounts in a Streamlit component, keeps its state while the data change, and cleans
// up. Panels share one clock. Static layers below the first moving one are painted once.

import { Clock } from "./player/clock.js";
import { Controls } from "./player/controls.js";
import { Moment } from "./player/moment.js";
import { Orientation } from "./player/orientation.js";
import { PanelView } from "./player/panel.js";
import { players } from "./player/registry.js";
import { STYLE } from "./player/style.js";
import { present } from "./screen/presenter.js";
import { LARGER, WholeScreen } from "./screen/whole-screen.js";
import { added, element, prefersStillness, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Met, Numbers, PlayerData, PlayerOptions, Scene } from "./shared/types.d.ts" */

const ROOMY = 620; // pixels of a panel from which on its letters grow
const MOST = 1.5; // times, in all
const NARROW = 640; // pixels of a player; its panels are as high as their width allows
const TALLEST = 0.55; // of the window are other panels, unless it is filled

export class Player {
  /** @type {PlayerData} */
  data;
  /** @type {Scene | null} */
  scene = null;
  /** @type {PlayerOptions} */
  options;
  /** @type {Theme} */
  theme;
  /** @type {PanelView[]} */
  panels = [];
  /** @type {Met | null} */
  highlight = null;
  started = false;
  inSight = false;
  listeners = new AbortController();
  resized = new ResizeObserver(() => this.relayout());
  seen = new IntersectionObserver(([entry]) => {
    this.inSight = entry.isIntersecting;
    this.clock.setVisible(this.inSight && !document.hidden);
  });
  signature = "";

  /** How much larger letters and lines are than usual, and by how much that was asked for. */
  type = 1;
  larger = 1;

  /** Pixels of the canvas per pixel of the page, where those of the screen are not wanted. */
  fineness = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    this.root = element("div", "player");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.grid = element("div", "panels"); // the picture, above its clock
    this.rest = element("div", "panels rest"); // and what is below
    this.clock = new Clock(() => this.draw());
    this.moment = new Moment(this.clock);
    this.orientation = new Orientation(this);
    this.controls = new Controls(this.clock, this.moment);
    added(this.root, "style", "", STYLE);
    this.root.append(this.grid, this.controls.element, this.rest);
    parent.append(this.root);
    const { signal } = this.listeners;
    this.whole = new WholeScreen(this.root, () => this.relayout(true), signal);
    this.controls.element.append(this.whole.button);
    present({ root: this.root, key: (event) => this.key(event) }, signal);
    this.watch();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.scene || this.controls.element.hidden) return false;
    return this.whole.key(event) || this.controls.key(event);
  }

  get dpr() {
    return this.fineness || sharpness();
  }

  watch() {
    const see = () => this.clock.setVisible(this.inSight && !document.hidden);
    this.seen.observe(this.root);
    this.resized.observe(this.root);
    document.addEventListener("visibilitychange", see, { signal: this.listeners.signal });
    document.fonts.ready.then(() => this.relayout(true));
  }

  /** @param {PlayerData} data */
  update(data) {
    if (data.keep) {
      if (!this.scene) this.loading(data);
      return;
    }
    this.data = data;
    if (!this.fineness) players.set(data.options.key, this); // pictures come from the original
    const first = !this.scene;
    this.scene = data.scene;
    this.options = data.options;
    this.build(data.scene, data.arrays);
    this.clock.setFrames(this.scene.times.length, this.scene.seconds);
    if (first) {
      this.clock.loop = this.scene.loop;
      this.clock.begin(this.scene.opening);
    }
    if (first && !this.fineness) this.open(this.options.moment);
    this.controls.setScene(this.scene, this.options);
    this.root.setAttribute(
      "aria-label",
      `Animation: ${this.scene.panels
        .map((p) => p.title)
        .filter(Boolean)
        .join(", ")}`,
    );
    this.root.dataset.frames = `${data.scene.times.length}`;
    this.relayout(true);
    if (!this.started) {
      this.started = true;
      if (!prefersStillness()) this.clock.play();
    }
    this.clock.wake();
  }

  /**
   * As the address of the page says.
   *
   * @param {string} [moment]
   */
  open(moment) {
    if (!moment) return;
    if (this.moment.open(moment)) this.started = true;
    this.orientation.open(`${moment}_turned`);
  }

  /** @param {PlayerData} data */
  loading({ keep, options }) {
    this.controls.element.hidden = true;
    const words = element("div", "waiting", keep ? "Computing…" : "Loading…");
    words.style.height = `${options.height}px`;
    this.grid.replaceChildren(words);
    this.rest.replaceChildren();
  }

  /**
   * @param {Scene} scene
   * @param {Record<string, Numbers>} arrays
   */
  build(scene, arrays) {
    const { panels, columns } = scene;
    while (this.panels.length < panels.length) this.panels.push(new PanelView(this));
    this.panels.length = panels.length;
    this.root.style.setProperty("--columns", `${columns}`);
    for (const [k, view] of this.panels.entries()) view.set(panels[k], arrays);
    let taken = 0;
    const below = panels.findIndex(({ span }) => {
      taken += span;
      return taken > columns;
    });
    const figures = this.panels.map((view) => view.figure);
    const first = below < 0 ? figures.length : below;
    place(this.grid, figures.slice(0, first));
    place(this.rest, figures.slice(first));
  }

  /** @param {boolean} force Also where nothing seems to have changed. */
  relayout(force = false) {
    if (!this.scene || !this.root.isConnected) return;
    const theme = new Theme(this.root, this.data.scales, this.scene.noise);
    const { clientWidth, clientHeight } = this.root;
    const room = this.whole.on ? clientHeight : 0;
    const signature = [theme.name, clientWidth, room, window.devicePixelRatio].join();
    if (!force && signature === this.signature) return;
    this.signature = signature;
    this.theme = theme;
    this.fit();
    for (const view of this.panels) view.prepare(theme);
    this.draw();
  }

  /** Letters as large as the panels allow, and panels as high as the room allows. */
  fit() {
    const { panels, whole } = this;
    const width = Math.min(...panels.map((view) => view.stage.clientWidth));
    const roomy = Math.min(MOST, Math.max(1, width / ROOMY));
    const type = roomy * (whole.on ? LARGER : this.larger);
    this.root.style.setProperty("--type", `${type}`);
    this.type =
      type * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
    let height = this.options.height * roomy;
    if (!whole.on && this.root.clientWidth > NARROW)
      height = Math.min(height, Math.max(200, TALLEST * window.innerHeight));
    for (const view of panels) view.stretch(height);
    if (whole.on) this.fill(height);
  }

  /** @param {number} from The height to begin with. */
  fill(from) {
    const { root, grid, rest, controls, panels } = this;
    const parts = [grid, rest, controls.element].filter((part) => part.offsetHeight);
    const edge = Number.parseFloat(getComputedStyle(root).paddingTop);
    let height = from;
    for (let round = 0; round < 4; round += 1) {
      const rows = new Set(panels.map((view) => view.figure.getBoundingClientRect().top)).size;
      const boxes = parts.map((part) => part.getBoundingClientRect());
      const [top, bottom] = [boxes.map((box) => box.top), boxes.map((box) => box.bottom)];
      const spare = root.clientHeight - 2 * edge - (Math.max(...bottom) - Math.min(...top));
      height = Math.max(120, height + spare / rows);
      for (const view of panels) view.stretch(height);
    }
  }

  frame() {
    const { position, frames } = this.clock;
    const i = Math.min(frames - 1, Math.floor(position));
    return { i, j: Math.min(frames - 1, i + 1), f: position - i, frames };
  }

  /**
   * @param {Met | null} met
   * @param {PanelView} panel
   */
  light(met, panel) {
    if (!met && !this.highlight) return;
    this.highlight = met;
    for (const view of this.panels) view.note.textContent = met && view === panel ? met.text : "";
    this.clock.wake();
  }

  /**
   * A copy, out of sight and never playing, to draw pictures from.
   *
   * @param {number} fineness Pixels of its canvases per pixel of the page.
   * @param {{ width: number, type: number }} [size] Pixels of the page, and how much larger letters
   *   are; those of the player, if left out.
   */
  copy(fineness, size) {
    const host = element("div");
    const width = `${size?.width ?? this.root.clientWidth}px`;
    Object.assign(host.style, { position: "fixed", left: "-30000px", top: "0", width });
    host.setAttribute("aria-hidden", "true");
    host.inert = true;
    this.parent.append(host);
    const made = new Player(host);
    made.fineness = fineness;
    made.larger = size?.type ?? 1;
    made.started = true;
    made.update({ ...this.data, options: { ...this.options, controls: false } });
    made.clock.direction = this.clock.direction;
    for (const [p, view] of made.panels.entries()) {
      for (const [k, layer] of view.layers.entries()) {
        if (!layer.turns) continue;
        const { yaw, pitch } = this.panels[p].layers[k];
        Object.assign(layer, { yaw, pitch });
      }
    }
    return { made, host };
  }

  draw() {
    if (!this.scene || !this.theme) return;
    const frame = this.frame();
    for (const view of this.panels) view.draw(frame, this.theme);
    this.controls.refresh();
    this.moment.note();
    const { dataset } = this.root;
    if (!dataset.frame) performance.mark("picture"); // the page may now load what is heavy
    dataset.frame = this.clock.position.toFixed(2);
    dataset.playing = `${this.clock.playing}`;
    const forward = this.clock.direction > 0 === (this.scene.direction === "forward");
    dataset.direction = forward ? "forward" : "reverse";
  }

  destroy() {
    this.clock.stop();
    this.moment.end();
    this.orientation.end();
    this.resized.disconnect();
    this.seen.disconnect();
    this.listeners.abort();
    this.root.remove();
    this.scene = null;
    const key = this.data?.options.key;
    if (players.get(key) === this) players.delete(key);
  }

  again() {
    this.relayout();
  }
}

/**
 * Let these be the children, without a touch where they are already.
 *
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
function place(parent, children) {
  const standing = [...parent.children];
  if (children.length !== standing.length || children.some((child, k) => child !== standing[k])) {
    parent.replaceChildren(...children);
  }
}

export default mounted(Player);
