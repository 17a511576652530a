// The molecule viewer: conformers in 3D, played by the player's clock or pushed live. Camera,
// selection and play state stay while the data change.

import { Clock } from "./player-clock.js";
import { Controls } from "./player-controls.js";
import { STYLE } from "./player-style.js";
import { fitted, grid } from "./viewer-camera.js";
import { BondPanel } from "./viewer-bond.js";
import { Depiction } from "./viewer-depiction.js";
import { Dials } from "./viewer-dials.js";
import { Game } from "./viewer-game.js";
import { decoded, dihedral, Motion } from "./viewer-geometry.js";
import { glideTo, gliding } from "./viewer-glide.js";
import { Hand } from "./viewer-hand.js";
import { look, plainHydrogens } from "./viewer-look.js";
import { Meter } from "./viewer-meter.js";
import { openScene } from "./viewer-open.js";
import { Pace } from "./viewer-pace.js";
import { dragged, nearestBond, Pointer } from "./viewer-pointer.js";
import { VIEWER_STYLE } from "./viewer-style.js";
import { Theme } from "./viewer-theme.js";
import { element, writeTip } from "./viewer-tip.js";
import { Tools } from "./viewer-tools.js";
import { Way } from "./viewer-way.js";

const VIEWER = Symbol("viewer");
const CROWD = 3;
// Cameras outlive a page switch: key -> camera.
const cameras = new Map();

class Viewer {
  constructor(parent, { key, height }) {
    this.key = key;
    this.root = element("div", "player viewer");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.root.viewer = this;
    this.stage = element("div", "stage");
    this.stage.style.height = `${height}px`;
    this.view = element("div", "view");
    this.view.setAttribute("role", "img");
    this.state = element("div", "state");
    this.tip = element("div", "tip");
    this.tip.hidden = true;
    this.hint = element("div", "hint", "Drag to turn · ctrl + wheel to zoom · click a bond");
    this.clock = new Clock(() => this.draw());
    this.controls = new Controls(this.clock);
    this.dials = new Dials(
      (bond, event) => this.choose(bond, event),
      (bond) => this.mark(bond),
      (bond) => this.bond.torus.pair(bond),
    );
    this.tools = new Tools(this);
    this.hand = new Hand(this);
    this.pace = new Pace(this);
    this.depiction = new Depiction(this);
    this.bond = new BondPanel(this);
    this.meter = new Meter(this);
    this.game = new Game(this);
    this.way = new Way(this);
    this.controls.element.insertBefore(this.way.element, this.controls.speed);
    const bench = element("div", "bench");
    bench.append(this.depiction.element, this.dials.element, this.bond.element);
    this.stage.append(this.view, this.state, this.tools.element, this.hint, this.tip);
    const style = document.createElement("style");
    style.textContent = STYLE + VIEWER_STYLE;
    this.meter.element.append(this.game.invite);
    const { controls, meter, game } = this;
    this.root.append(style, this.stage, ...[controls, meter, game].map((part) => part.element), bench);
    parent.append(this.root);
    this.serial = 0;
    this.selected = null;
    this.hovered = null;
    this.mode = "all";
    this.which = 0;
    this.allHydrogens = null;
    this.dirty = { paint: true, place: true };
    this.watch();
  }

