// The selected bond, large: a dial to read and to turn, and the Newman projection along the bond.
// Angles run clockwise from the top, as seen from the near end of the bond.

import { degrees } from "./viewer-dials.js";
import { dihedral } from "./viewer-geometry.js";
import { Newman } from "./viewer-newman.js";
import { arc, canvas, spot } from "./viewer-paper.js";
import { Torus } from "./viewer-torus.js";

const SIZE = 192;
const RING = 54;
const BAND = 28;
const BINS = 72;
const WIDTH = (12 * Math.PI) / 180;
const STEP = (5 * Math.PI) / 180;
const MIDDLE = SIZE / 2;

export class BondPanel {
  constructor(viewer) {
    this.viewer = viewer;
    this.element = document.createElement("div");
    this.element.className = "bond";
    this.dial = canvas(SIZE, "turner");
    this.newman = new Newman();
    this.torus = new Torus(viewer);
    this.words = document.createElement("p");
    this.undo = document.createElement("button");
    this.undo.type = "button";
    this.undo.textContent = "Undo my turns";
    this.undo.onclick = () => viewer.hand.release();
    const foot = document.createElement("div");
    foot.className = "foot";
    foot.append(this.words, this.undo);
    this.element.append(this.dial.element, this.newman.element, this.torus.element, foot);
    const { element } = this.dial;
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    element.setAttribute("aria-valuemin", -180);
    element.setAttribute("aria-valuemax", 180);
    element.onpointerdown = (event) => this.press(event);
    element.onpointermove = (event) => this.move(event);
    element.onpointerup = element.onpointercancel = () => (this.held = false);
    element.onkeydown = (event) => this.keyed(event);
  }

  // The rotor shown: the selected one, or else the first that joins two heavy fragments.
  get rotor() {
    const { molecule, selected } = this.viewer;
    const own = molecule.bonds[selected]?.rotor ?? null;
    if (own !== null) return own;
    return Math.max(0, molecule.rotors.findIndex(({ kind }) => kind === "heavy"));
  }

  // The bond on the map beside it, where the reader has chosen one.
  get partner() {
    const { molecule } = this.viewer;
    return molecule.rotors[this.torus.chosen]?.bond ?? null;
  }

  angleAt(event) {
    const box = this.dial.element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    return Math.atan2(x, -y);
  }

  press(event) {
    event.preventDefault();
    this.dial.element.focus();
    this.dial.element.setPointerCapture(event.pointerId);
    this.held = true;
    this.viewer.hand.grab(this.nearest(this.angleAt(event)));
    this.turn(this.angleAt(event), true);
  }

  move(event) {
    if (this.held) this.turn(this.angleAt(event), false);
  }

  turn(angle, fresh) {
    this.viewer.hand.turnTo(this.rotor, angle);
    this.viewer.game.turned(this.rotor, fresh);
  }

  keyed(event) {
    const by = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const { viewer } = this;
    viewer.hand.grab(viewer.hand.active ? viewer.hand.conformer : viewer.shown()[0]);
    this.turn(viewer.hand.angle(this.rotor) + by, false);
  }

  // The conformer in hand, or the one whose dot is nearest to an angle.
  nearest(angle) {
    const { viewer } = this;
    if (viewer.hand.active) return viewer.hand.conformer;
    const gap = (k) => 1 - Math.cos(viewer.angle(this.rotor, k) - angle);
    return viewer.shown().reduce((best, k) => (gap(k) < gap(best) ? k : best));
  }

  // Densities of bond m over the circle: of the last frame and of the classical ensemble.
  densities(m) {
    const { motion, data } = this.viewer;
    const name = `${data.run} ${m}`;
    if (this.known !== name) {
      this.known = name;
      const ours = data.mode === "replay" ? this.ends(m) : [];
      const theirs = (data.classical ?? []).map((angles) => angles[m]);
      const both = [density(ours), density(theirs)];
      const most = Math.max(...both.flat(), 1e-9);
      this.curves = both.map((values) => values.map((value) => value / most));
      this.uniform = motion.conformers && most > 1e-9 ? 1 / (2 * Math.PI) / most : 0;
    }
    return this.curves;
  }

  // Angles of bond m where the model's conformers stand, one per conformer; none in the game,
  // which they would give away.
  ends(m) {
    const { data, motion, molecule } = this.viewer;
    if (data.game) return [];
    const last = motion.frame(data.forward ? 0 : motion.frames - 1);
    const { quartet } = molecule.rotors[m];
    return Array.from({ length: motion.conformers }, (_, k) => dihedral(last, k * motion.atoms * 3, quartet));
  }

  // How far the denoiser would turn bond m of conformer k now: radians, 0 where nothing is known.
  pull(m, k) {
    const { arrows, clock, game, hand, motion } = this.viewer;
    if (game.active) return game.pull(m);
    const frame = Math.floor(clock.position + 1e-6);
    const turn = arrows[(frame * motion.conformers + k) * motion.rotors.length + m];
    return hand.active ? 0 : (turn ?? 0);
  }

