// What of the viewer stands in the address besides its clock: the selected bond and its partner on
// the map, which conformers are seen and from where, and which recording of the run: the forward
// process, or a round of the game.

import { Held } from "../shared/address.js";
import { seenFrom, written } from "./camera.js";

/** @import { ViewerData } from "../shared/types.d.ts" */
/** @import { Viewer } from "../viewer.js" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "data" | "molecule" | "motion" | "selected" | "mode" | "which" | "bond" |
 *   "camera" | "moved" | "moment" | "select" | "setMode" | "single" | "request" | "touch">} Host
 */

const FORWARD = "forward";

/** @param {string | null} text */
const whole = (text) => (text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null);

/** @param {number | null | undefined} number */
const said = (number) => (number === null || number === undefined ? null : `${number}`);

export class Shot {
  /** @type {Record<"bond" | "pair" | "view" | "camera" | "process" | "game", Held> | undefined} */
  held;
  /** Whether Python has been asked for another recording, and all that was asked for has come. */
  asked = false;
  arrived = false;
  /** Whether a molecule has been shown at all. */
  begun = false;

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
  }

  /**
   * New data are shown.
   *
   * @param {ViewerData} data
   */
  shown(data) {
    if (this.arrived) return;
    this.held ??= this.open(this.viewer);
    if (!this.begun) this.select(this.held.bond.text);
    this.begun = true;
    const still = data.mode === "still" && this.viewer.motion.conformers > 1; // of another method
    if (still || this.here(data)) this.restore(this.held);
    else if (data.mode === "replay" && !this.asked) this.ask();
  }

  /** @param {Host} viewer */
  open(viewer) {
    const { torus } = viewer.bond;
    return {
      bond: new Held(
        "bond",
        () => said(viewer.selected),
        (text) => this.select(text),
      ),
      pair: new Held(
        "pair",
        () => said(torus.chosen),
        (text) => this.pair(text),
      ),
      view: new Held(
        "view",
        () => this.view,
        (text) => this.see(text ?? "all"),
      ),
      camera: new Held(
        "camera",
        () => (viewer.moved && viewer.camera ? written(viewer.camera) : null),
        (text) => this.look(text),
      ),
      process: new Held(
        "process",
        () => (viewer.data.forward ? FORWARD : null),
        () => this.ask(),
      ),
      game: new Held(
        "game",
        () => said(viewer.data.game?.number),
        () => this.ask(),
      ),
    };
  }

  /**
   * Whether these are the recording that the address asks for.
   *
   * @param {ViewerData} data
   */
  here({ mode, forward, game }) {
    if (mode !== "replay") return false;
    if (this.arrived) return true;
    this.held ??= this.open(this.viewer);
    const round = whole(this.held.game.text);
    if (round !== null) return game?.number === round;
    return forward === (this.held.process.text === FORWARD);
  }

  /** Ask Python for the recording of the address. */
  ask() {
    if (!this.held) return;
    this.asked = true;
    const game = whole(this.held.game.text);
    const forward = this.held.process.text === FORWARD;
    this.viewer.request(game === null ? { forward } : { game });
  }

  /**
   * All that was asked for is there.
   *
   * @param {NonNullable<Shot["held"]>} held
   */
  restore(held) {
    this.arrived = true;
    const { moment } = this.viewer;
    moment.rest(moment.held?.text ?? null); // a chosen row would show the end
    this.pair(held.pair.text);
    this.see(held.view.text);
    this.look(held.camera.text);
    for (const each of Object.values(held)) if (each.text !== null) each.write();
  }

  /** The viewer has been drawn. */
  note() {
    if (!this.arrived || !this.held) return;
    for (const each of Object.values(this.held)) each.note();
  }

  end() {
    for (const each of Object.values(this.held ?? {})) each.end();
  }

  /** @param {string | null} text */
  select(text) {
    const { molecule, selected } = this.viewer;
    const bond = whole(text);
    const wanted = bond !== null && bond < molecule.bonds.length ? bond : null;
    if (wanted !== selected) this.viewer.select(wanted ?? selected);
  }

  /** @param {string | null} text */
  pair(text) {
    const rotor = whole(text);
    const known = rotor !== null && rotor < this.viewer.molecule.rotors.length;
    this.viewer.bond.torus.chosen = known ? rotor : null;
    this.viewer.touch();
  }

  /** What is seen; a row that is chosen in the table shows its conformer, unless this says more. */
  get view() {
    const { mode, which, data } = this.viewer;
    if (mode === "one") return `one-${which + 1}`;
    return mode === "all" && data.which === null ? null : mode;
  }

  /** @param {string | null} text */
  see(text) {
    const one = text?.match(/^one-(\d{1,3})$/);
    const { conformers } = this.viewer.motion;
    if (one) this.viewer.single(Math.min(conformers, Math.max(1, Number(one[1]))) - 1);
    else if (text === "grid" || text === "all") this.viewer.setMode(text);
  }

  /** @param {string | null} text */
  look(text) {
    const { camera } = this.viewer;
    if (!camera || !text || !seenFrom(camera, text)) return;
    this.viewer.moved = true;
    this.viewer.touch();
  }
}
