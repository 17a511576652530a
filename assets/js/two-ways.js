// Two ways into noise and back, on one clock: on the left noise on all coordinates of a molecule,
// on the right on its torsions. One camera, one choice of conformers, and below each picture the
// same meters, which move with the clock.

import { Clock } from "./player/clock.js";
import { Controls } from "./player/controls.js";
import { Moment } from "./player/moment.js";
import { players } from "./player/registry.js";
import { STYLE } from "./player/style.js";
import { present } from "./screen/presenter.js";
import { LARGER, WholeScreen } from "./screen/whole-screen.js";
import { Held } from "./shared/address.js";
import { added, element, labelled, prefersStillness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Sight } from "./shared/sight.js";
import { Theme } from "./shared/theme.js";
import { LinearMotion } from "./two-ways/linear-motion.js";
import { Pane } from "./two-ways/pane.js";
import { KINDS, Readings } from "./two-ways/readings.js";
import { sheet } from "./two-ways/sheet.js";
import { TWO_STYLE } from "./two-ways/style.js";
import { seenFrom, written } from "./viewer/camera.js";
import { VIEWER_STYLE } from "./viewer/style.js";
import { Toolbar } from "./viewer/toolbar.js";
import { decoded, Motion } from "./viewer/torsions/torsion-motion.js";

/** @import { Mode, Molecule, Sent, Words } from "./shared/types.d.ts" */
/**
 * @typedef {Sent & { key: string, height: number, moment: string, molecule: Molecule,
 *   shape: [number, number, number], unit: number, mode: "live" | "replay" | "still", run: string,
 *   times: string[], levels: [string[], string[]], seconds: number, lengths: number[],
 *   rest: number[],
 *   sides: { title: string, freedom: string }[], title: string, caption: string,
 *   stale: string,
 *   arrays: { coordinates: Int16Array, torsions: Int16Array, meters: Float32Array } }} TwoData
 */

const GLIDE_MS = 140; // from a live frame to the next

export class TwoWays {
  /** @type {TwoData} */
  data;
  /** @type {Theme} */
  theme;
  serial = 0;
  placed = -1;
  destroyed = false;
  /** @type {{ view: Held, camera: Held } | undefined} */
  held;
  /** When the newest live frame came, milliseconds. */
  came = 0;

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {TwoData} data
   */
  constructor(parent, { key }) {
    this.clock = new Clock(() => this.draw());
    this.root = Object.assign(element("div", "player viewer two"), { tabIndex: 0 });
    this.root.setAttribute("role", "group");
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.moment = new Moment(this.clock);
    this.controls = new Controls(this.clock, this.moment);
    this.whole = new WholeScreen(this.root, () => this.enlarge(), signal);
    this.panes = [0, 1].map((side) => new Pane(this, side, key));
    this.tools = new Toolbar(/** @type {any} */ (this));
    labelled(this.tools.before, "Previous conformer");
    labelled(this.tools.after, "Next conformer");
    this.tools.modes.grid.remove();
    this.tools.numbers.remove();
    added(this.root, "style", "", STYLE + VIEWER_STYLE + TWO_STYLE);
    this.about = added(this.root, "span", "about");
    this.root.append(this.tools.element);
    const ways = added(this.root, "div", "sides");
    ways.append(...this.panes.map((pane) => pane.root));
    this.root.append(this.controls.element);
    parent.append(this.root);
    this.sight = new Sight(this.root, ways, {
      resized: () => this.relayout(),
      seen: (visible) => this.clock.setVisible(visible),
    });
    present({ root: this.root, key: (event) => this.keyed(event) }, signal);
  }

  // ------------------------------------------------------- what the toolbar asks of its viewer

  get motion() {
    return this.panes[1].motion;
  }

  get mode() {
    return this.panes[1].mode;
  }

  get which() {
    return this.panes[1].which;
  }

  get hydrogens() {
    return this.panes[1].hydrogens;
  }

  get numbers() {
    return this.panes[1].numbers;
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.panes[1].setMode(mode === "grid" ? "all" : mode);
  }

  /** @param {number} by */
  step(by) {
    this.panes[1].step(by);
  }

  toggleHydrogens() {
    this.panes[1].toggleHydrogens();
  }

  toggleNumbers() {}

  /** @param {number} factor */
  zoom(factor) {
    this.panes[1].zoom(factor);
  }

