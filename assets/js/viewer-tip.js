// Words at a bond: its name, its angle, and why it turns or does not.

import { degrees } from "./viewer-dials.js";

export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// Fill the tip of `viewer` for the bond met at (x, y) and keep it inside the stage.
export function writeTip(viewer, { bond, conformer }, x, y) {
  const { molecule, motion, stage, theme, tip } = viewer;
  const { rotor, label, text } = molecule.bonds[bond];
  const head = element("b", "");
  if (rotor === null) {
    head.append(`${label} · does not turn`);
  } else {
    const dot = element("i", "");
    dot.style.background = molecule.rotors[rotor].colour[theme.dark ? 1 : 0];
    const which = motion.conformers > 1 ? ` in conformer ${conformer + 1}` : "";
    head.append(dot, `${label} · ${degrees(viewer.angle(rotor, conformer))}${which}`);
  }
  tip.replaceChildren(head, element("p", "", text));
  const { clientWidth, clientHeight } = stage;
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  tip.style.left = `${Math.max(4, Math.min(x + 14, clientWidth - width - 6))}px`;
  tip.style.top = `${y + 18 + height < clientHeight ? y + 18 : Math.max(4, y - height - 12)}px`;
}
