// The 3Dmol side of the viewer: one model that holds all conformers, with explicit bonds. Frames
// move its atoms; 3Dmol then rebuilds its sticks, the camera stays where it is.

import { inverse, rotate } from "../shared/vectors.js";
import { MIDDLE } from "./look.js";

/** @import { Camera, Molecule, Quaternion, Vector } from "../shared/types.d.ts" */
/** @import { FlatScene } from "./flat-scene.js" */
/** @import { Look } from "./look.js" */
/** @typedef {any} Library 3Dmol.js, which has no types of its own. */
/**
 * @typedef {{ elem: string, x: number, y: number, z: number, bonds: number[],
 *   bondOrder: number[] }} SceneAtom
 */
/** @typedef {Scene3D | FlatScene} Scene What draws the molecule. */
/** @typedef {{ color1?: string, color2?: string, radius?: number }} StickStyle */

const global = /** @type {Window & { $3Dmol?: Library }} */ (window);
const CAMERA_Z = 150;
export const HALF_FIELD = Math.tan((10 * Math.PI) / 180);
const HIDDEN = {};

/** @type {Promise<Library> | null} */
let library = null;

/**
 * 3Dmol itself, fetched once per document from our own server.
 *
 * @returns {Promise<Library>}
 */
export function load3Dmol() {
  library ??= new Promise((resolve, reject) => {
    if (global.$3Dmol) {
      resolve(global.$3Dmol);
      return;
    }
    const script = document.createElement("script");
    script.src = new URL("assets/vendor/3Dmol-min.js", document.baseURI).href;
    script.onload = () => resolve(global.$3Dmol);
    script.onerror = () => {
      library = null;
      reject(new Error("3Dmol.js could not be loaded."));
    };
    document.head.append(script);
  });
  return library;
}

export function hasWebGL() {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(gl);
}

/**
 * 3Dmol listens on window and body for ever; with a signal those listeners end with the viewer.
 *
 * @param {AbortSignal} signal
 * @param {() => any} make
 */
function withSignal(signal, make) {
  const targets = [window, document.body];
  for (const target of targets) {
    target.addEventListener = (/** @type {string} */ type, /** @type {EventListener} */ listener) =>
      EventTarget.prototype.addEventListener.call(target, type, listener, { signal });
  }
  try {
    return make();
  } finally {
    for (const target of targets) Reflect.deleteProperty(target, "addEventListener");
  }
}

/**
 * 3Dmol lights with one lamp and lets the flanks of a stick go black; lift them a little.
 *
 * @param {WebGL2RenderingContext} gl
 */
function soften(gl) {
  gl.shaderSource = (shader, text) => {
    const lit = text.replace(
      /max\(\s*dotProduct,\s*0\.0\s*\)/g,
      "(0.42 + 0.58 * max(dotProduct, 0.0))",
    );
    WebGL2RenderingContext.prototype.shaderSource.call(gl, shader, lit);
  };
}

export class Scene3D {
  /** @type {any[]} The atoms of 3Dmol, conformer after conformer. */
  atoms = [];
  /** @type {StickStyle[]} Of every bond of every conformer. */
  styles = [];
  /**
   * The middles of rotatable bonds, sticks of their own between two points of the bond.
   *
   * @type {{ bond: number, ends: [number, number], atoms: [number, number], style: StickStyle }[]}
   */
  middles = [];
  count = 0;
  conformers = 0;
  /** @type {number[][]} Shifts [x, y] of the conformers on the screen, where they have some. */
  offsets = [];
  sharp = false;

  /**
   * @param {Library} $3Dmol
   * @param {HTMLElement} container
   */
  constructor($3Dmol, container) {
    this.listeners = new AbortController();
    this.viewer = withSignal(this.listeners.signal, () =>
      $3Dmol.createViewer(container, { antialias: false, upscale: false, nomouse: true }),
    );
  }