  reset() {
    for (const pane of this.panes) {
      pane.camera = null;
      pane.moved = false;
    }
    this.relayout();
  }

  // ----------------------------------------------------------------------------------- the page

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (this.whole.key(event)) return true;
    return this.data?.mode === "replay" && this.controls.key(event);
  }

  enlarge() {
    this.root.style.setProperty("--type", `${this.whole.on ? LARGER : 1}`);
    this.relayout();
  }

  /**
   * Show data once both scenes are open, unless newer ones have come meanwhile.
   *
   * @param {TwoData} data
   */
  async update(data) {
    const newest = data.serial ?? 0;
    this.serial = newest;
    await Promise.all(this.panes.map((pane) => pane.open()));
    if (this.serial === newest && !this.destroyed) this.show(data);
  }

  again() {
    this.relayout();
  }

  /** @param {TwoData} data */
  show(data) {
    const before = this.data;
    this.data = data;
    players.set(data.key, this);
    const { molecule, arrays, shape, unit } = data;
    const same = before?.molecule.id === molecule.id;
    const glides = same && data.mode === "live" && before.shape[1] === shape[1];
    const [left, right] = this.panes;
    const plain = { ...molecule, rotors: [], bonds: molecule.bonds.map(unturned) };
    const last = glides ? this.panes.map((pane) => pane.xyz?.slice()) : [];
    const [one, other] = [arrays.coordinates, arrays.torsions].map((each) => decoded(each, unit));
    left.load(plain, new LinearMotion(...spread(one, shape, last[0])));
    right.load(molecule, new Motion(molecule.rotors, ...spread(other, shape, last[1])));
    this.came = performance.now();
    if (!same) {
      right.recall();
      left.camera = right.camera;
      left.moved = right.moved;
    }
    for (const [side, pane] of this.panes.entries()) {
      pane.readings = new Readings(arrays.meters, side, shape[0], shape[1]);
      pane.say(data.sides[side]);
      pane.stage.style.height = `${data.height / 16}rem`;
    }
    this.retime(before, data);
    this.write();
    Object.assign(this.root.dataset, { mode: data.mode, conformers: shape[1], frames: shape[0] });
    this.root.classList.toggle("stale", Boolean(data.stale));
    this.relayout();
    this.openAddress();
  }

  /**
   * @param {TwoData | undefined} before
   * @param {TwoData} data
   */
  retime(before, data) {
    const { clock } = this;
    const frames = data.shape[0];
    const plays = data.mode === "replay";
    clock.setFrames(frames, data.seconds);
    const options = { controls: plays, turn: false, moment: data.moment };
    this.controls.setScene({ times: data.times, direction: "forward" }, options);
    if (before?.run === data.run) return;
    if (plays && !this.moment.held && this.moment.open(data.moment)) return;
    clock.resting = false;
    clock.position = plays && prefersStillness() ? frames - 1 : 0;
    clock.direction = 1;
    clock.hold = 500;
    clock.playing = plays && !prefersStillness();
  }

  /** The conformer and the camera that the address asks for, once. */
  openAddress() {
    if (this.held || this.data.mode !== "replay") return;
    const [, right] = this.panes;
    this.held = {
      view: new Held(
        "view",
        () => this.view,
        (text) => this.see(text),
      ),
      camera: new Held(
        "camera",
        () => (right.moved && right.camera ? written(right.camera) : null),
        (text) => this.look(text),
      ),
    };
    this.see(this.held.view.text);
    this.look(this.held.camera.text);
    for (const each of Object.values(this.held)) if (each.text !== null) each.write();
  }

  /** What is seen, where it is not the first conformer. */
  get view() {
    if (this.motion.conformers === 1) return null;
    if (this.mode === "all") return "all";
    return this.which ? `one-${this.which + 1}` : null;
  }

  /** @param {string | null} text */
  see(text) {
    const one = text?.match(/^one-(\d{1,3})$/);
    const { conformers } = this.motion;
    if (text === "all") this.setMode("all");
    else if (conformers > 1 || one) {
      const k = Math.min(conformers, Math.max(1, Number(one?.[1] ?? 1))) - 1;
      this.panes[1].which = k;
      this.panes[1].setMode("one");
    }
  }

  /** @param {string | null} text */
  look(text) {
    const [left, right] = this.panes;
    if (!right.camera || !text || !seenFrom(right.camera, text)) return;
    left.moved = right.moved = true;
    right.touch();
  }

  relayout() {
    if (!this.data || !this.root.isConnected || !this.panes[0].stage.clientWidth) return;
    this.theme = new Theme(this.root);
    const [left, right] = this.panes;
    for (const pane of this.panes) {
      pane.theme = this.theme;
      pane.scene?.resize();
      if (pane.face !== this.theme.name) pane.scene?.setBackground(this.theme.background);
      pane.face = this.theme.name;
    }
    if (right.scene && !right.camera) {
      right.camera = right.fit(right.scene);
      left.camera = right.camera;
    }
    for (const pane of this.panes) {
      if (pane.scene) pane.prepare(pane.scene);
      pane.curves();
      pane.dirty = { paint: true, place: true };
    }
    this.tools.update();
    this.clock.wake();
  }

  /** Something else is to be shown: the same on both sides. @param {Pane} pane */
  changed(pane) {
    const { mode, which, allHydrogens } = pane;
    for (const each of this.panes) {
      Object.assign(each, { mode, which, allHydrogens });
      if (each.readings) each.curves();
      each.dirty = { paint: true, place: true };
    }
    if (this.data) this.write();
    this.tools.update();
    this.clock.wake();
  }

  /** A hand has moved the camera, which both have. */
  turned() {
    for (const pane of this.panes) pane.moved = true;
  }

  /**
   * What fills the curve of a kind: the same on both sides.
   *
   * @param {number} kind
   */
  full(kind) {
    if (KINDS[kind].full) return KINDS[kind].full;
    const frames = Array.from({ length: this.data.shape[0] }, (_, frame) => frame);
    const all = this.panes.flatMap((pane) =>
      frames.map((frame) => pane.readings.of(kind, frame, pane.shown())),
    );
    return Math.max(1, ...all);
  }

  write() {
    const { title, caption, stale } = this.data;
    const red = element("i");
    const words = ` ${stale || caption}`;
    this.about.replaceChildren(element("b", "", title), words, red, " bond more than 10 % off");
  }

  draw() {
    if (!this.data || !this.theme || this.destroyed) return;
    const live = this.data.mode === "live";
    const since = (performance.now() - this.came) / GLIDE_MS;
    const glides = live && this.motion.frames === 2;
    const position = glides ? Math.min(1, since) : this.clock.position;
    const moved = position !== this.placed;
    this.placed = position;
    const frame = live ? 0 : Math.round(position);
    for (const [side, pane] of this.panes.entries()) {
      pane.show(pane.motion.at(position), moved || live);
      pane.read(frame, this.data.levels[side][frame] ?? "");
    }
    this.controls.refresh();
    this.moment.note();
    for (const each of Object.values(this.held ?? {})) each.note();
    Object.assign(this.root.dataset, {
      frame: position.toFixed(2),
      playing: this.clock.playing,
      ready: "true",
    });
    if (glides && since < 1) this.clock.wake();
  }

  /** @param {Words} words */
  png(words) {
    return sheet(this, words);
  }

  destroy() {
    this.destroyed = true;
    this.clock.stop();
    this.moment.end();
    for (const each of Object.values(this.held ?? {})) each.end();
    for (const pane of this.panes) pane.destroy();
    if (this.data && players.get(this.data.key) === this) players.delete(this.data.key);
    this.sight.stop();
    this.ending.abort();
    this.root.remove();
  }
}

/** A bond that is drawn as any other. @param {Molecule["bonds"][number]} bond */
const unturned = (bond) => ({ ...bond, rotor: null });

/**
 * A live frame with the one before it, from which it comes.
 *
 * @param {Float32Array} xyz
 * @param {[number, number, number]} shape
 * @param {Float32Array | undefined} before
 * @returns {[Float32Array, [number, number, number]]}
 */
function spread(xyz, [frames, conformers, atoms], before) {
  if (!before || frames !== 1 || before.length !== xyz.length) {
    return [xyz, [frames, conformers, atoms]];
  }
  const pair = new Float32Array(2 * xyz.length);
  pair.set(before);
  pair.set(xyz, xyz.length);
  return [pair, [2, conformers, atoms]];
}

export default mounted(TwoWays);
