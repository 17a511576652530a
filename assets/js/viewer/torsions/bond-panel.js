// The selected bond, large: a dial to read and to turn, and the Newman projection along the bond.
// Angles run clockwise from the top, as seen from the near end of the bond.

import { button, element } from "../../shared/dom.js";
import { arc, canvas, spot } from "./canvas.js";
import { degrees } from "./dials.js";
import { Newman } from "./newman.js";
import { TorsionMap } from "./torsion-map.js";
import { dihedral } from "./torsion-motion.js";

/** @import { Viewer } from "../../viewer.js" */
/** @import { Theme } from "../../shared/theme.js" */
/** @import { Context } from "../../shared/types.d.ts" */
/** @typedef {number[]} Density Over the circle, from the top clockwise. */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "molecule" | "motion" | "data" | "clock" | "theme" | "game" |
 *   "hand" | "arrows" | "selected" | "depiction" | "bond" | "xyz" | "angle" | "shown" |
 *   "touch">} Host
 */

const SIZE = 192;
const RING = 54;
const BAND = 28;
const BINS = 72;
const WIDTH = (12 * Math.PI) / 180;
const STEP = (5 * Math.PI) / 180;
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP };
const MIDDLE = SIZE / 2;

export class BondPanel {
  held = false;
  /** @type {Density[]} */
  curves = [];
  uniform = 0;
  known = "";

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.element = element("div", "bond");
    this.dial = canvas(SIZE, "turner");
    this.newman = new Newman();
    this.torus = new TorsionMap(viewer);
    this.words = element("p");
    this.undo = button("Undo my turns", () => viewer.hand.release());
    const foot = element("div", "foot");
    foot.append(this.words, this.undo);
    this.element.append(this.dial.element, this.newman.element, this.torus.element, foot);
    this.listen(this.dial.element);
  }

  /** @param {HTMLElement} dial */
  listen(dial) {
    dial.tabIndex = 0;
    dial.setAttribute("role", "slider");
    dial.setAttribute("aria-valuemin", "-180");
    dial.setAttribute("aria-valuemax", "180");
    dial.onpointerdown = (event) => this.press(event);
    dial.onpointermove = (event) => this.move(event);
    dial.onpointerup = dial.onpointercancel = () => {
      this.held = false;
    };
    dial.onkeydown = (event) => this.keyed(event);
  }

  // The rotor shown: the selected one, or else the first φ, or the first between heavy groups.
  get rotor() {
    const { molecule, selected } = this.viewer;
    const own = selected === null ? null : molecule.bonds[selected].rotor;
    if (own !== null) return own;
    const phi = molecule.rotors.findIndex(({ name }) => name.startsWith("φ"));
    if (phi >= 0) return phi;
    return Math.max(
      0,
      molecule.rotors.findIndex(({ kind }) => kind === "heavy"),
    );
  }

  // The bond on the map beside it, where one is chosen.
  get partner() {
    const { molecule } = this.viewer;
    const { chosen } = this.torus;
    return chosen === null ? null : (molecule.rotors[chosen]?.bond ?? null);
  }

  /** @param {PointerEvent} event */
  angleAt(event) {
    const box = this.dial.element.getBoundingClientRect();
    const [x, y] = [
      event.clientX - box.left - box.width / 2,
      event.clientY - box.top - box.height / 2,
    ];
    return Math.atan2(x, -y);
  }

  /** @param {PointerEvent} event */
  press(event) {
    event.preventDefault();
    this.dial.element.focus();
    this.dial.element.setPointerCapture(event.pointerId);
    this.held = true;
    this.viewer.hand.grab(this.nearest(this.angleAt(event)));
    this.turn(this.angleAt(event), true);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.held) this.turn(this.angleAt(event), false);
  }

  /**
   * @param {number} angle
   * @param {boolean} fresh Whether it is a new grip.
   */
  turn(angle, fresh) {
    this.viewer.hand.turnTo(this.rotor, angle);
    this.viewer.game.turned(this.rotor, fresh);
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const { viewer } = this;
    viewer.hand.grab(viewer.hand.active ? viewer.hand.conformer : viewer.shown()[0]);
    this.turn(viewer.hand.angle(this.rotor) + by, false);
  }

  /**
   * The conformer in hand, or the one whose dot is nearest to an angle.
   *
   * @param {number} angle
   */
  nearest(angle) {
    const { viewer } = this;
    if (viewer.hand.active) return viewer.hand.conformer;
    /** @param {number} k */
    const gap = (k) => 1 - Math.cos(viewer.angle(this.rotor, k) - angle);
    return viewer.shown().reduce((best, k) => (gap(k) < gap(best) ? k : best));
  }

  /**
   * Densities of bond m over the circle: of the last frame and of the classical ensemble.
   *
   * @param {number} m
   */
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

  /**
   * Angles of bond m where the model's conformers stand, one per conformer; none in the game,
   * which would show its solution.
   *
   * @param {number} m
   */
  ends(m) {
    const { data, motion, molecule } = this.viewer;
    if (data.game) return [];
    const last = motion.frame(data.forward ? 0 : motion.frames - 1);
    const { quartet } = molecule.rotors[m];
    return Array.from({ length: motion.conformers }, (_, k) =>
      dihedral(last, k * motion.atoms * 3, quartet),
    );
  }

  /**
   * How far the denoiser would turn bond m of conformer k now: radians, 0 where nothing is known.
   *
   * @param {number} m
   * @param {number} k
   */
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
    const colour = viewer.theme.colour(rotor.colour);
    const shown = viewer.shown();
    this.drawDial(m, colour, shown);
    const k = viewer.hand.active ? viewer.hand.conformer : shown[0];
    this.newman.draw(viewer, m, k, colour);
    const angle = viewer.angle(m, k);
    const dial = this.dial.element;
    dial.setAttribute("aria-label", `Angle of ${rotor.label}; drag to turn the bond`);
    dial.setAttribute("aria-valuenow", `${Math.round((angle * 180) / Math.PI)}`);
    dial.dataset.rotor = `${m}`;
    this.undo.hidden = !viewer.hand.active || viewer.game.active;
    this.torus.draw(m, shown);
    this.say(rotor.label);
  }

  /** @param {string} label */
  say(label) {
    const { hand, data } = this.viewer;
    const report = data.hand;
    let text = `${label}: drag the dial to turn the bond by hand.`;
    if (data.game) {
      text = `${label}: the arrow ends at the angle the network expects. Drag the dial to turn it.`;
    } else if (hand.active) {
      const now = report?.conformer === hand.conformer ? report.text : "…";
      text = `Turned by hand, conformer ${hand.conformer + 1}: ${now}`;
    } else if (data.forward) {
      text =
        `${label}. Fresh noise is added to every torsion; at σ = 180° nothing is left ` +
        `of its angle. Filled: angles of the samples. Dashed: ${data.classical_name}.`;
    } else if (data.mode === "replay") {
      text =
        `${label}. Filled: final angles of the samples. Dashed: ${data.classical_name}. ` +
        "Arrows: the direction of the score. Drag to turn the bond yourself.";
    }
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  /**
   * @param {number} m
   * @param {string} colour
   * @param {number[]} shown
   */
  drawDial(m, colour, shown) {
    const { viewer } = this;
    const { theme } = viewer;
    const { ctx } = this.dial;
    ctx.clearRect(0, 0, SIZE, SIZE);
    const [ours, theirs] = this.densities(m);
    this.marks(ctx, theme);
    if (this.uniform) ring(ctx, RING + 6 + BAND * this.uniform, theme.rule, 1);
    fillCurve(ctx, ours, colour);
    strokeCurve(ctx, theirs, theme.ink);
    ring(ctx, RING, theme.rule, 2);
    for (const k of shown)
      this.arrow(ctx, viewer.angle(m, k), this.pull(m, k), colour, shown.length);
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

  /**
   * @param {Context} ctx
   * @param {Theme} theme
   */
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

  /**
   * From where a bond stands to where the denoiser wants it, just inside the ring.
   *
   * @param {Context} ctx
   * @param {number} angle
   * @param {number} pull
   * @param {string} colour
   * @param {number} count
   */
  arrow(ctx, angle, pull, colour, count) {
    if (Math.abs(pull) < 0.04) return;
    ctx.globalAlpha = count > 12 ? 0.35 : 0.75;
    arc(ctx, MIDDLE, RING - 5, angle, pull, colour, 2);
    ctx.globalAlpha = 1;
  }
}

/**
 * @param {Context} ctx
 * @param {number} radius
 * @param {string} colour
 * @param {number} width
 */
function ring(ctx, radius, colour, width) {
  ctx.beginPath();
  ctx.arc(MIDDLE, MIDDLE, radius, 0, 2 * Math.PI);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

/**
 * Density per radian at BINS angles: a von Mises-like bump on every angle.
 *
 * @param {number[]} angles
 * @returns {Density}
 */
function density(angles) {
  if (!angles.length) return Array(BINS).fill(0);
  const sharp = 1 / (WIDTH * WIDTH);
  const norm = Math.sqrt(sharp / (2 * Math.PI)) / angles.length;
  return Array.from({ length: BINS }, (_, i) => {
    const at = (2 * Math.PI * i) / BINS;
    return (
      norm * angles.reduce((sum, angle) => sum + Math.exp(sharp * (Math.cos(at - angle) - 1)), 0)
    );
  });
}

/**
 * A closed curve outside the ring; heights 0 to 1.
 *
 * @param {Context} ctx
 * @param {Density} heights
 */
function trace(ctx, heights) {
  ctx.beginPath();
  for (const [i, value] of heights.entries()) {
    ctx.lineTo(...spot(MIDDLE, RING + 6 + BAND * value, (2 * Math.PI * i) / heights.length));
  }
  ctx.closePath();
}

/**
 * @param {Context} ctx
 * @param {Density} heights
 * @param {string} colour
 */
function fillCurve(ctx, heights, colour) {
  if (!heights.some((value) => value > 0)) return;
  trace(ctx, heights);
  ctx.arc(MIDDLE, MIDDLE, RING + 6, 0, 2 * Math.PI, true);
  ctx.globalAlpha = 0.45;
  ctx.fillStyle = colour;
  ctx.fill("evenodd");
  ctx.globalAlpha = 1;
}

/**
 * @param {Context} ctx
 * @param {Density} heights
 * @param {string} colour
 */
function strokeCurve(ctx, heights, colour) {
  if (!heights.some((value) => value > 0)) return;
  trace(ctx, heights);
  ctx.globalAlpha = 0.7;
  ctx.setLineDash([4, 3]);
  ctx.lineWidth = 1.3;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}
