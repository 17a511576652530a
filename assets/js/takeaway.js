// The player inside the web page that a reader takes away (engine/figures/webpage.py): all its data
// stand in the page, nothing is fetched. Motion, clock and look are those of the molecule viewer.

import { Clock } from "./player-clock.js";
import { fitted } from "./viewer-camera.js";
import { Motion } from "./viewer-geometry.js";
import { look } from "./viewer-look.js";
import { dragged } from "./viewer-pointer.js";
import { hasWebGL, Scene3D } from "./viewer-scene.js";

const CROWD = 4;
const find = (id) => document.getElementById(id);
const data = JSON.parse(find("data").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function coordinates({ packed, unit }) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return Float32Array.from(new Int16Array(bytes.buffer), (value) => value * unit);
}

class Takeaway {
  constructor() {
    this.molecule = data.molecule;
    this.motion = new Motion(this.molecule.rotors, coordinates(data), data.shape);
    this.scene = new Scene3D(window.$3Dmol, find("stage"));
    this.scene.build(this.molecule, this.motion.conformers);
    this.camera = fitted(this.scene, this.molecule, this.motion);
    this.clock = new Clock(() => this.draw());
    this.clock.setFrames(this.motion.frames, data.seconds);
    this.clock.setVisible(true);
    find("scrub").max = this.motion.frames - 1;
    find("hydrogens").checked = this.motion.conformers <= CROWD;
    this.offerConformers();
    this.listen();
    this.paint();
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) this.clock.seek(this.motion.frames - 1);
    else this.clock.play();
  }

  offerConformers() {
    const count = this.motion.conformers;
    find("which").hidden = count === 1;
    find("which").add(new Option(`All ${count} conformers`, "all"));
    for (let k = 0; k < count; k += 1) find("which").add(new Option(`Conformer ${k + 1}`, k));
  }

  listen() {
    const { clock } = this;
    find("play").onclick = () => (clock.playing ? clock.pause() : clock.play());
    find("scrub").oninput = ({ target }) => clock.seek(Number(target.value));
    find("which").onchange = find("hydrogens").onchange = () => this.paint();
    dark.onchange = () => this.paint();
    document.onvisibilitychange = () => clock.setVisible(!document.hidden);
    new ResizeObserver(() => this.resize()).observe(find("stage"));
    const stage = find("stage");
    stage.onpointerdown = (event) => stage.setPointerCapture(event.pointerId);
    stage.onpointermove = (event) => event.buttons && this.turn(event.movementX, event.movementY);
    stage.addEventListener("wheel", (event) => this.zoom(event), { passive: false });
  }

  resize() {
    this.scene.viewer.resize();
    this.camera.distance = fitted(this.scene, this.molecule, this.motion).distance;
    this.clock.wake();
  }

  turn(dx, dy) {
    const { clientWidth, clientHeight } = find("stage");
    const size = Math.min(clientWidth, clientHeight);
    this.camera.quaternion = dragged(this.camera.quaternion, dx, dy, size);
    this.clock.wake();
  }

  zoom(event) {
    event.preventDefault();
    this.camera.distance *= Math.exp(event.deltaY * (event.deltaMode ? 0.04 : 0.0012));
    this.clock.wake();
  }

  paint() {
    const style = getComputedStyle(document.documentElement);
    const background = style.getPropertyValue("--background").trim();
    const accent = style.getPropertyValue("--accent").trim();
    const choice = find("which").value;
    const all = Array.from({ length: this.motion.conformers }, (_, k) => k);
    const shown = new Set(choice === "all" ? all : [Number(choice)]);
    const state = { selected: null, hovered: null, hydrogens: find("hydrogens").checked, crowd: shown.size };
    this.scene.setBackground(background);
    this.scene.paint(this.molecule, shown, look(this.molecule, { dark: dark.matches, background, accent }, state));
    this.clock.wake();
  }

  draw() {
    const { position, playing } = this.clock;
    this.scene.place(this.motion.at(position), this.camera.quaternion);
    this.scene.draw(this.camera, true);
    find("scrub").value = position;
    find("sigma").value = data.times[Math.floor(position + 1e-6)];
    find("play").textContent = playing ? "Pause" : "Play";
    document.body.dataset.frame = position.toFixed(2);
  }
}

if (hasWebGL()) {
  window.takeaway = new Takeaway();
} else {
  find("stage").innerHTML = '<p class="words">This browser has no WebGL, so it cannot draw in 3D.</p>';
}
