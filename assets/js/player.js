// The player: mounts in a Streamlit component, keeps its state while the data change, and cleans
// up. Panels share one clock. Static layers below the first moving one are painted once.

import { Clock } from "./player/clock.js";
import { Controls } from "./player/controls.js";
import { PanelView } from "./player/panel.js";
import { players } from "./player/registry.js";
import { STYLE } from "./player/style.js";
import { added, element, prefersStillness, sharpness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Theme } from "./shared/theme.js";

/** @import { Met, Numbers, PlayerData, PlayerOptions, Scene } from "./shared/types.d.ts" */

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

  /** Pixels of the canvas per pixel of the page, where those of the screen are not wanted. */
  fineness = 0;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    this.root = element("div", "player");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.grid = element("div", "panels");
    this.clock = new Clock(() => this.draw());
    this.controls = new Controls(this.clock);
    added(this.root, "style", "", STYLE);
    this.root.append(this.grid, this.controls.element);
    parent.append(this.root);
    this.root.addEventListener("keydown", (event) => {
      if (this.scene && this.controls.key(event)) event.preventDefault();
    });
    this.watch();
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
    if (first) this.clock.loop = this.scene.loop;
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

  /** @param {PlayerData} data */
  loading({ keep, options }) {
    this.controls.element.hidden = true;
    const words = element("div", "waiting", keep ? "Computing…" : "Loading…");
    words.style.height = `${options.height}px`;
    this.grid.replaceChildren(words);
  }

  /**
   * @param {Scene} scene
   * @param {Record<string, Numbers>} arrays
   */
  build(scene, arrays) {
    const { panels, columns } = scene;
    while (this.panels.length < panels.length) this.panels.push(new PanelView(this));
    this.panels.length = panels.length;
    this.grid.style.setProperty("--columns", `${columns}`);
    this.grid.classList.toggle("many", columns >= 4);
    for (const [k, view] of this.panels.entries()) view.set(panels[k], arrays);
    const figures = this.panels.map((view) => view.figure);
    const standing = [...this.grid.children];
    if (figures.length !== standing.length || figures.some((f, k) => f !== standing[k])) {
      this.grid.replaceChildren(...figures);
    }
  }

  /** @param {boolean} force Also where nothing seems to have changed. */
  relayout(force = false) {
    if (!this.scene || !this.root.isConnected) return;
    const theme = new Theme(this.root, this.data.scales, this.scene.noise);
    const signature = [theme.name, this.root.clientWidth, window.devicePixelRatio].join();
    if (!force && signature === this.signature) return;
    this.signature = signature;
    this.theme = theme;
    for (const view of this.panels) view.prepare(this.options.height, theme);
    this.draw();
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
   * A copy as wide as this one, out of sight and never playing, to draw pictures from.
   *
   * @param {number} fineness Pixels of its canvases per pixel of the page.
   */
  copy(fineness) {
    const host = element("div");
    const width = `${this.root.clientWidth}px`;
    Object.assign(host.style, { position: "fixed", left: "-30000px", top: "0", width });
    host.setAttribute("aria-hidden", "true");
    host.inert = true;
    this.parent.append(host);
    const made = new Player(host);
    made.fineness = fineness;
    made.started = true;
    made.update(this.data);
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
    const { dataset } = this.root;
    if (!dataset.frame) performance.mark("picture"); // the page may now load what is heavy
    dataset.frame = this.clock.position.toFixed(2);
    dataset.playing = `${this.clock.playing}`;
    const forward = this.clock.direction > 0 === (this.scene.direction === "forward");
    dataset.direction = forward ? "forward" : "reverse";
  }

  destroy() {
    this.clock.stop();
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

export default mounted(Player);
