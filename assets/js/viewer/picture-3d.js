// The picture of the viewer: which molecule, which of its conformers, seen from where.

import { Clock } from "../player/clock.js";
import { element } from "../shared/dom.js";
import { FARTHEST, fitted, grid, NEAREST, round } from "./camera.js";
import { look, plainHydrogens } from "./look.js";
import { dragged, nearestBond } from "./pointer.js";
import { dihedral } from "./torsions/torsion-motion.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Camera, Mode, Molecule } from "../shared/types.d.ts" */
/** @import { Scene } from "./scene.js" */
/** @import { Motion } from "./torsions/torsion-motion.js" */

/** @type {Map<string, { molecule: string, camera: Camera }>} Cameras outlive a page switch. */
const cameras = new Map();

export class Picture3D {
  /** @type {Molecule} */
  molecule;
  /** @type {Motion} */
  motion;
  /** @type {Float32Array} Where the atoms stand at the moment. */
  xyz;
  /** @type {Theme} */
  theme;
  /** @type {Scene | undefined} None until it is open. */
  scene;
  /** @type {Camera | null} */
  camera = null;
  /** Whether a hand has moved it. */
  moved = false;
  /** @type {number | null} The bond that is selected, and the one under the pointer. */
  selected = null;
  /** @type {number | null} */
  hovered = null;
  /** @type {Mode} */
  mode = "all";
  /** The conformer that is shown where one is. */
  which = 0;
  /** Whether atoms show their numbers. */
  numbers = false;
  /** @type {boolean | null} Whether hydrogens on carbon are shown, once somebody has decided. */
  allHydrogens = null;
  dirty = { paint: true, place: true };
  gridDistance = 0;
  shape = "";

  /** @param {string} key */
  constructor(key) {
    this.key = key;
    this.clock = new Clock(() => this.draw());
    this.view = element("div", "view");
    this.view.setAttribute("role", "img");
  }

  /** Draw the present moment. */
  draw() {}

  /** The choice of what is shown has changed. */
  changed() {
    this.touch();
  }

  /** Everything is to be drawn anew at the next tick. */
  touch() {
    this.dirty = { paint: true, place: true };
    this.clock.wake();
  }

  /** Everything has been drawn. */
  clean() {
    this.dirty = { paint: false, place: false };
  }

  /**
   * @param {Molecule} molecule
   * @param {Motion} motion
   */
  load(molecule, motion) {
    this.molecule = molecule;
    this.motion = motion;
    this.which = Math.min(this.which, motion.conformers - 1);
  }

  toggleHydrogens() {
    this.allHydrogens = !this.hydrogens;
    this.changed();
  }

  toggleNumbers() {
    this.numbers = !this.numbers;
    this.changed();
  }

  /** The next conformer, or the one before. @param {number} by */
  step(by) {
    const count = this.motion.conformers;
    this.which = (this.which + by + count) % count;
    this.changed();
  }

  /**
   * One conformer alone; null: all of them again.
   *
   * @param {number | null} which
   */
  single(which) {
    if (which !== null) this.which = which;
    if (this.scene) this.setMode(which === null ? "all" : "one");
  }

  /** The camera with which this molecule was last seen, if it was the last one. */
  recall() {
    const kept = cameras.get(this.key);
    this.camera = kept?.molecule === this.molecule.id ? kept.camera : null;
    this.moved = this.camera !== null;
  }

  /** Build the scene unless it is that of this molecule. @param {Scene} scene */
  build(scene) {
    const shape = `${this.molecule.id} ${this.motion.conformers}`;
    if (this.shape !== shape) scene.build(this.molecule, this.motion.conformers);
    this.shape = shape;
  }

  /** @param {Scene} scene */
  prepare(scene) {
    this.build(scene);
    this.camera ??= fitted(scene, this.molecule, this.motion);
    this.spread(scene, this.camera);
  }

