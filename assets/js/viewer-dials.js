// One dial per rotatable bond: a circle of angles with a dot for every conformer. A dial is also
// the button that selects its bond, and names its colour.

import { arc } from "./viewer-paper.js";

const SIZE = 46;
const RADIUS = 16;
const ARROWS = 12;

export class Dials {
  // onSelect(bond, event), onHover(bond), onPair(bond): map the selected bond against this one.
  constructor(onSelect, onHover, onPair) {
    this.element = document.createElement("div");
    this.element.className = "dials";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Rotatable bonds and their torsion angles");
    this.onSelect = onSelect;
    this.onHover = onHover;
    this.onPair = onPair;
    this.dials = [];
  }

  build(rotors, theme) {
    this.theme = theme;
    this.dials = rotors.map((rotor) => this.dial(rotor));
    this.element.replaceChildren(...this.dials.map((dial) => dial.box));
    this.element.hidden = !rotors.length;
  }

  dial(rotor) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "dial";
    button.dataset.bond = rotor.bond;
    const canvas = document.createElement("canvas");
    const dpr = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = SIZE * dpr;
    canvas.height = SIZE * dpr;
    const label = document.createElement("span");
    label.textContent = rotor.label;
    button.append(canvas, label);
    button.onclick = (event) => this.onSelect(rotor.bond, event);
    button.onpointerenter = () => this.onHover(rotor.bond);
    button.onpointerleave = () => this.onHover(null);
    const ctx = canvas.getContext("2d");
    ctx.scale(dpr, dpr);
    const box = document.createElement("div");
    box.className = "dialbox";
    const pair = this.pair(rotor);
    box.append(button, pair);
    return { box, button, pair, ctx, rotor, colour: rotor.colour[this.theme.dark ? 1 : 0] };
  }

  pair(rotor) {
    const pair = document.createElement("button");
    pair.type = "button";
    pair.className = "pair";
    pair.textContent = "+";
    pair.title = `Map the selected bond against ${rotor.label} (or shift-click it)`;
    pair.setAttribute("aria-label", `Map the selected bond against ${rotor.label}`);
    pair.onclick = () => this.onPair(rotor.bond);
    return pair;
  }

  // The rotors on the map: its own and its partner.
  map(m, partner) {
    this.dials.forEach(({ pair }, i) => {
      pair.setAttribute("aria-pressed", i === partner);
      pair.disabled = i === m || partner === null;
    });
  }

  select(bond) {
    for (const { button, rotor } of this.dials) {
      button.setAttribute("aria-pressed", rotor.bond === bond);
    }
  }

  // angles(m) -> list of radians, one per conformer that is shown; pulls(m) alike: how far the
  // network would turn each.
  draw(angles, pulls) {
    this.dials.forEach(({ ctx, button, rotor, colour }, m) => {
      const values = angles(m);
      const middle = SIZE / 2;
      ctx.clearRect(0, 0, SIZE, SIZE);
      ctx.strokeStyle = this.theme.rule;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.arc(middle, middle, RADIUS, 0, 2 * Math.PI);
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(middle, middle - RADIUS - 3);
      ctx.lineTo(middle, middle - RADIUS + 3);
      ctx.stroke();
      ctx.fillStyle = colour;
      ctx.globalAlpha = values.length > 3 ? 0.6 : 1;
      for (const angle of values) {
        const x = middle + RADIUS * Math.sin(angle);
        const y = middle - RADIUS * Math.cos(angle);
        ctx.beginPath();
        ctx.arc(x, y, values.length > 20 ? 3 : 4, 0, 2 * Math.PI);
        ctx.fill();
      }
      if (values.length <= ARROWS) {
        ctx.globalAlpha = values.length > 3 ? 0.45 : 0.9;
        pulls(m).forEach((pull, k) => {
          if (Math.abs(pull) > 0.1) arc(ctx, middle, RADIUS - 6, values[k], pull, colour, 1.2);
        });
      }
      ctx.globalAlpha = 1;
      const text = values.length === 1 ? degrees(values[0]) : "";
      if (text) {
        ctx.fillStyle = this.theme.ink;
        ctx.font = `600 10px ${this.theme.font}`;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillText(text, middle, middle + 0.5);
      }
      const spoken = text ? `, ${text}` : `, ${values.length} conformers`;
      const title = `${rotor.label}: ${rotor.kind}${spoken}`;
      if (button.title !== title) {
        button.title = title;
        button.setAttribute("aria-label", title);
      }
    });
  }
}

// Radians as "-63°", with a real minus sign.
export function degrees(angle) {
  const value = Math.round((angle * 180) / Math.PI);
  return `${value < 0 ? "−" : ""}${Math.abs(value)}°`;
}