  /**
   * molecule: { elements, bonds: [{ atoms: [i, j] }, ...] }; all conformers share it.
   *
   * @param {Molecule} molecule
   * @param {number} conformers
   */
  build(molecule, conformers) {
    const count = molecule.elements.length;
    /** @type {SceneAtom[]} */
    const atoms = [];
    /** @type {StickStyle[][]} */
    const styles = [];
    this.styles = [];
    for (let k = 0; k < conformers; k += 1) {
      for (const elem of molecule.elements) {
        atoms.push({ elem, x: 0, y: 0, z: 0, bonds: [], bondOrder: [] });
        styles.push([]);
      }
      for (const {
        atoms: [i, j],
      } of molecule.bonds) {
        /** @type {StickStyle} */
        const style = {};
        this.styles.push(style);
        for (const [from, to] of [
          [i, j],
          [j, i],
        ]) {
          atoms[k * count + from].bonds.push(k * count + to);
          atoms[k * count + from].bondOrder.push(1);
          styles[k * count + from].push(style);
        }
      }
    }
    this.middles = [];
    for (let k = 0; k < conformers; k += 1) {
      molecule.bonds.forEach(({ atoms: [i, j], rotor }, bond) => {
        if (rotor === null) return;
        const [one, two] = [atoms.length, atoms.length + 1];
        /** @type {StickStyle} */
        const style = {};
        this.middles.push({ bond, ends: [k * count + i, k * count + j], atoms: [one, two], style });
        for (const other of [two, one]) {
          atoms.push({ elem: "C", x: 0, y: 0, z: 0, bonds: [other], bondOrder: [1] });
          styles.push([style]);
        }
      });
    }
    this.viewer.removeAllModels();
    this.model = this.viewer.addModel();
    this.model.addAtoms(atoms);
    this.atoms = this.model.selectedAtoms({});
    for (const [i, atom] of this.atoms.entries()) atom.bondStyles = styles[i];
    this.count = count;
    this.conformers = conformers;
  }

  /**
   * look: atom(i) -> colour or null, radius(i), bond(e) -> [colour, colour], bondRadius(e).
   *
   * @param {Molecule} molecule
   * @param {Set<number>} shown
   * @param {Look} look
   */
  paint(molecule, shown, look) {
    const colours = molecule.elements.map((_, i) => look.atom(i));
    const sticks = molecule.elements.map((_, i) => ({ stick: { radius: look.radius(i) } }));
    this.atoms.slice(0, this.count * this.conformers).forEach((atom, index) => {
      const i = index % this.count;
      const visible = colours[i] && shown.has(Math.floor(index / this.count));
      atom.color = colours[i] ?? undefined;
      atom.style = visible ? sticks[i] : HIDDEN;
    });
    molecule.bonds.forEach(({ atoms: [i, j] }, e) => {
      const [one, two] = look.bond(e);
      const [color1, color2] = i < j ? [one, two] : [two, one];
      const style = { color1, color2, radius: look.bondRadius(e) };
      for (let k = 0; k < this.conformers; k += 1) {
        Object.assign(this.styles[k * molecule.bonds.length + e], style);
      }
    });
    for (const { bond, ends, atoms, style } of this.middles) {
      const found = look.middle(bond);
      if (!found) continue;
      const visible = shown.has(Math.floor(ends[0] / this.count));
      const stick = { stick: { radius: found.radius } };
      Object.assign(style, { color1: found.colour, color2: found.colour, radius: found.radius });
      for (const index of atoms) {
        this.atoms[index].color = found.colour;
        this.atoms[index].style = visible ? stick : HIDDEN;
      }
    }
  }

