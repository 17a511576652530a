// Newman projection: one looks along the bond, the near atom is a point, the far one a circle.

import { canvas, spot } from "./viewer-paper.js";

const SIZE = 160;
const MIDDLE = SIZE / 2;
const DISC = 25;
const REACH = 52;

export class Newman {
  constructor() {
    const { element, ctx } = canvas(SIZE, "newman");
    element.setAttribute("role", "img");
    Object.assign(this, { element, ctx });
  }

  draw(viewer, m, k, colour) {
    const { molecule, theme, motion, xyz } = viewer;
    const { b, c, quartet, label } = molecule.rotors[m];
    const at = (i) => [0, 1, 2].map((axis) => xyz[3 * (k * motion.atoms + i) + axis]);
    const angle = around(at(b), at(c), at(quartet[0]));
    this.element.setAttribute("aria-label", `Newman projection along ${label}`);
    const { ctx } = this;
    ctx.clearRect(0, 0, SIZE, SIZE);
    const near = neighbours(molecule, b, c);
    const far = neighbours(molecule, c, b);
    const paint = (atoms, from) => {
      for (const i of atoms) this.spoke(viewer, i, angle(at(i)), from, quartet.includes(i) ? colour : null);
    };
    paint(far, DISC);
    ctx.beginPath();
    ctx.arc(MIDDLE, MIDDLE, DISC, 0, 2 * Math.PI);
    ctx.fillStyle = theme.background;
    ctx.fill();
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    paint(near, 0);
  }

  spoke({ molecule, theme }, i, angle, from, colour) {
    const { ctx } = this;
    const element = molecule.elements[i];
    ctx.beginPath();
    ctx.moveTo(...spot(MIDDLE, from, angle));
    ctx.lineTo(...spot(MIDDLE, REACH, angle));
    ctx.strokeStyle = colour ?? theme.ink;
    ctx.lineWidth = colour ? 4 : 2;
    ctx.globalAlpha = colour ? 1 : 0.6;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.ink;
    ctx.font = `600 12px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(`${element}${i + 1}`, ...spot(MIDDLE, REACH + 13, angle));
  }
}

function neighbours(molecule, atom, but) {
  return molecule.bonds
    .filter(({ atoms }) => atoms.includes(atom) && !atoms.includes(but))
    .map(({ atoms: [i, j] }) => (i === atom ? j : i));
}

// Angles about the axis b -> c, clockwise for whoever looks from b to c, zero at the point `zero`.
function around(b, c, zero) {
  const axis = unit(minus(c, b));
  const across = (p) => {
    const v = minus(p, b);
    const along = dot(v, axis);
    return v.map((value, i) => value - along * axis[i]);
  };
  const up = unit(across(zero));
  const right = cross(axis, up);
  return (p) => Math.atan2(dot(across(p), right), dot(across(p), up));
}

const minus = (p, q) => p.map((value, i) => value - q[i]);
const dot = (p, q) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
const cross = (p, q) => [
  p[1] * q[2] - p[2] * q[1],
  p[2] * q[0] - p[0] * q[2],
  p[0] * q[1] - p[1] * q[0],
];
const unit = (p) => p.map((value) => value / (Math.hypot(...p) || 1));
