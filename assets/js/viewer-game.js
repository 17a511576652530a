// "Be the denoiser": one conformer starts as noise, the reader turns its bonds by hand while the
// network's arrows point the way, and the energy is compared with what the model makes of the same
// noise. The server measures every pose; the frames of a round are the model's own way.

import { element } from "./viewer-tip.js";

const TURN = 2 * Math.PI;
const MOST = 999;

export class Game {
  // viewer: data, clock, hand, molecule, controls, wish(what), select(bond), touch().
  constructor(viewer) {
    this.viewer = viewer;
    this.invite = this.button("Be the denoiser", () => viewer.wish({ game: 0 }));
    this.invite.title = "Start from noise and turn the bonds yourself";
    this.element = element("div", "game");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Be the denoiser");
    this.you = score("You", "kcal/mol");
    this.model = score("The model", "kcal/mol");
    this.count = score("Turns");
    this.you.element.title = this.model.element.title = "Energy above the lowest of the whole run";
    this.words = element("p", "");
    this.words.setAttribute("aria-live", "polite");
    this.next = this.button("", () => this.point());
    this.next.className = "next";
    this.finishing = this.button("Let the model finish", () => this.finish(true));
    this.again = this.button("Again", () => viewer.wish({ game: viewer.data.game.number + 1 }));
    this.leave = this.button("Leave", () => viewer.wish({}));
    const scores = element("div", "scores");
    scores.append(this.you.element, this.model.element, this.count.element);
    const foot = element("div", "foot");
    foot.append(this.next, this.finishing, this.again, this.leave);
    this.element.append(scores, this.words, foot);
    this.turns = 0;
    this.trail = [];
  }

  button(text, action) {
    const made = element("button", "", text);
    made.type = "button";
    made.onclick = action;
    return made;
  }

  // Whether a round is on the table, and whether the reader is still turning.
  get active() {
    return Boolean(this.viewer.data?.game);
  }

  get playing() {
    return this.active && !this.finished;
  }

  update(before, data) {
    this.invite.hidden = !data.playable || this.active;
    this.element.hidden = !this.active;
    if (!this.active) return;
    if (before?.run !== data.run) {
      this.finished = false;
      this.waiting = true;
      this.turns = 0;
      this.last = null;
      this.trail = [];
      this.targets = null;
    }
    this.viewer.controls.element.hidden = this.playing;
    this.read(data.game);
    this.tell();
  }

  // Where the network expects every bond, from the pose that the server has measured.
  read({ angles, pulls }) {
    if (angles.length) this.measured = angles.map((angle) => (angle * Math.PI) / 180);
    else this.measured = null;
    this.pulls = pulls;
  }

  // Once the noise is drawn, it is in the reader's hand.
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

  // How far the network would turn bond m from where it stands now.
  pull(m) {
    const { hand } = this.viewer;
    if (!this.home || !hand.active) return 0;
    const away = (this.measured ?? this.home)[m] + this.pulls[m] - hand.angle(m);
    return away - TURN * Math.round(away / TURN);
  }

  // Bond m is being turned; `fresh` with every grip, not with every degree.
  turned(m, fresh) {
    if (!this.playing) return;
    if (fresh || this.last !== m) {
      this.turns += 1;
      this.trail.push(this.pose());
    }
    this.last = m;
    this.trail[this.trail.length - 1] = this.pose();
    this.tell();
  }

  // The reader has done with it: the model shows its way out of the same noise.
  finish(play) {
    if (!this.playing) return;
    const { clock, controls, hand } = this.viewer;
    hand.send();
    hand.drop();
    this.finished = true;
    controls.element.hidden = false;
    this.tell();
    if (play) clock.play();
  }

  strongest() {
    const pulls = this.pulls.map(Math.abs);
    return pulls.indexOf(Math.max(...pulls));
  }

  point() {
    this.select(this.strongest());
  }

  select(m) {
    const { molecule, selected } = this.viewer;
    const { bond } = molecule.rotors[m];
    if (bond !== selected) this.viewer.select(bond);
  }

  tell() {
    const { data: { game }, molecule } = this.viewer;
    this.you.write(energy(game.energy));
    this.model.write(energy(game.model));
    this.count.write(this.turns);
    const gap = game.energy - game.model;
    const lower = Math.abs(gap) < 0.05 ? null : gap < 0 ? "you" : "model";
    this.you.element.classList.toggle("lower", lower === "you");
    this.model.element.classList.toggle("lower", lower === "model");
    const far = `${energy(Math.abs(gap))} kcal/mol`;
    const who = { you: `You are ${far} lower than the model`, model: `The model is ${far} lower` }[lower];
    const clash = game.clashes ? `; ${game.clashes} pair${game.clashes > 1 ? "s" : ""} of atoms clash` : "";
    const degrees = Math.round((game.sigma * 180) / Math.PI);
    const arrows = `where the network, told that σ = ${degrees}°, expects each bond`;
    let text = `${who ?? "You are level with the model"}${clash}. The arrows end ${arrows}; follow them or not.`;
    if (this.finished) text = `${who ?? "You are level"}${clash}. Above: its own way out of the same noise.`;
    else if (!this.turns) text = `This is noise. Turn the bonds by their dials until the energy is low. The arrows end ${arrows}.`;
    if (this.words.textContent !== text) this.words.textContent = text;
    this.finishing.hidden = this.finished;
    this.next.hidden = this.finished;
    this.next.textContent = `Longest arrow: ${molecule.rotors[this.strongest()].label}`;
  }
}

// kcal/mol as it is read; noise often has atoms on top of each other.
function energy(value) {
  return value > MOST ? `> ${MOST}` : value.toFixed(1).replace("-", "−");
}

function score(title, unit = "") {
  const made = element("div", "score");
  const number = document.createTextNode("…");
  const line = element("b", "");
  line.append(number, element("small", "", unit && ` ${unit}`));
  made.append(element("span", "", title), line);
  return { element: made, write: (text) => (number.textContent = text) };
}
