// One dial per rotatable bond: a circle of angles with a dot for every conformer. A dial is also
// the button that selects its bond, and names its colour.

import { added, button, element, labelled } from "../../shared/dom.js";
import { arc, canvas, spot } from "./canvas.js";

/** @import { Theme } from "../../shared/theme.js" */
/** @import { Rotor } from "../../shared/types.d.ts" */
/** @typedef {ReturnType<Dials["dial"]>} Dial */
/**
 * What a dial does: select its bond, mark it, map the selected bond against it.
 *
 * @typedef {object} Actions
 * @property {(bond: number, event: MouseEvent) => void} select
 * @property {(bond: number | null) => void} hover
 * @property {(bond: number) => void} pair
 */

const SIZE = 46;
const MIDDLE = SIZE / 2;
const RADIUS = 16;
const ARROWS = 12;

export class Dials {
  /** @type {Dial[]} */
  dials = [];
  /** @type {Theme} */
  theme;

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.element = element("div", "dials");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Rotatable bonds and their torsion angles");
  }

  /**
   * @param {Rotor[]} rotors
   * @param {Theme} theme
   */
  build(rotors, theme) {
    this.theme = theme;
    this.dials = rotors.map((rotor) => this.dial(rotor));
    this.element.replaceChildren(...this.dials.map((dial) => dial.box));
    this.element.hidden = !rotors.length;
  }

  /** @param {Rotor} rotor */
  dial(rotor) {
    const { select, hover } = this.actions;
    const made = button("", (event) => select(rotor.bond, event), "dial");
    made.dataset.bond = `${rotor.bond}`;
    made.onpointerenter = () => hover(rotor.bond);
    made.onpointerleave = () => hover(null);
    const { element: face, ctx } = canvas(SIZE, "");
    made.append(face);
    added(made, "span", "", rotor.label);
    const box = element("div", "dialbox");
    const pair = this.pair(rotor);
    box.append(made, pair);
    return { box, button: made, pair, ctx, rotor, colour: this.theme.colour(rotor.colour) };
  }

  /** @param {Rotor} rotor */
  pair(rotor) {
    const made = button("+", () => this.actions.pair(rotor.bond), "pair");
    const label = `Map the selected bond against ${rotor.label}`;
    labelled(made, label).title = `${label} (or shift-click it)`;
    return made;
  }

  /**
   * The rotors on the map: its own and its partner.
   *
   * @param {number} m
   * @param {number | null} partner
   */
  map(m, partner) {
    this.dials.forEach(({ pair }, i) => {
      pair.setAttribute("aria-pressed", `${i === partner}`);
      pair.disabled = i === m || partner === null;
    });
  }

  /** @param {number | null} bond */
  select(bond) {
    for (const { button, rotor } of this.dials) {
      button.setAttribute("aria-pressed", `${rotor.bond === bond}`);
    }
  }

  /**
   * angles(m) -> list of radians, one per conformer that is shown; pulls(m) alike: how far the
   * network would turn each.
   *
   * @param {(m: number) => number[]} angles
   * @param {(m: number) => number[]} pulls
   */
  draw(angles, pulls) {
    for (const [m, dial] of this.dials.entries()) {
      const values = angles(m);
      this.face(dial, values, values.length <= ARROWS ? pulls(m) : []);
      const { label, kind } = dial.rotor;
      const spoken = values.length === 1 ? degrees(values[0]) : `${values.length} conformers`;
      const title = `${label}: ${kind === "heavy" ? "skeletal" : kind}, ${spoken}`;
      if (dial.button.title !== title) labelled(dial.button, title);
    }
  }

  /**
   * @param {Dial} dial
   * @param {number[]} values
   * @param {number[]} pulls
   */
  face({ ctx, colour }, values, pulls) {
    const many = values.length > 3;
    ctx.clearRect(0, 0, SIZE, SIZE);
    ctx.strokeStyle = this.theme.rule;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.arc(MIDDLE, MIDDLE, RADIUS, 0, 2 * Math.PI);
    ctx.moveTo(MIDDLE, MIDDLE - RADIUS - 3);
    ctx.lineTo(MIDDLE, MIDDLE - RADIUS + 3);
    ctx.stroke();
    ctx.fillStyle = colour;
    ctx.globalAlpha = many ? 0.6 : 1;
    for (const angle of values) {
      ctx.beginPath();
      ctx.arc(...spot(MIDDLE, RADIUS, angle), values.length > 20 ? 3 : 4, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.globalAlpha = many ? 0.45 : 0.9;
    for (const [k, pull] of pulls.entries()) {
      if (Math.abs(pull) > 0.1) arc(ctx, MIDDLE, RADIUS - 6, values[k], pull, colour, 1.2);
    }
    ctx.globalAlpha = 1;
    if (values.length !== 1) return;
    ctx.fillStyle = this.theme.ink;
    ctx.font = `600 10px ${this.theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(degrees(values[0]), MIDDLE, MIDDLE + 0.5);
  }
}

/**
 * Radians as "-63°", with a real minus sign.
 *
 * @param {number} angle
 */
export function degrees(angle) {
  const value = Math.round((angle * 180) / Math.PI);
  return `${value < 0 ? "−" : ""}${Math.abs(value)}°`;
}
