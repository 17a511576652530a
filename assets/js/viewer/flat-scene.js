// The molecule on a plain canvas, for browsers without WebGL: the same camera, looks and clock as
// the 3D scene; sticks are drawn from the farthest to the nearest.

import { isDark, mixed } from "../shared/colour.js";
import { element } from "../shared/dom.js";
import { inverse, rotate } from "../shared/vectors.js";
import { MIDDLE } from "./look.js";
import { HALF_FIELD } from "./scene.js";

/** @import { Camera, Molecule, Quaternion, Vector } from "../shared/types.d.ts" */
/** @import { Look } from "./look.js" */
/** @typedef {{ depth: number, line: number[], colour: string, width: number }} Stick */

const FOG = 0.65; // how much of the background the farthest stick takes
const STEPS = 16; // of the fog, so that few colours are mixed
const EDGE = 1.5; // pixels around a stick, which tell it from the one behind

export class FlatScene {
  /** @type {number[][]} Shifts [x, y] of the conformers on the screen, where they have some. */
  offsets = [];
  /** @type {Vector[]} Where the atoms stand, conformer after conformer. */
  atoms = [];
  /**
   * What is drawn along each bond, from a share of it to a share of it.
   *
   * @type {{ atoms: [number, number], colours: [string, string], radius: number,
   *   part: number[] }[]}
   */
  bonds = [];
  /** @type {Set<number>} */
  shown = new Set();
  /** @type {Camera | null} As last drawn. */
  camera = null;
  background = "#ffffff";
  count = 0;
  conformers = 0;
  /** @type {Map<string, string>} */
  mixtures = new Map();

  /** @param {HTMLElement} container */
  constructor(container) {
    this.canvas = element("canvas", "flat");
    this.canvas.style.cssText = "width: 100%; height: 100%; display: block";
    container.replaceChildren(this.canvas);
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
  }

  /**
   * @param {Molecule} molecule
   * @param {number} conformers
   */
  build(molecule, conformers) {
    this.count = molecule.elements.length;
    this.conformers = conformers;
    this.atoms = Array.from({ length: this.count * conformers }, () => [0, 0, 0]);
  }

  /**
   * @param {Molecule} molecule
   * @param {Set<number>} shown
   * @param {Look} look
   */
  paint(molecule, shown, look) {
    this.shown = shown;
    this.bonds = [];
    molecule.bonds.forEach(({ atoms }, e) => {
      if (atoms.some((i) => look.atom(i) === null)) return;
      const whole = [0, 1];
      this.bonds.push({ atoms, colours: look.bond(e), radius: look.bondRadius(e), part: whole });
      const middle = look.middle(e);
      if (!middle) return;
      const { colour, radius } = middle;
      this.bonds.push({ atoms, colours: [colour, colour], radius, part: MIDDLE });
    });
  }

  /**
   * @param {ArrayLike<number>} xyz
   * @param {Quaternion} quaternion
   */
  place(xyz, quaternion) {
    const back = inverse(quaternion);
    for (let k = 0; k < this.conformers; k += 1) {
      const [right = 0, up = 0] = this.offsets[k] ?? [];
      const shift = rotate(back, [right, up, 0]);
      for (let i = k * this.count; i < (k + 1) * this.count; i += 1) {
        for (let axis = 0; axis < 3; axis += 1) {
          this.atoms[i][axis] = xyz[3 * i + axis] + shift[axis];
        }
      }
    }
  }

  /** @param {Camera} camera */
  draw(camera) {
    this.camera = camera;
    const { canvas, pen } = this;
    const ratio = window.devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    pen.scale(ratio, ratio);
    pen.fillStyle = this.background;
    pen.fillRect(0, 0, width, height);
    pen.lineCap = "round";
    for (const stick of this.sticks(camera)) {
      this.stroke(stick.line, this.edge, stick.width + EDGE);
      this.stroke(stick.line, this.foggy(stick, camera), stick.width);
    }
    performance.mark("picture"); // the page may now load what is heavy
  }

