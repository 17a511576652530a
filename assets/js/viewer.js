// The molecule viewer: conformers in 3D, played by the player's clock or pushed live. Camera,
// selection and play state stay while the data change.

import { Controls } from "./player/controls.js";
import { Moment } from "./player/moment.js";
import { STYLE } from "./player/style.js";
import { present } from "./screen/presenter.js";
import { LARGER, WholeScreen } from "./screen/whole-screen.js";
import { added, element, hasKeyboard, prefersStillness } from "./shared/dom.js";
import { mounted } from "./shared/mount.js";
import { Sight } from "./shared/sight.js";
import { Theme } from "./shared/theme.js";
import { Captions } from "./viewer/captions.js";
import { Game } from "./viewer/denoiser-game.js";
import { Depiction } from "./viewer/depiction.js";
import { Direction } from "./viewer/direction.js";
import { FrameRate } from "./viewer/frame-rate.js";
import { glideTo, gliding } from "./viewer/glide.js";
import { openScene } from "./viewer/open-scene.js";
import { Picture3D } from "./viewer/picture-3d.js";
import { Pointer } from "./viewer/pointer.js";
import { Shot } from "./viewer/shot.js";
import { VIEWER_STYLE } from "./viewer/style.js";
import { Toolbar } from "./viewer/toolbar.js";
import { writeTooltip } from "./viewer/tooltip.js";
import { BondPanel } from "./viewer/torsions/bond-panel.js";
import { Dials } from "./viewer/torsions/dials.js";
import { HandTurns } from "./viewer/torsions/hand-turns.js";
import { Meter } from "./viewer/torsions/meter.js";
import { decoded, Motion } from "./viewer/torsions/torsion-motion.js";

/** @import { Camera, Pick as Met, Tell, ViewerData } from "./shared/types.d.ts" */
/** @import { Glide } from "./viewer/glide.js" */
/** @import { Scene } from "./viewer/scene.js" */

export class Viewer extends Picture3D {
  /** @type {ViewerData} What Python has sent. */
  data;
  /** @type {Tell} */
  tell;
  /** @type {Float32Array} How far the denoiser would turn each bond, frame by frame. */
  arrows;
  /** @type {Float32Array} Largest changes of bond lengths and angles, frame by frame. */
  changes;
  /** @type {Promise<void> | undefined} */
  opening;
  /** @type {Glide | null} */
  glide = null;
  destroyed = false;
  serial = 0;
  placed = -1;
  face = "";

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {ViewerData} data
   */
  constructor(parent, { key, height }) {
    super(key);
    this.root = Object.assign(element("div", "player viewer"), { viewer: this, tabIndex: 0 });
    this.root.setAttribute("role", "group");
    this.moment = new Moment(this.clock);
    this.controls = new Controls(this.clock, this.moment);
    this.dials = new Dials({
      select: (bond, event) => this.choose(bond, event),
      hover: (bond) => this.mark(bond),
      pair: (bond) => this.bond.torus.pair(bond),
    });
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.whole = new WholeScreen(this.root, () => this.enlarge(), signal);
    this.tools = new Toolbar(this);
    this.hand = new HandTurns(this);
    this.pace = new FrameRate(this);
    this.depiction = new Depiction(this);
    this.bond = new BondPanel(this);
    this.meter = new Meter(this);
    this.game = new Game(this);
    this.shot = new Shot(this);
    this.direction = new Direction((forward) => this.request({ forward }));
    this.controls.element.insertBefore(this.direction.element, this.controls.speed);
    this.meter.element.append(this.game.invite);
    this.stage = element("div", "stage");
    this.stage.style.height = `${height / 16}rem`;
    this.captions = new Captions(this);
    this.stage.append(this.view, this.captions.element);
    this.state = added(this.stage, "div", "state");
    this.stage.append(this.tools.element);
    this.hint = added(this.stage, "div", "hint");
    this.hint.textContent = hasKeyboard()
      ? "Drag to turn · ctrl + wheel to zoom · click a bond"
      : "Drag sideways to turn · pinch to zoom · tap a bond";
    this.tip = added(this.stage, "div", "tip");
    this.tip.hidden = true;
    added(this.root, "style", "", STYLE + VIEWER_STYLE);
    this.root.append(this.stage, this.controls.element, this.meter.element, this.game.element);
    const bench = added(this.root, "div", "bench");
    bench.append(this.depiction.element, this.dials.element, this.bond.element);
    parent.append(this.root);
    this.sight = new Sight(this.root, this.stage, {
      resized: () => this.relayout(),
      seen: (visible) => this.clock.setVisible(visible),
    });
    this.pointer = new Pointer(this, this.view, signal);
    present({ root: this.root, key: (event) => this.keyed(event) }, signal);
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (this.whole.key(event)) return true;
    if (event.key === "Escape" && this.selected !== null) {
      this.select(null);
      return true;
    }
    return this.data?.mode === "replay" && !this.game.playing && this.controls.key(event);
  }

