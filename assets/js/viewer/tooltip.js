// Words at a bond: its name, its angle, and why it turns or does not.

import { element } from "../shared/dom.js";
import { degrees } from "./torsions/dials.js";

/** @import { Viewer } from "../viewer.js" */
/** @import { Pick as Met } from "../shared/types.d.ts" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "motion" | "stage" | "theme" | "tip" | "angle">}
 *   Host
 */

/**
 * Fill the tip of `viewer` for the bond met at (x, y) and keep it inside the stage.
 *
 * @param {Host} viewer
 * @param {Met} met
 * @param {number} x
 * @param {number} y
 */
export function writeTooltip(viewer, { bond, conformer }, x, y) {
  const { molecule, motion, stage, theme, tip } = viewer;
  const { rotor, label, text } = molecule.bonds[bond];
  const head = element("b");
  if (rotor === null) {
    head.append(`${label} · does not turn`);
  } else {
    const dot = element("i");
    dot.style.background = theme.colour(molecule.rotors[rotor].colour);
    const which = motion.conformers > 1 ? ` in conformer ${conformer + 1}` : "";
    head.append(dot, `${label} · ${degrees(viewer.angle(rotor, conformer))}${which}`);
  }
  tip.replaceChildren(head, element("p", "", text));
  const { clientWidth, clientHeight } = stage;
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  tip.style.left = `${Math.max(4, Math.min(x + 14, clientWidth - width - 6))}px`;
  tip.style.top = `${y + 18 + height < clientHeight ? y + 18 : Math.max(4, y - height - 12)}px`;
}