  /**
   * Place the atoms; conformer k is shifted by offsets[k], which stands still on the screen.
   *
   * @param {ArrayLike<number>} xyz
   * @param {Quaternion} quaternion
   */
  place(xyz, quaternion) {
    const back = inverse(quaternion);
    for (let k = 0; k < this.conformers; k += 1) {
      const [right = 0, up = 0] = this.offsets[k] ?? [];
      const shift = rotate(back, [right, up, 0]);
      for (let i = k * this.count; i < (k + 1) * this.count; i += 1) {
        const atom = this.atoms[i];
        atom.x = xyz[3 * i] + shift[0];
        atom.y = xyz[3 * i + 1] + shift[1];
        atom.z = xyz[3 * i + 2] + shift[2];
      }
    }
    for (const { ends, atoms } of this.middles) {
      const [from, to] = ends.map((index) => this.atoms[index]);
      MIDDLE.forEach((share, side) => {
        const atom = this.atoms[atoms[side]];
        atom.x = from.x + share * (to.x - from.x);
        atom.y = from.y + share * (to.y - from.y);
        atom.z = from.z + share * (to.z - from.z);
      });
    }
  }

  /**
   * camera: { centre: [x, y, z], distance, quaternion }.
   *
   * @param {Camera} camera
   * @param {boolean} rebuild
   */
  draw(camera, rebuild) {
    const { viewer } = this;
    const [x, y, z] = camera.centre;
    const view = [-x, -y, -z, CAMERA_Z - camera.distance, ...camera.quaternion];
    viewer.slabNear = -camera.depth;
    viewer.slabFar = camera.depth;
    this.light();
    if (!rebuild) {
      viewer.setView(view);
      return;
    }
    this.model.molObj = null;
    Object.assign(viewer.modelGroup.position, { x: -x, y: -y, z: -z });
    viewer.rotationGroup.position.z = view[3];
    const [qx, qy, qz, qw] = camera.quaternion;
    Object.assign(viewer.rotationGroup.quaternion, { x: qx, y: qy, z: qz, w: qw });
    viewer.render();
    performance.mark("picture"); // the page may now load what is heavy
  }

  /**
   * Distance from which half extents (hx, hy, hz) fill the window with a little air.
   *
   * @param {number} hx
   * @param {number} hy
   * @param {number} hz
   */
  distance(hx, hy, hz) {
    const { clientWidth, clientHeight } = this.viewer.container;
    const aspect = clientWidth / Math.max(1, clientHeight);
    return (1.06 * Math.max(hy, hx / aspect)) / HALF_FIELD + hz / 2;
  }

  // The context may be new: 3Dmol makes another when one is lost, or begins without.
  light() {
    const gl = this.viewer.renderer.getContext();
    if (gl && gl !== this.lit) soften(gl);
    this.lit = gl;
  }

  /** @param {string} colour */
  setBackground(colour) {
    this.viewer.setBackgroundColor(colour, 1);
  }

  /**
   * Twice the resolution: for pictures that stand still, on screens that need it.
   *
   * @param {boolean} sharp
   */
  setSharp(sharp) {
    if (sharp === this.sharp || window.devicePixelRatio >= 2) return false;
    this.sharp = sharp;
    this.viewer.renderer._upscale = sharp;
    this.viewer.updateSize();
    return true;
  }

  /**
   * Where an atom (index over all conformers) stands, in pixels from the container's corner.
   *
   * @param {number[]} indices
   * @returns {[number, number][]}
   */
  project(indices) {
    return this.locate(indices.map((i) => this.atoms[i]));
  }

  /**
   * The same for points in space.
   *
   * @param {{ x: number, y: number, z: number }[]} places
   * @returns {[number, number][]}
   */
  locate(places) {
    const box = this.viewer.container.getBoundingClientRect();
    const [left, top] = [box.left + window.scrollX, box.top + window.scrollY];
    const points = this.viewer.modelToScreen(places);
    return points.map((/** @type {{ x: number, y: number }} */ { x, y }) => [x - left, y - top]);
  }

  resize() {
    this.viewer.resize();
  }

  destroy() {
    this.listeners.abort();
    this.viewer.divwatcher?.disconnect();
    this.viewer.intwatcher?.disconnect();
    this.viewer.clear();
    const gl = this.viewer.renderer.getContext();
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
    this.viewer.container.replaceChildren();
  }
}