  /** On the whole screen, or a part of the page again. */
  enlarge() {
    this.root.style.setProperty("--type", `${this.whole.on ? LARGER : 1}`);
    this.relayout();
  }

  /**
   * Show data once the scene is open, unless newer ones have come meanwhile.
   *
   * @param {ViewerData} data
   * @param {Tell} tell
   */
  async update(data, tell) {
    const newest = data.serial ?? 0;
    this.serial = newest;
    this.opening ??= openScene(this);
    await this.opening;
    if (this.serial === newest && !this.destroyed) this.show(data, tell);
  }

  /**
   * @param {ViewerData} data
   * @param {Tell} tell
   */
  show(data, tell) {
    const [before, previous] = [this.data, this.motion];
    this.tell = tell;
    this.data = data;
    this.arrows = decoded(data.arrays.arrows, 1e-4);
    this.changes = decoded(data.arrays.changes, 1);
    if (this.hand.active && before?.run !== data.run) this.hand.release();
    const same = before?.molecule.id === data.molecule.id;
    const xyz = decoded(data.arrays.frames, data.unit);
    this.load(data.molecule, new Motion(data.molecule.rotors, xyz, data.shape));
    if (!same) this.meet();
    const crowd = this.motion.conformers;
    const glides = same && data.mode === "live" && data.turning;
    this.glide = glides ? glideTo(this.motion, previous, this.xyz) : null;
    this.retime(before, data);
    this.direction.update(data);
    this.game.update(before, data);
    this.stage.style.height = `${data.height / 16}rem`;
    this.view.setAttribute("aria-label", `${data.molecule.name} in 3D, ${data.caption}`);
    const { frames } = this.motion;
    Object.assign(this.root.dataset, { mode: data.mode, conformers: crowd, frames });
    this.root.classList.toggle("stale", Boolean(data.stale));
    if (crowd === 1 && this.mode === "grid") this.setMode("all"); // near again, as in the game
    this.tools.update();
    this.writeState();
    this.relayout();
    if ((before?.which ?? null) !== data.which) this.showConformer(data.which);
    this.shot.shown(data);
  }

  /**
   * One conformer alone, chosen elsewhere on the page, as it is in the end; null: all of them.
   *
   * @param {number | null} which
   */
  showConformer(which) {
    this.hand.release();
    if (which !== null) this.clock.seek(this.data.forward ? 0 : this.motion.frames - 1);
    this.single(which);
  }

  /** A molecule not seen before: fresh selection and camera. */
  meet() {
    this.selected = null;
    this.hovered = null;
    this.tip.hidden = true;
    this.bond.torus.chosen = null;
    this.meter.meet();
    this.recall();
  }

  /**
   * @param {ViewerData | undefined} before
   * @param {ViewerData} data
   */
  retime(before, data) {
    const { clock } = this;
    const { frames } = this.motion;
    clock.setFrames(frames, data.seconds);
    const options = { controls: data.mode === "replay", turn: false, moment: data.moment };
    this.controls.setScene({ times: data.times, direction: "reverse" }, options);
    if (before?.run === data.run) return;
    if (!this.moment.held && this.shot.here(data) && this.moment.open(data.moment)) return;
    const plays = data.mode === "replay" && !data.game;
    clock.resting = false;
    clock.position = plays && prefersStillness() ? frames - 1 : 0;
    clock.direction = 1;
    clock.hold = 500;
    clock.playing = plays && !prefersStillness();
  }

  relayout() {
    if (!this.data || !this.root.isConnected || !this.stage.clientWidth) return;
    this.theme = new Theme(this.root);
    const face = `${this.molecule.id} ${this.theme.name}`;
    if (this.face !== face) {
      this.face = face;
      this.depiction.build();
      this.scene?.setBackground(this.theme.background);
      this.dials.build(this.molecule.rotors, this.theme);
      this.dials.select(this.selected);
    }
    if (this.scene) this.prepare(this.scene);
    this.touch();
  }

  changed() {
    this.tools.update();
    this.depiction.mark();
    this.writeState();
    this.touch();
  }