  /**
   * Every half of every bond that is shown, the farthest first.
   *
   * @param {Camera} camera
   */
  sticks(camera) {
    /** @type {Stick[]} */
    const sticks = [];
    for (const k of this.shown) {
      const points = this.seen(camera, k);
      for (const { atoms, colours, radius, part } of this.bonds) {
        const [from, to] = atoms.map((i) => points[i]);
        const [one, two] = part.map((share) =>
          from.map((value, axis) => value + share * (to[axis] - value)),
        );
        const middle = one.map((value, axis) => (value + two[axis]) / 2);
        [one, two].forEach((end, half) => {
          const depth = (end[2] + middle[2]) / 2;
          const width = 2 * radius * this.scale(depth);
          const line = [end[0], end[1], middle[0], middle[1]];
          sticks.push({ depth, line, colour: colours[half], width });
        });
      }
    }
    return sticks.sort((a, b) => b.depth - a.depth);
  }

  /**
   * Pixels across, pixels down and Angstrom from the camera, of the atoms of a conformer.
   *
   * @param {Camera} camera
   * @param {number} conformer
   */
  seen(camera, conformer) {
    const start = conformer * this.count;
    return this.atoms.slice(start, start + this.count).map((atom) => this.see(camera, atom));
  }

  /**
   * @param {Camera} camera
   * @param {Vector} atom
   */
  see({ centre, distance, quaternion }, atom) {
    const { clientWidth, clientHeight } = this.canvas;
    const [a, b, c] = centre;
    const [x, y, z] = rotate(quaternion, [atom[0] - a, atom[1] - b, atom[2] - c]);
    const depth = distance - z;
    const scale = this.scale(depth);
    return [clientWidth / 2 + x * scale, clientHeight / 2 - y * scale, depth];
  }

  /** Pixels of an Angstrom so far from the camera. @param {number} depth */
  scale(depth) {
    return this.canvas.clientHeight / 2 / (HALF_FIELD * Math.max(1, depth));
  }

  /**
   * @param {number[]} line
   * @param {string} colour
   * @param {number} width
   */
  stroke([x, y, u, v], colour, width) {
    const { pen } = this;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(u, v);
    pen.stroke();
  }

  get edge() {
    return isDark(this.background) ? "#000000" : "#ffffff";
  }

  /**
   * @param {Stick} stick
   * @param {Camera} camera
   */
  foggy({ colour, depth }, camera) {
    const far = (depth - camera.distance + camera.depth) / (2 * camera.depth);
    const step = Math.round(STEPS * FOG * Math.min(1, Math.max(0, far)));
    const name = `${colour} ${step}`;
    const known = this.mixtures.get(name) ?? mixed(colour, this.background, step / STEPS);
    this.mixtures.set(name, known);
    return known;
  }

  /**
   * As of the 3D scene.
   *
   * @param {number} hx
   * @param {number} hy
   * @param {number} hz
   */
  distance(hx, hy, hz) {
    const { clientWidth, clientHeight } = this.canvas;
    const aspect = clientWidth / Math.max(1, clientHeight);
    return (1.06 * Math.max(hy, hx / aspect)) / HALF_FIELD + hz / 2;
  }

  /** @param {string} colour */
  setBackground(colour) {
    this.background = colour;
    this.mixtures.clear();
  }

  /** A canvas has the pixels of the screen anyway. @param {boolean} _sharp */
  setSharp(_sharp) {
    return false;
  }

  /**
   * Where an atom (index over all conformers) stands, in pixels from the container's corner.
   *
   * @param {number[]} indices
   * @returns {[number, number][]}
   */
  project(indices) {
    return this.locate(
      indices.map((i) => {
        const [x, y, z] = this.atoms[i];
        return { x, y, z };
      }),
    );
  }

  /**
   * The same for points in space.
   *
   * @param {{ x: number, y: number, z: number }[]} places
   * @returns {[number, number][]}
   */
  locate(places) {
    const { camera } = this;
    if (!camera) return [];
    return places.map(({ x, y, z }) => {
      const [across, down] = this.see(camera, [x, y, z]);
      return [across, down];
    });
  }

  resize() {} // every picture asks for the size

  destroy() {
    this.canvas.remove();
  }
}
