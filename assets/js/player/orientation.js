// How chains in space have been turned by hand, in the address of the page: degrees about the axis
// and above the plane for every panel that turns, "12.5_-30~0_14". Nobody has turned them at first.

import { Held } from "../shared/address.js";

/** @import { Layer } from "../shared/types.d.ts" */
/** @import { PanelView } from "./panel.js" */
/**
 * What it needs of the player.
 *
 * @typedef {{ panels: Pick<PanelView, "layers">[], clock: { wake: () => void } }} Host
 */

const RIGHT = 90; // the most above the plane, degrees
const DEGREE = Math.PI / 180;

/** @param {number} angle Radians. */
const degrees = (angle) => Math.round((angle / DEGREE) * 10) / 10;

export class Orientation {
  /** @type {Held | null} */
  held = null;
  turned = false;

  /** @param {Host} player */
  constructor(player) {
    this.player = player;
  }

  /** @returns {Required<Pick<Layer, "yaw" | "pitch">>[][]} By panel, its layers that turn. */
  get layers() {
    const of = this.player.panels.map(({ layers }) => layers.filter((layer) => layer.turns));
    return /** @type {any} */ (of.filter((layers) => layers.length));
  }

  /** @param {string} name Of the parameter. */
  open(name) {
    this.held = new Held(
      name,
      () => this.text,
      (text) => this.turn(text),
    );
    this.turn(this.held.text);
    if (this.turned) this.held.write();
  }

  get text() {
    if (!this.turned) return null;
    return this.layers.map(([{ yaw, pitch }]) => `${degrees(yaw)}_${degrees(pitch)}`).join("~");
  }

  /** @param {string | null} text As in the address. */
  turn(text) {
    const angles = (text ?? "").split("~").map((each) => each.split("_").map(Number));
    const legible = angles.every((pair) => pair.length === 2 && pair.every(Number.isFinite));
    if (!text || !legible) return;
    this.turned = true;
    for (const [k, layers] of this.layers.slice(0, angles.length).entries()) {
      const [yaw, pitch] = angles[k];
      const held = Math.max(-RIGHT, Math.min(RIGHT, pitch));
      for (const layer of layers) Object.assign(layer, { yaw: yaw * DEGREE, pitch: held * DEGREE });
    }
    this.player.clock.wake();
  }

  /** A hand has turned a panel and lets it go: it stands as the address says. */
  settle() {
    this.turned = true;
    this.turn(this.text);
    this.held?.note();
  }

  end() {
    this.held?.end();
  }
}
