// "Be the denoiser": one conformer starts as noise, its bonds are turned by hand while the
// network's arrows point the way, and the energy is compared with what the model makes of the same
// noise. The server measures every pose; the frames of a round are the model's own path.

import { button, element } from "../shared/dom.js";
import { wrap } from "./torsions/torsion-motion.js";

/** @import { Viewer } from "../viewer.js" */
/** @import { Round, ViewerData } from "../shared/types.d.ts" */
/**
 * What it needs of the viewer.
 *
 * @typedef {Pick<Viewer, "data" | "clock" | "hand" | "molecule" | "controls" | "selected"
 *   | "request" | "select">} Host
 */

const MOST = 999;

export class Game {
  /** How often bonds have been turned. */
  turns = 0;
  /** @type {number[][]} The poses passed on the way, radians. */
  trail = [];
  /** @type {number[]} The pose of the noise. */
  home = [];
  /** @type {number[] | null} The pose that the server has measured. */
  measured = null;
  /** @type {number[]} How far the network would turn each bond from there. */
  pulls = [];
  /** @type {number | null} The bond turned last. */
  last = null;
  finished = false;
  waiting = false;

  /** @param {Host} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.invite = button("Be the denoiser", () => viewer.request({ game: 0 }));
    this.invite.title = "Start from noise and turn the bonds yourself";
    this.element = element("div", "game");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Be the denoiser");
    this.you = score("You", "kcal/mol");
    this.model = score("The model", "kcal/mol");
    this.count = score("Turns");
    this.you.element.title = this.model.element.title = "Energy above the lowest of the whole run";
    this.words = element("p");
    this.words.setAttribute("aria-live", "polite");
    this.next = button("", () => this.point());
    this.next.className = "next";
    this.finishing = button("Let the model finish", () => this.finish(true));
    this.again = button("Again", () =>
      viewer.request({ game: (viewer.data.game?.number ?? -1) + 1 }),
    );
    this.leave = button("Leave", () => viewer.request({}));
    const scores = element("div", "scores");
    scores.append(this.you.element, this.model.element, this.count.element);
    const foot = element("div", "foot");
    foot.append(this.next, this.finishing, this.again, this.leave);
    this.element.append(scores, this.words, foot);
  }

  // Whether a round is played, and whether bonds are still being turned.
  get active() {
    return Boolean(this.viewer.data?.game);
  }

  get playing() {
    return this.active && !this.finished;
  }

  /**
   * @param {ViewerData | undefined} before
   * @param {ViewerData} data
   */
  update(before, data) {
    this.invite.hidden = !data.playable || this.active;
    this.element.hidden = !this.active;
    if (!data.game) return;
    if (before?.run !== data.run) {
      this.finished = false;
      this.waiting = true;
      this.turns = 0;
      this.last = null;
      this.trail = [];
    }
    this.viewer.controls.element.hidden = this.playing;
    this.read(data.game);
    this.write();
  }

  /**
   * Where the network expects every bond, from the pose that the server has measured.
   *
   * @param {Round} round
   */
  read({ angles, pulls }) {
    if (angles.length) this.measured = angles.map((angle) => (angle * Math.PI) / 180);
    else this.measured = null;
    this.pulls = pulls;
  }

  // Once the noise is drawn, its bonds can be turned.
  start() {
    if (!this.waiting) return;
    this.waiting = false;
    const { hand, molecule } = this.viewer;
    hand.grab(0);
    this.trail = [this.pose()];
    this.select(this.strongest());
    this.home = molecule.rotors.map((_, m) => hand.angle(m));
  }

  pose() {
    const { hand, molecule } = this.viewer;
    return molecule.rotors.map((_, m) => hand.angle(m));
  }

  /**
   * How far the network would turn bond m from where it stands now.
   *
   * @param {number} m
   */
  pull(m) {
    const { hand } = this.viewer;
    if (!this.home.length || !hand.active) return 0;
    const away = (this.measured ?? this.home)[m] + this.pulls[m] - hand.angle(m);
    return wrap(away);
  }

  /**
   * Bond m is being turned; `fresh` with every grip, not with every degree.
   *
   * @param {number} m
   * @param {boolean} fresh
   */
  turned(m, fresh) {
    if (!this.playing) return;
    if (fresh || this.last !== m) {
      this.turns += 1;
      this.trail.push(this.pose());
    }
    this.last = m;
    this.trail[this.trail.length - 1] = this.pose();
    this.write();
  }

  /**
   * The turning is over: the model shows its own path from the same noise.
   *
   * @param {boolean} play
   */
  finish(play) {
    if (!this.playing) return;
    const { clock, controls, hand } = this.viewer;
    hand.send();
    hand.drop();
    this.finished = true;
    controls.element.hidden = false;
    this.write();
    if (play) clock.play();
  }

  strongest() {
    const pulls = this.pulls.map(Math.abs);
    return pulls.indexOf(Math.max(...pulls));
  }

  point() {
    this.select(this.strongest());
  }

  /** @param {number} m */
  select(m) {
    const { molecule, selected } = this.viewer;
    const { bond } = molecule.rotors[m];
    if (bond !== selected) this.viewer.select(bond);
  }

  write() {
    const { data, molecule } = this.viewer;
    const { game } = data;
    if (!game) return;
    this.you.write(energy(game.energy));
    this.model.write(energy(game.model));
    this.count.write(this.turns);
    const gap = game.energy - game.model;
    const level = Math.abs(gap) < 0.05;
    this.you.element.classList.toggle("lower", !level && gap < 0);
    this.model.element.classList.toggle("lower", !level && gap > 0);
    const text = this.sentence(game, level, gap);
    if (this.words.textContent !== text) this.words.textContent = text;
    this.finishing.hidden = this.finished;
    this.next.hidden = this.finished;
    this.next.textContent = `Longest arrow: ${molecule.rotors[this.strongest()].label}`;
  }

  /**
   * @param {Round} game
   * @param {boolean} level Whether both energies are alike.
   * @param {number} gap Between them.
   */
  sentence(game, level, gap) {
    const far = `${energy(Math.abs(gap))} kcal/mol`;
    const lower = gap < 0 ? `You are ${far} lower than the model` : `The model is ${far} lower`;
    const standing = level ? "You and the model have the same energy" : lower;
    const pairs = `${game.clashes} pair${game.clashes > 1 ? "s" : ""} of atoms clash`;
    const clash = game.clashes ? `; ${pairs}` : "";
    if (this.finished) return `${standing}${clash}. Above: the model's path from the same noise.`;
    const degrees = Math.round((game.sigma * 180) / Math.PI);
    const arrows = `where the network, given σ = ${degrees}°, expects each bond`;
    if (this.turns) return `${standing}${clash}. The arrows end ${arrows}; follow them or not.`;
    const task = "This is noise. Turn the bonds by their dials until the energy is low.";
    return `${task} The arrows end ${arrows}.`;
  }
}

/**
 * kcal/mol as it is read; noise often has atoms on top of each other.
 *
 * @param {number} value
 */
function energy(value) {
  return value > MOST ? `> ${MOST}` : value.toFixed(1).replace("-", "−");
}

/**
 * @param {string} title
 * @param {string} [unit]
 */
function score(title, unit = "") {
  const made = element("div", "score");
  const number = document.createTextNode("…");
  const line = element("b");
  line.append(number, element("small", "", unit && ` ${unit}`));
  made.append(element("span", "", title), line);
  /** @param {string | number} text */
  const write = (text) => {
    number.textContent = `${text}`;
  };
  return { element: made, write };
}
