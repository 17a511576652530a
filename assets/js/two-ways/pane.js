// One of the two pictures: conformers in 3D with the meters of their frame below. Both have one
// clock, one camera and one choice of what is shown.

import { added, drawn, element } from "../shared/dom.js";
import { fitted } from "../viewer/camera.js";
import { openScene } from "../viewer/open-scene.js";
import { Picture3D } from "../viewer/picture-3d.js";
import { Pointer } from "../viewer/pointer.js";
import { distance, Motion } from "../viewer/torsions/torsion-motion.js";
import { KINDS, Readings, TOLERANCE } from "./readings.js";

/** @import { Camera, Mode, Pick as Met } from "../shared/types.d.ts" */
/** @import { TwoWays } from "../two-ways.js" */
/** @import { Scene } from "../viewer/scene.js" */
/** @typedef {{ title: string, freedom: string }} Words */

const BROKEN = ["#d3263b", "#ff5c6c"]; // a bond of a wrong length, on light and on dark
const REST_MS = 350;

export class Pane extends Picture3D {
  destroyed = false;
  /** @type {Promise<void> | undefined} */
  opening;
  /** @type {number | undefined} */
  resting;
  /** @type {Readings} */
  readings;
  /** What the sticks look like where no bond is broken. @type {any[]} */
  base = [];
  face = "";
  /** Several conformers in noise are a cloud. @type {Mode} */
  mode = "one";

