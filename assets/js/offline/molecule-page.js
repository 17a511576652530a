// The player inside the exported web page (engine/figures/offline/molecule_page.py): all its data
// stand in the page, nothing is fetched. Motion, clock and look are those of the molecule viewer.

import { Clock } from "../player/clock.js";
import { element, prefersStillness } from "../shared/dom.js";
import { bytesOf } from "../shared/fetching.js";
import { fitted } from "../viewer/camera.js";
import { FlatScene } from "../viewer/flat-scene.js";
import { look } from "../viewer/look.js";
import { FLAT } from "../viewer/open-scene.js";
import { dragged } from "../viewer/pointer.js";
import { hasWebGL, Scene3D } from "../viewer/scene.js";
import { Motion } from "../viewer/torsions/torsion-motion.js";
import { find, pageData } from "./page.js";

/** @import { Molecule } from "../shared/types.d.ts" */
/**
 * @typedef {{ molecule: Molecule, packed: string, unit: number, shape: [number, number, number],
 *   times: string[], seconds: number }} PageData
 */

/** @type {PageData} */
const data = pageData();
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const stage = find("stage");
/** @type {HTMLInputElement} */
const scrub = find("scrub");
/** @type {HTMLSelectElement} */
const which = find("which");
/** @type {HTMLInputElement} */
const hydrogens = find("hydrogens");

function coordinates() {
  const whole = new Int16Array(bytesOf(data.packed));
  return Float32Array.from(whole, (value) => value * data.unit);
}

class MoleculePage {
  constructor() {
    this.molecule = data.molecule;
    this.motion = new Motion(this.molecule.rotors, coordinates(), data.shape);
    const library = /** @type {any} */ (window).$3Dmol;
    this.scene = hasWebGL() ? new Scene3D(library, stage) : new FlatScene(stage);
    this.scene.build(this.molecule, this.motion.conformers);
    this.camera = fitted(this.scene, this.molecule, this.motion);
    this.clock = new Clock(() => this.draw());
    this.clock.setFrames(this.motion.frames, data.seconds);
    this.clock.setVisible(true);
    scrub.max = `${this.motion.frames - 1}`;
    hydrogens.checked = this.motion.conformers <= this.molecule.crowd;
    this.offerConformers();
    this.listen();
    this.paint();
    if (prefersStillness()) this.clock.seek(this.motion.frames - 1);
    else this.clock.play();
  }

  offerConformers() {
    const count = this.motion.conformers;
    which.hidden = count === 1;
    which.add(new Option(`All ${count} conformers`, "all"));
    for (let k = 0; k < count; k += 1) which.add(new Option(`Conformer ${k + 1}`, `${k}`));
  }

  listen() {
    const { clock } = this;
    find("play").onclick = () => (clock.playing ? clock.pause() : clock.play());
    scrub.oninput = () => clock.seek(Number(scrub.value));
    which.onchange = hydrogens.onchange = dark.onchange = () => this.paint();
    document.onvisibilitychange = () => clock.setVisible(!document.hidden);
    new ResizeObserver(() => this.resize()).observe(stage);
    stage.onpointerdown = (event) => stage.setPointerCapture(event.pointerId);
    stage.onpointermove = (event) => {
      if (event.buttons) this.turn(event.movementX, event.movementY);
    };
    stage.addEventListener("wheel", (event) => this.zoom(event), { passive: false });
  }

  resize() {
    this.scene.resize();
    this.camera.distance = fitted(this.scene, this.molecule, this.motion).distance;
    this.clock.wake();
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  turn(dx, dy) {
    const size = Math.min(stage.clientWidth, stage.clientHeight);
    this.camera.quaternion = dragged(this.camera.quaternion, dx, dy, size);
    this.clock.wake();
  }

  /** @param {WheelEvent} event */
  zoom(event) {
    event.preventDefault();
    this.camera.distance *= Math.exp(event.deltaY * (event.deltaMode ? 0.04 : 0.0012));
    this.clock.wake();
  }

  paint() {
    const style = getComputedStyle(document.documentElement);
    const background = style.getPropertyValue("--background").trim();
    const accent = style.getPropertyValue("--accent").trim();
    const all = Array.from({ length: this.motion.conformers }, (_, k) => k);
    const shown = new Set(which.value === "all" ? all : [Number(which.value)]);
    const [hovered, selected] = [null, null];
    const state = { selected, hovered, hydrogens: hydrogens.checked, conformers: shown.size };
    const shades = { dark: dark.matches, background, accent };
    this.scene.setBackground(background);
    this.scene.paint(this.molecule, shown, look(this.molecule, shades, state));
    this.clock.wake();
  }

  draw() {
    const { position, playing } = this.clock;
    this.scene.place(this.motion.at(position), this.camera.quaternion);
    this.scene.draw(this.camera, true);
    scrub.value = `${position}`;
    find("sigma").textContent = data.times[Math.floor(position + 1e-6)];
    find("play").textContent = playing ? "Pause" : "Play";
    document.body.dataset.frame = position.toFixed(2);
  }
}

new MoleculePage();
if (!hasWebGL()) stage.after(element("p", "words", FLAT));
