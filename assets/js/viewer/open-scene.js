// Opening the scene of the viewer: in 3D, or on a plain canvas where the browser cannot do that.

import { element } from "../shared/dom.js";
import { FlatScene } from "./flat-scene.js";
import { hasWebGL, load3Dmol, Scene3D } from "./scene.js";

/** @import { Viewer } from "../viewer.js" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "destroyed" | "scene" | "stage" | "view">} Host
 */

export const FLAT =
  "This browser does not draw in 3D (WebGL is switched off or not available), " +
  "so the molecule is drawn without light and shadow.";

/**
 * Gives the viewer its scene, unless it has gone meanwhile.
 *
 * @param {Host} viewer
 */
export async function openScene(viewer) {
  try {
    if (!hasWebGL()) throw new Error(FLAT);
    const library = await load3Dmol();
    if (!viewer.destroyed) viewer.scene = new Scene3D(library, viewer.view);
  } catch (problem) {
    if (viewer.destroyed) return;
    viewer.scene = new FlatScene(viewer.view);
    viewer.stage.after(element("div", "no3d", problem instanceof Error ? problem.message : FLAT));
  }
}