  /** Unless somebody has decided, many conformers leave out the hydrogens on carbon. */
  get hydrogens() {
    const few = this.motion.conformers <= this.molecule.crowd;
    return this.allHydrogens ?? (this.mode === "one" || few);
  }

  reset() {
    if (!this.scene) return;
    this.camera = null;
    this.moved = false;
    this.prepare(this.scene);
    if (this.mode === "grid") this.setMode("grid");
    this.touch();
  }

  /**
   * @param {Scene} scene
   * @param {Camera} camera
   */
  spread(scene, camera) {
    scene.offsets = [];
    if (this.mode !== "grid") return;
    const { offsets, distance } = grid(scene, camera, this.motion.conformers);
    scene.offsets = offsets;
    this.gridDistance = distance;
  }

  /** @param {Mode} mode */
  setMode(mode) {
    const [was, { camera, scene }] = [this.mode, this];
    this.mode = mode;
    if (scene && camera) {
      this.spread(scene, camera);
      if (mode === "grid") camera.distance = this.gridDistance;
      else if (was === "grid") camera.distance = fitted(scene, this.molecule, this.motion).distance;
    }
    this.changed();
  }

  /** The conformers that are shown. */
  shown() {
    if (this.mode === "one") return [this.which];
    return Array.from({ length: this.motion.conformers }, (_, k) => k);
  }

  /** @param {Scene} scene */
  paint(scene) {
    const { selected, hovered, hydrogens } = this;
    const conformers = this.mode === "all" ? this.motion.conformers : 1;
    const state = { selected, hovered, hydrogens, conformers };
    scene.paint(this.molecule, new Set(this.shown()), look(this.molecule, this.theme, state));
    const left = hydrogens ? new Set() : plainHydrogens(this.molecule);
    for (const bond of this.molecule.bonds) bond.skip = bond.atoms.some((i) => left.has(i));
  }

  /**
   * The torsion of bond m in conformer k, radians.
   *
   * @param {number} m
   * @param {number} k
   */
  angle(m, k) {
    return dihedral(this.xyz, k * this.motion.atoms * 3, this.molecule.rotors[m].quartet);
  }

  /**
   * @param {number} dx Pixels of a drag.
   * @param {number} dy
   */
  rotate(dx, dy) {
    if (!this.camera) return;
    const size = Math.min(this.view.clientWidth, this.view.clientHeight);
    this.camera.quaternion = dragged(this.camera.quaternion, dx, dy, size);
    this.dirty.place ||= this.mode === "grid";
    this.remember(this.camera);
  }

  /** @param {number} factor */
  zoom(factor) {
    if (!this.camera) return;
    const distance = this.camera.distance / factor;
    this.camera.distance = Math.min(FARTHEST, Math.max(NEAREST, distance));
    this.remember(this.camera);
  }

  /** @param {Camera} camera */
  remember(camera) {
    this.moved = true;
    round(camera);
    cameras.set(this.key, { molecule: this.molecule.id, camera });
    this.clock.wake();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} reach Pixels.
   */
  pick(x, y, reach) {
    if (!this.scene || !this.xyz) return null;
    const shown = this.shown();
    const { atoms } = this.motion;
    const indices = shown.flatMap((k) => Array.from({ length: atoms }, (_, i) => k * atoms + i));
    const points = this.scene.project(indices);
    return nearestBond(points, atoms, this.molecule.bonds, shown, x, y, reach);
  }

  /** Where the middle of a bond stands in the browser's window. @param {number} bond */
  project(bond, conformer = 0) {
    const { atoms } = this.motion;
    const ends = this.molecule.bonds[bond].atoms.map((atom) => conformer * atoms + atom);
    const [[ax, ay], [bx, by]] = this.scene?.project(ends) ?? [];
    const box = this.view.getBoundingClientRect();
    return [box.left + (ax + bx) / 2, box.top + (ay + by) / 2];
  }
}