  draw() {
    const { viewer } = this;
    this.element.hidden = !viewer.molecule.rotors.length;
    if (this.element.hidden) return;
    const m = this.rotor;
    const rotor = viewer.molecule.rotors[m];
    const colour = rotor.colour[viewer.theme.dark ? 1 : 0];
    const shown = viewer.shown();
    this.drawDial(m, colour, shown);
    const k = viewer.hand.active ? viewer.hand.conformer : shown[0];
    this.newman.draw(viewer, m, k, colour);
    const angle = viewer.angle(m, k);
    const { element } = this.dial;
    element.setAttribute("aria-label", `Angle of ${rotor.label}; drag to turn the bond`);
    element.setAttribute("aria-valuenow", Math.round((angle * 180) / Math.PI));
    element.dataset.rotor = m;
    this.undo.hidden = !viewer.hand.active || viewer.game.active;
    this.torus.draw(m, shown);
    this.say(rotor.label);
  }

  say(label) {
    const { hand, data } = this.viewer;
    const said = data.hand;
    let text = `${label}: drag the dial to turn the bond by hand.`;
    if (data.game) {
      text = `${label}: the arrow ends where the network expects this bond. Drag the dial to turn it.`;
    } else if (hand.active) {
      const now = said && said.conformer === hand.conformer ? said.text : "…";
      text = `Turned by hand, conformer ${hand.conformer + 1}: ${now}`;
    } else if (data.forward) {
      text = `${label}. Fresh noise turns every bond, more and more; at σ = 180° nothing is left of ` +
        "where it stood. Filled: where the model's conformers were. Dashed: " + `${data.classicalName}.`;
    } else if (data.mode === "replay") {
      text = `${label}. Filled: where the model's conformers end. Dashed: ${data.classicalName}. ` +
        "Arrows: where the network wants each one to turn. Drag to turn the bond yourself.";
    }
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  drawDial(m, colour, shown) {
    const { viewer } = this;
    const { theme } = viewer;
    const { ctx } = this.dial;
    ctx.clearRect(0, 0, SIZE, SIZE);
    const [ours, theirs] = this.densities(m);
    this.marks(ctx, theme);
    if (this.uniform) ring(ctx, RING + 6 + BAND * this.uniform, theme.rule, 1);
    curve(ctx, ours, { fill: colour });
    curve(ctx, theirs, { stroke: theme.ink });
    ring(ctx, RING, theme.rule, 2);
    for (const k of shown) this.arrow(ctx, viewer.angle(m, k), this.pull(m, k), colour, shown.length);
    for (const k of shown) {
      const held = viewer.hand.active && k === viewer.hand.conformer;
      const [x, y] = spot(MIDDLE, RING, viewer.angle(m, k));
      ctx.beginPath();
      ctx.arc(x, y, held || shown.length === 1 ? 8 : 5, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = theme.background;
      ctx.stroke();
    }
    ctx.fillStyle = theme.ink;
    const { label } = viewer.molecule.rotors[m];
    ctx.font = `600 ${label.length > 5 ? 12 : 15}px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(label, MIDDLE, MIDDLE - (shown.length === 1 ? 9 : 0));
    if (shown.length === 1) ctx.fillText(degrees(viewer.angle(m, shown[0])), MIDDLE, MIDDLE + 10);
  }

  marks(ctx, theme) {
    ctx.fillStyle = theme.ink;
    ctx.globalAlpha = 0.6;
    ctx.font = `10px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const at of [0, 90, 180, -90]) {
      const [x, y] = spot(MIDDLE, RING - 13, (at * Math.PI) / 180);
      ctx.fillText(degrees((at * Math.PI) / 180), x, y);
    }
    ctx.globalAlpha = 1;
  }

  // From where a bond stands to where the denoiser wants it, just inside the ring.
  arrow(ctx, angle, pull, colour, count) {
    if (Math.abs(pull) < 0.04) return;
    ctx.globalAlpha = count > 12 ? 0.35 : 0.75;
    arc(ctx, MIDDLE, RING - 5, angle, pull, colour, 2);
    ctx.globalAlpha = 1;
  }
}

function ring(ctx, radius, colour, width) {
  ctx.beginPath();
  ctx.arc(MIDDLE, MIDDLE, radius, 0, 2 * Math.PI);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

// Density per radian at BINS angles: a von Mises-like bump on every angle.
function density(angles) {
  if (!angles.length) return Array(BINS).fill(0);
  const sharp = 1 / (WIDTH * WIDTH);
  const norm = Math.sqrt(sharp / (2 * Math.PI)) / angles.length;
  return Array.from({ length: BINS }, (_, i) => {
    const at = (2 * Math.PI * i) / BINS;
    return norm * angles.reduce((sum, angle) => sum + Math.exp(sharp * (Math.cos(at - angle) - 1)), 0);
  });
}

// A closed curve outside the ring; heights 0 to 1.
function curve(ctx, heights, { fill, stroke }) {
  if (!heights.some((value) => value > 0)) return;
  ctx.beginPath();
  heights.forEach((value, i) => {
    ctx.lineTo(...spot(MIDDLE, RING + 6 + BAND * value, (2 * Math.PI * i) / heights.length));
  });
  ctx.closePath();
  if (fill) {
    ctx.arc(MIDDLE, MIDDLE, RING + 6, 0, 2 * Math.PI, true);
    ctx.globalAlpha = 0.45;
    ctx.fillStyle = fill;
    ctx.fill("evenodd");
  } else {
    ctx.globalAlpha = 0.7;
    ctx.setLineDash([4, 3]);
    ctx.lineWidth = 1.3;
    ctx.strokeStyle = stroke;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  ctx.globalAlpha = 1;
}
