// Colours and widths: the middle of a rotatable bond wears the bond's own colour, everything else
// that of its element. When a bond is selected its moving side lights up and the rest steps back.

import { mixed } from "../shared/colour.js";

/** @import { Molecule } from "../shared/types.d.ts" */
/**
 * How a molecule is painted: by atom and by bond.
 *
 * @typedef {object} Look
 * @property {(i: number) => string | null} atom Its colour, null where it is left out.
 * @property {(i: number) => number} radius
 * @property {(e: number) => [string, string]} bond The colours of its two halves.
 * @property {(e: number) => number} bondRadius
 * @property {(e: number) => { colour: string, radius: number } | null} middle Of a rotatable bond:
 *   what lies around its middle; its ends keep the colours of their elements.
 */
/** Where the coloured middle of a rotatable bond begins and ends. */
export const MIDDLE = [0.27, 0.73];

/** @typedef {{ dark: boolean, background: string, accent: string }} Shades */
/**
 * @typedef {{ selected: number | null, hovered: number | null, hydrogens: boolean,
 *   conformers: number }} State
 */

/**
 * Atoms left out when hydrogens are not wanted: those on carbon. The others stay, they make bonds.
 *
 * @param {Molecule} molecule
 * @returns {Set<number>}
 */
export function plainHydrogens(molecule) {
  const { elements, bonds } = molecule;
  const plain = new Set();
  for (const {
    atoms: [i, j],
  } of bonds) {
    if (elements[i] === "H" && elements[j] === "C") plain.add(i);
    if (elements[j] === "H" && elements[i] === "C") plain.add(j);
  }
  return plain;
}

/**
 * What the scene paints a molecule with.
 *
 * @param {Molecule} molecule As sent by Python.
 * @param {Shades} theme
 * @param {State} state
 * @returns {Look}
 */
export function look(molecule, theme, state) {
  const { elements, bonds, rotors, colours } = molecule;
  const side = theme.dark ? 1 : 0;
  const thin = state.conformers > molecule.crowd ? 0.8 : 1;
  const rotor = state.selected === null ? null : (bonds[state.selected]?.rotor ?? null);
  const lit = rotor === null ? null : new Set(rotors[rotor].moving);
  const glow = rotor === null ? null : rotors[rotor].colour[side];
  /** @param {number} i */
  const atomColour = (i) => {
    const own = (colours[elements[i]] ?? colours["*"])[side];
    if (!lit || glow === null) return own;
    const much = "CH".includes(elements[i]) ? 0.62 : 0.25; // other elements stay to be told apart
    return lit.has(i) ? mixed(own, glow, much) : mixed(own, theme.background, 0.62);
  };
  const left = state.hydrogens ? new Set() : plainHydrogens(molecule);
  /** @param {number} i */
  const hidden = (i) => left.has(i);
  /** @param {number} e */
  const isRotor = (e) => bonds[e].rotor !== null;
  return {
    atom: (i) => (hidden(i) ? null : atomColour(i)),
    radius: (i) => (elements[i] === "H" ? 0.045 : 0.085) * thin,
    bond: (e) => {
      const [i, j] = bonds[e].atoms;
      if (!isRotor(e) && e === state.selected) return [theme.accent, theme.accent];
      return [atomColour(i), atomColour(j)];
    },
    bondRadius: (e) => {
      const [i, j] = bonds[e].atoms;
      const marked = !isRotor(e) && (e === state.selected || e === state.hovered);
      const light = elements[i] === "H" || elements[j] === "H";
      return (light ? 0.045 : 0.085) * thin * (marked ? 1.7 : 1);
    },
    middle: (e) => {
      const m = bonds[e].rotor;
      if (m === null) return null;
      const own = rotors[m].colour[side];
      const colour = lit && m !== rotor ? mixed(own, theme.background, 0.45) : own;
      const marked = e === state.selected || e === state.hovered;
      return { colour, radius: (marked ? 0.21 : 0.15) * thin };
    },
  };
}