  /**
   * @param {TwoWays} owner
   * @param {number} side 0 for coordinates, 1 for torsions.
   * @param {string} key
   */
  constructor(owner, side, key) {
    super(key);
    this.owner = owner;
    this.side = side;
    this.clock = owner.clock;
    this.root = element("section", "side");
    const head = added(this.root, "div", "head");
    this.title = added(head, "b");
    this.freedom = added(head, "span", "freedom");
    this.level = added(head, "span", "level");
    this.stage = added(this.root, "div", "stage");
    this.stage.append(this.view);
    this.verdict = added(this.stage, "div", "verdict");
    this.tip = added(this.stage, "div", "tip");
    this.tip.hidden = true;
    const meters = added(this.root, "div", "readings");
    this.rows = KINDS.map(({ label, short }) => {
      const row = added(meters, "div", "reading");
      added(row, "span", "long", label);
      added(row, "span", "short", short);
      const value = added(row, "output");
      const chart = drawn(row, "svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none" });
      chart.setAttribute("aria-hidden", "true");
      drawn(chart, "line", { x1: 0, x2: 100, y1: 19, y2: 19, class: "floor" });
      const curve = drawn(chart, "polyline", { points: "", class: "curve" });
      const cursor = drawn(chart, "line", { x1: 0, x2: 0, y1: 0, y2: 20, class: "cursor" });
      chart.onclick = (event) => this.seek(chart, event);
      return { row, value, curve, cursor };
    });
    this.pointer = new Pointer(this, this.view, owner.ending.signal);
  }

  open() {
    this.opening ??= openScene(/** @type {any} */ (this));
    return this.opening;
  }

  /** @param {Words} words */
  say({ title, freedom }) {
    this.title.textContent = title;
    this.freedom.textContent = freedom;
    this.view.setAttribute("aria-label", `${title}, in 3D`);
  }

  /** The curves of what is shown now. */
  curves() {
    const shown = this.shown();
    for (const [kind, { curve }] of this.rows.entries()) {
      curve.setAttribute("points", this.readings.curve(kind, shown, this.owner.full(kind)));
    }
  }

  /**
   * @param {SVGElement} chart
   * @param {MouseEvent} event
   */
  seek(chart, event) {
    const { left, width } = chart.getBoundingClientRect();
    this.clock.seek(((event.clientX - left) / width) * (this.clock.frames - 1));
  }

  /**
   * The camera is that of both; noise on coordinates needs a little more room than a molecule.
   *
   * @param {Scene} scene
   */
  prepare(scene) {
    this.build(scene);
    this.spread(scene, /** @type {Camera} */ (this.camera));
  }

  /** A camera that sees every way the bonds can turn, whatever is shown. @param {Scene} scene */
  fit(scene) {
    const { rotors, elements } = this.molecule;
    const rest = Float32Array.from(this.owner.data.rest);
    const still = new Motion(rotors, rest, [1, 1, elements.length]);
    const camera = fitted(scene, this.molecule, still);
    return { ...camera, distance: 1.12 * camera.distance, depth: Math.max(camera.depth, 22) };
  }

  changed() {
    this.owner.changed(this);
  }

  remember(/** @type {Camera} */ camera) {
    super.remember(camera);
    this.owner.turned();
  }

  /** @param {Scene} scene */
  paint(scene) {
    super.paint(scene);
    const { styles } = /** @type {any} */ (scene);
    this.base = styles ? styles.map((/** @type {object} */ style) => ({ ...style })) : [];
  }

  /** Bonds more than 10 % too long or too short are red. @param {Scene} scene */
  mark(scene) {
    const { styles } = /** @type {any} */ (scene);
    const { bonds } = this.molecule;
    const red = BROKEN[this.theme.dark ? 1 : 0];
    if (!styles) return;
    for (const k of this.shown()) {
      bonds.forEach((_, e) => {
        const index = k * bonds.length + e;
        const wrong = Math.abs(this.stretch(e, k)) > TOLERANCE;
        Object.assign(styles[index], this.base[index]);
        if (wrong) Object.assign(styles[index], { color1: red, color2: red });
      });
    }
  }

  /** How far bond e of conformer k is from its length, as a share of it. */
  stretch(/** @type {number} */ e, /** @type {number} */ k) {
    const [i, j] = this.molecule.bonds[e].atoms;
    return distance(this.xyz, 3 * k * this.motion.atoms, i, j) / this.owner.data.lengths[e] - 1;
  }

  /**
   * @param {Float32Array} xyz
   * @param {boolean} moved
   */
  show(xyz, moved) {
    const { scene, camera } = this;
    this.xyz = xyz;
    if (!scene || !camera) return;
    const rebuild = moved || this.dirty.paint || this.dirty.place;
    if (this.dirty.paint) this.paint(scene);
    if (rebuild) {
      scene.place(xyz, camera.quaternion);
      this.mark(scene);
    }
    scene.draw(camera, rebuild);
    this.clean();
    this.rest(scene, camera, moved);
  }

  /**
   * Fine pixels once the picture has come to rest.
   *
   * @param {Scene} scene
   * @param {Camera} camera
   * @param {boolean} moved
   */
  rest(scene, camera, moved) {
    window.clearTimeout(this.resting);
    if ((moved || this.pointer.down.size) && scene.setSharp(false)) scene.draw(camera, false);
    this.resting = window.setTimeout(() => {
      const moving = (this.clock.playing && this.clock.visible) || this.pointer.down.size;
      if (this.destroyed || moving || this.owner.data.mode === "live") return;
      if (scene.setSharp(true)) scene.draw(camera, false);
    }, REST_MS);
  }

  /**
   * The meters of a frame.
   *
   * @param {number} frame
   * @param {string} level
   */
  read(frame, level) {
    const { readings } = this;
    const shown = this.shown();
    const share = readings.frames > 1 ? (100 * this.clock.position) / (readings.frames - 1) : 100;
    this.level.textContent = level;
    for (const [kind, { row, value, cursor }] of this.rows.entries()) {
      const found = readings.of(kind, frame, shown);
      value.textContent = KINDS[kind].say(found);
      const bad = kind ? found > (kind === 1 ? 15 : 0) : found > TOLERANCE;
      row.classList.toggle("bad", bad);
      row.dataset.value = `${found}`;
      cursor.setAttribute("x1", share.toFixed(2));
      cursor.setAttribute("x2", share.toFixed(2));
    }
    const { conformers } = readings;
    const valid = readings.count(frame);
    this.verdict.textContent =
      conformers === 1 ? (valid ? "valid" : "not valid") : `${valid} of ${conformers} valid`;
    this.verdict.classList.toggle("bad", valid < conformers);
    this.root.dataset.valid = `${valid}`;
  }

  /** @param {number | null} _bond Nothing to choose. */
  choose(_bond) {}

  /** @param {Met | null} met */
  hover(met, x = 0, y = 0) {
    this.tip.hidden = !met;
    if (!met) return;
    const { bond, conformer } = met;
    const right = this.owner.data.lengths[bond];
    const off = this.stretch(bond, conformer);
    const sign = off < 0 ? "−" : "+";
    this.tip.textContent =
      `${this.molecule.bonds[bond].label}: ${(right * (1 + off)).toFixed(2)} Å, ` +
      `${sign}${Math.abs(100 * off).toFixed(0)} %`;
    this.tip.style.left = `${Math.min(x + 12, this.stage.clientWidth - 170)}px`;
    this.tip.style.top = `${Math.max(4, y - 34)}px`;
  }

  destroy() {
    this.destroyed = true;
    window.clearTimeout(this.resting);
    this.scene?.destroy();
  }
}