  coordinates() {
    const between = gliding(this.glide);
    if (between) return between;
    this.glide = null;
    const xyz = this.motion.at(this.clock.position);
    this.hand.apply(xyz);
    return xyz;
  }

  draw() {
    if (!this.theme || this.destroyed) return;
    const { position } = this.clock;
    const moved = Boolean(this.glide) || position !== this.placed;
    const rebuild = moved || this.dirty.paint || this.dirty.place;
    this.pace.count(moved);
    if (this.hand.active && position !== this.placed) this.letGo();
    if (rebuild) {
      this.xyz = this.coordinates();
      this.placed = position;
      this.game.start();
      this.drawDials();
      this.bond.draw();
      this.meter.draw();
    }
    if (this.scene && this.camera) this.drawScene(this.scene, this.camera, rebuild, moved);
    this.clean();
    this.controls.refresh();
    this.moment.note();
    this.shot.note();
    Object.assign(this.root.dataset, {
      frame: position.toFixed(2),
      playing: this.clock.playing,
      ready: "true",
      selected: this.selected ?? "",
    });
    if (this.glide) this.clock.wake();
  }

  /**
   * @param {Scene} scene
   * @param {Camera} camera
   * @param {boolean} rebuild Whether atoms or colours have changed.
   * @param {boolean} moved Whether time has.
   */
  drawScene(scene, camera, rebuild, moved) {
    if (this.dirty.paint) this.paint(scene);
    if (rebuild) scene.place(this.xyz, camera.quaternion);
    scene.draw(camera, rebuild);
    this.captions.draw();
    this.pace.rest(moved);
  }

  drawDials() {
    const [shown, { bond }] = [this.shown(), this];
    this.dials.draw(
      (m) => shown.map((k) => this.angle(m, k)),
      (m) => shown.map((k) => bond.pull(m, k)),
    );
    const partner = this.molecule.rotors.length ? bond.torus.partner(bond.rotor) : null;
    this.dials.map(bond.rotor, partner);
  }

  writeState() {
    const { title, caption, names, stale } = this.data;
    const one = names[this.which] ?? `Conformer ${this.which + 1} of ${this.motion.conformers}`;
    const line = stale || (this.mode === "one" ? one : caption);
    const where = names.length && !stale ? toResults(line) : element("span", "", line);
    this.state.replaceChildren(element("b", "", title), where);
  }

  /** @param {Met | null} met */
  hover(met, x = 0, y = 0) {
    this.view.classList.toggle("over", Boolean(met));
    this.tip.hidden = !met;
    if (met) writeTooltip(this, met, x, y);
    this.mark(met ? met.bond : null);
  }

  /** @param {number | null} bond */
  mark(bond) {
    if (bond === this.hovered) return;
    this.hovered = bond;
    this.depiction.mark();
    this.touch();
  }

  /**
   * With shift, the second bond of the map of two torsions.
   *
   * @param {number | null} bond
   * @param {MouseEvent} [event]
   */
  choose(bond, event) {
    if (event?.shiftKey && bond !== null) this.bond.torus.pair(bond);
    else this.select(bond);
  }

  /** The clock moves on while a bond is held. */
  letGo() {
    if (this.game.playing) this.game.finish(false);
    else this.hand.release();
  }

  /**
   * Ask Python for another recording: { forward }, { game: round }, or {} for the replay.
   *
   * @param {{ forward?: boolean, game?: number }} what
   */
  request(what) {
    this.tell("request", { recording: this.data.recording, ...what });
  }

  /** A second click on the same bond lets it go. @param {number | null} bond */
  select(bond) {
    this.selected = bond === this.selected ? null : bond;
    this.dials.select(this.selected);
    this.depiction.mark();
    this.touch();
    this.tell("bond", { molecule: this.molecule.id, bond: this.selected });
  }

  destroy() {
    this.destroyed = true;
    this.pace.stop();
    this.clock.stop();
    this.moment.end();
    this.shot.end();
    this.sight.stop();
    this.ending.abort();
    this.scene?.destroy();
    this.root.remove();
  }
}

/**
 * A line that leads to the table of results further down the page.
 *
 * @param {string} line
 */
function toResults(line) {
  const link = Object.assign(element("a", "", `${line} ↓`), { href: "#results" });
  link.onclick = (event) => {
    event.preventDefault();
    document.getElementById("results")?.scrollIntoView({ behavior: "smooth" });
  };
  return link;
}

export default mounted(Viewer);
