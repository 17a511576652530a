// How fast the viewer draws, and when it has come to rest and may draw finely.

/** @import { Viewer } from "../viewer.js" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "root" | "scene" | "camera" | "pointer" | "clock" | "glide" |
 *   "data" | "destroyed">} Host
 */

const REST_MS = 350;

export class FrameRate {
  last = 0;
  fps = 0;
  /** @type {number | undefined} */
  timer;

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
  }

  /**
   * Frames per second while something moves.
   *
   * @param {boolean} moved
   */
  count(moved) {
    const now = performance.now();
    if (moved && this.last && now - this.last < 250) {
      const rate = 1000 / Math.max(1, now - this.last);
      this.fps = this.fps ? this.fps + 0.08 * (rate - this.fps) : rate;
      this.viewer.root.dataset.fps = this.fps.toFixed(1);
    }
    this.last = now;
  }

  /**
   * Fine pixels once the picture has come to rest.
   *
   * @param {boolean} moved
   */
  rest(moved) {
    const { viewer } = this;
    const { camera, scene } = viewer;
    clearTimeout(this.timer);
    if (!scene || !camera) return;
    if ((moved || viewer.pointer.down.size) && scene.setSharp(false)) scene.draw(camera, false);
    this.timer = window.setTimeout(() => {
      const { clock } = viewer;
      const moving = (clock.playing && clock.visible) || viewer.pointer.down.size || viewer.glide;
      if (viewer.destroyed || moving || viewer.data.mode === "live") return;
      if (scene.setSharp(true)) scene.draw(camera, false);
    }, REST_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
