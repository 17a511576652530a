// Opening the 3D scene, or a sentence where the browser cannot draw it.

import { hasWebGL, load3Dmol, Scene3D } from "./viewer-scene.js";
import { element } from "./viewer-tip.js";

const NO_3D =
  "This browser does not draw in 3D (WebGL is switched off or not available). " +
  "The angles below and everything else on this page still work.";

// Gives the viewer its scene, unless it has gone meanwhile.
export async function openScene(viewer) {
  if (!hasWebGL()) {
    refuse(viewer, NO_3D);
    return;
  }
  try {
    const library = await load3Dmol();
    if (!viewer.destroyed) viewer.scene = new Scene3D(library, viewer.view);
  } catch (problem) {
    refuse(viewer, problem instanceof Error ? problem.message : NO_3D);
  }
}

function refuse({ view, tools, hint }, text) {
  view.replaceChildren(element("div", "no3d", text));
  tools.element.hidden = true;
  hint.hidden = true;
}