  watch() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.pointer = new Pointer(this, this.view, signal);
    this.root.addEventListener("keydown", (event) => this.keyed(event), { signal });
    this.resized = new ResizeObserver(() => this.relayout());
    this.resized.observe(this.stage);
    const see = () => this.clock.setVisible(this.inSight && !document.hidden);
    this.seen = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
      see();
    });
    this.seen.observe(this.root);
    document.addEventListener("visibilitychange", see, { signal });
  }

  keyed(event) {
    if (event.key === "Escape") this.select(null);
    else if (this.data?.mode !== "replay" || this.game.playing || !this.controls.key(event)) return;
    event.preventDefault();
  }

  open() {
    this.opening ??= openScene(this);
    return this.opening;
  }

  update(data, setStateValue) {
    this.tell = setStateValue;
    const before = this.data;
    this.data = data;
    const xyz = decoded(data.frames, data.unit);
    this.arrows = decoded(data.arrows, 1e-4);
    this.held = decoded(data.held, 1);
    if (this.hand.active && before?.run !== data.run) this.hand.release();
    const same = before?.molecule.id === data.molecule.id;
    const previous = this.motion;
    this.molecule = data.molecule;
    this.motion = new Motion(data.molecule.rotors, xyz, data.shape);
    if (!same) this.meet();
    const crowd = this.motion.conformers;
    this.which = Math.min(this.which, crowd - 1);
    this.glide = same && data.mode === "live" && data.folding ? glideTo(this.motion, previous, this.xyz) : null;
    this.retime(before, data);
    this.way.update(data);
    this.game.update(before, data);
    this.stage.style.height = `${data.height}px`;
    this.view.setAttribute("aria-label", `${data.molecule.name} in 3D, ${data.caption}`);
    this.root.dataset.mode = data.mode;
    this.root.dataset.conformers = crowd;
    this.root.dataset.frames = this.motion.frames;
    this.tools.update();
    this.writeState();
    this.relayout();
    if ((before?.which ?? null) !== data.which) this.show(data.which);
  }

  // One conformer alone, chosen elsewhere on the page; null: all of them again.
  show(which) {
    this.hand.release();
    this.which = which ?? this.which;
    if (this.scene) this.setMode(which === null ? "all" : "one");
  }

  // A molecule not seen before: fresh selection and camera.
  meet() {
    this.selected = null;
    this.hovered = null;
    this.tip.hidden = true;
    this.camera = null;
    this.bond.torus.chosen = null;
    this.meter.meet();
    const kept = cameras.get(this.key);
    if (kept?.molecule === this.molecule.id) this.camera = kept.camera;
  }

  retime(before, data) {
    const { frames } = this.motion;
    this.clock.setFrames(frames, data.seconds);
    this.controls.setScene({ times: data.times, direction: "reverse" }, { controls: data.mode === "replay", turn: false });
    if (before?.run === data.run) return;
    this.clock.position = 0;
    this.clock.direction = 1;
    this.clock.hold = 500;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.clock.playing = data.mode === "replay" && !still && !data.game;
    if (data.mode === "replay" && still && !data.game) this.clock.position = frames - 1;
  }

  relayout() {
    if (!this.data || !this.root.isConnected || !this.stage.clientWidth) return;
    this.theme = new Theme(this.root);
    const face = `${this.molecule.id} ${this.theme.name}`;
    if (this.face !== face) {
      this.face = face;
      this.depiction.build();
      this.scene?.setBackground(this.theme.background);
      this.dials.build(this.molecule.rotors, this.theme);
      this.dials.select(this.selected);
    }
    if (this.scene) this.prepare();
    this.touch();
  }

  prepare() {
    const shape = `${this.molecule.id} ${this.motion.conformers}`;
    if (this.shape !== shape) this.scene.build(this.molecule, this.motion.conformers);
    this.shape = shape;
    this.camera ??= fitted(this.scene, this.molecule, this.motion);
    this.spread();
  }

  // Unless told otherwise, a crowd of conformers leaves out the hydrogens on carbon.
  get hydrogens() {
    return this.allHydrogens ?? (this.mode === "one" || this.motion.conformers <= CROWD);
  }

  // Everything is to be drawn anew at the next tick.
  touch() {
    this.dirty = { paint: true, place: true };
    this.clock.wake();
  }

  reset() {
    this.camera = null;
    this.mode === "grid" ? this.setMode("grid") : this.relayout();
  }

  spread() {
    this.scene.offsets = [];
    if (this.mode !== "grid") return;
    const { offsets, distance } = grid(this.scene, this.camera, this.motion.conformers);
    this.scene.offsets = offsets;
    this.gridDistance = distance;
  }

  setMode(mode) {
    const was = this.mode;
    this.mode = mode;
    this.spread();
    if (mode === "grid") this.camera.distance = this.gridDistance;
    else if (was === "grid") this.camera.distance = fitted(this.scene, this.molecule, this.motion).distance;
    this.tools.update();
    this.writeState();
    this.touch();
  }

  shown() {
    if (this.mode === "one") return [this.which];
    return Array.from({ length: this.motion.conformers }, (_, k) => k);
  }

  coordinates() {
    const between = gliding(this.glide);
    if (between) return between;
    this.glide = null;
    const xyz = this.motion.at(this.clock.position);
    this.hand.apply(xyz);
    return xyz;
  }

  draw() {
    if (!this.theme || this.destroyed) return;
    const moved = Boolean(this.glide) || this.clock.position !== this.placed;
    const rebuild = moved || this.dirty.paint || this.dirty.place;
    this.pace.count(moved);
    if (this.hand.active && this.clock.position !== this.placed) this.letGo();
    if (rebuild) {
      this.xyz = this.coordinates();
      this.placed = this.clock.position;
      this.game.start();
      this.drawDials();
      this.bond.draw();
      this.meter.draw();
    }
    if (this.scene) this.drawScene(rebuild, moved);
    this.dirty = { paint: false, place: false };
    this.controls.refresh();
    const { dataset } = this.root;
    dataset.frame = this.clock.position.toFixed(2);
    dataset.playing = this.clock.playing;
    dataset.ready = "true";
    dataset.selected = this.selected ?? "";
    if (this.glide) this.clock.wake();
  }

  drawScene(rebuild, moved) {
    if (this.dirty.paint) this.paint();
    if (rebuild) this.scene.place(this.xyz, this.camera.quaternion);
    this.scene.draw(this.camera, rebuild);
    this.pace.rest(moved);
  }

  paint() {
    const { selected, hovered, hydrogens } = this;
    const crowd = this.mode === "all" ? this.motion.conformers : 1;
    const state = { selected, hovered, hydrogens, crowd };
    this.scene.paint(this.molecule, new Set(this.shown()), look(this.molecule, this.theme, state));
    const left = hydrogens ? new Set() : plainHydrogens(this.molecule);
    for (const bond of this.molecule.bonds) bond.skip = bond.atoms.some((i) => left.has(i));
  }

  angle(m, k) {
    return dihedral(this.xyz, k * this.motion.atoms * 3, this.molecule.rotors[m].quartet);
  }

  drawDials() {
    const shown = this.shown();
    this.dials.draw((m) => shown.map((k) => this.angle(m, k)), (m) => shown.map((k) => this.bond.pull(m, k)));
    this.dials.map(this.bond.rotor, this.molecule.rotors.length ? this.bond.torus.partner(this.bond.rotor) : null);
  }

  writeState() {
    const { title, caption } = this.data;
    const where = this.mode === "one" ? `Conformer ${this.which + 1} of ${this.motion.conformers}` : caption;
    this.state.replaceChildren(element("b", "", title), element("span", "", where));
  }

  rotate(dx, dy) {
    const size = Math.min(this.view.clientWidth, this.view.clientHeight);
    this.camera.quaternion = dragged(this.camera.quaternion, dx, dy, size);
    this.dirty.place ||= this.mode === "grid";
    this.remember();
  }

  zoom(factor) {
    this.camera.distance = Math.min(140, Math.max(6, this.camera.distance / factor));
    this.remember();
  }

  remember() {
    cameras.set(this.key, { molecule: this.molecule.id, camera: this.camera });
    this.clock.wake();
  }

  pick(x, y, reach) {
    if (!this.scene || !this.xyz) return null;
    const shown = this.shown();
    const { atoms } = this.motion;
    const indices = shown.flatMap((k) => Array.from({ length: atoms }, (_, i) => k * atoms + i));
    return nearestBond(this.scene.project(indices), atoms, this.molecule.bonds, shown, x, y, reach);
  }

  hover(met, x = 0, y = 0) {
    this.view.classList.toggle("over", Boolean(met));
    this.tip.hidden = !met;
    if (met) writeTip(this, met, x, y);
    this.mark(met ? met.bond : null);
  }

  mark(bond) {
    if (bond === this.hovered) return;
    this.hovered = bond;
    this.depiction.mark();
    this.touch();
  }

  // With shift, the second bond of the map of two torsions.
  choose(bond, event) {
    if (event?.shiftKey && bond !== null) this.bond.torus.pair(bond);
    else this.select(bond);
  }

  // The clock moves on from under the reader's hand.
  letGo() {
    if (this.game.playing) this.game.finish(false);
    else this.hand.release();
  }

  // What the reader asks of the recording: { forward }, { game: round } or {} for the replay.
  wish(what) {
    this.tell("wish", { recording: this.data.recording, ...what });
  }

  // A second click on the same bond lets it go.
  select(bond) {
    this.selected = bond === this.selected ? null : bond;
    this.dials.select(this.selected);
    this.depiction.mark();
    this.touch();
    this.tell("bond", { molecule: this.molecule.id, bond: this.selected });
  }

  // Where the middle of a bond stands in the browser's window, for tests: [x, y].
  project(bond, conformer = 0) {
    const { atoms } = this.motion;
    const [i, j] = this.molecule.bonds[bond].atoms.map((atom) => conformer * atoms + atom);
    const [[ax, ay], [bx, by]] = this.scene.project([i, j]);
    const box = this.view.getBoundingClientRect();
    return [box.left + (ax + bx) / 2, box.top + (ay + by) / 2];
  }

  destroy() {
    this.destroyed = true;
    this.pace.stop();
    this.clock.stop();
    this.listeners.abort();
    this.resized.disconnect();
    this.seen.disconnect();
    this.scene?.destroy();
    this.root.remove();
  }
}

// Streamlit calls this at every change of data, and may call the clean-up of an overtaken call. So
// only the latest data are shown, and the viewer goes when its place in the page has gone.
export default async function mount({ parentElement, data, setStateValue }) {
  parentElement[VIEWER] ??= new Viewer(parentElement, data);
  const viewer = parentElement[VIEWER];
  const newest = !(data.serial < viewer.serial);
  if (newest) viewer.serial = data.serial;
  await viewer.open();
  if (newest && viewer.serial === data.serial && !viewer.destroyed) viewer.update(data, setStateValue);
  return () => setTimeout(() => {
    if (parentElement.isConnected || viewer.destroyed) return;
    viewer.destroy();
    delete parentElement[VIEWER];
  });
}
