// The control bar: play, step, scrub with the time, direction, speed, loop. Mouse, touch, keys.

import { added, element, labelled } from "../shared/dom.js";
import { CopyLink } from "./copy-link.js";

/** @import { PlayerOptions, Scene } from "../shared/types.d.ts" */
/** @import { Clock } from "./clock.js" */
/** @import { Moment } from "./moment.js" */

/**
 * What the bar says at the moment; it is refreshed at every frame and writes only what has changed.
 *
 * @typedef {{ label?: string, position?: number, playing?: boolean, direction?: number,
 *   loop?: boolean }} Shown
 */

const STOPS = 10; // of the keys PageUp and PageDown, along one pass
const SPEEDS = [0.25, 0.5, 1, 2, 4];

const ICONS = {
  play:
    '<path d="M7 4.8v14.4a.8.8 0 0 0 1.2.7l11.6-7.2a.8.8 0 0 0 0-1.4L8.2 4.1A.8.8 0 0 0 7' +
    ' 4.8z"/>',
  pause:
    '<rect x="6" y="4.5" width="4.2" height="15" rx="1.2"/>' +
    '<rect x="13.8" y="4.5" width="4.2" height="15" rx="1.2"/>',
  back:
    '<path d="M17.5 6.2v11.6a.7.7 0 0 1-1.1.6L8 12.6a.7.7 0 0 1 0-1.2l8.4-5.8a.7.7 0 0 1' +
    ' 1.1.6z"/>' +
    '<rect x="5" y="5.5" width="2" height="13" rx="1"/>',
  next:
    '<path d="M6.5 6.2v11.6a.7.7 0 0 0 1.1.6l8.4-5.8a.7.7 0 0 0 0-1.2L7.6 5.6a.7.7 0 0' +
    ' 0-1.1.6z"/>' +
    '<rect x="17" y="5.5" width="2" height="13" rx="1"/>',
  forward: '<path d="M4 12h14M13 6.5 18.5 12 13 17.5" class="line"/>',
  reverse: '<path d="M20 12H6M11 6.5 5.5 12 11 17.5" class="line"/>',
  loop:
    '<path d="M17 3.5 20.2 6.7 17 9.9M20 6.7H8a4.5 4.5 0 0 0-4.5 4.5v.6M7 20.5 3.8 17.3 7' +
    ' 14.1M4 17.3h12a4.5 4.5 0 0 0 4.5-4.5v-.6" class="line"/>',
  link:
    '<path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.2 6.1M14 10a4 4 0 0 0-5.7' +
    ' 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.4-1.4" class="line"/>',
};

/** @param {keyof typeof ICONS} name */
const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;

/**
 * @param {string} className
 * @param {string} label
 * @param {string} html
 */
function iconButton(className, label, html) {
  const made = labelled(element("button", className), label);
  made.type = "button";
  made.innerHTML = html;
  return made;
}

export class Controls {
  /** @type {string[]} */
  times = [];
  forward = true;
  /** @type {Shown} */
  shown = {};

  /**
   * @param {Clock} clock
   * @param {Moment} moment
   */
  constructor(clock, moment) {
    this.clock = clock;
    this.element = element("div", "bar");
    this.play = iconButton("play", "Play", icon("play"));
    this.back = iconButton("step", "One frame back", icon("back"));
    this.next = iconButton("step", "One frame forward", icon("next"));
    this.scrub = element("input", "scrub");
    Object.assign(this.scrub, { type: "range", min: 0, step: "any" });
    this.scrub.setAttribute("aria-label", "Time");
    this.time = element("output", "time");
    this.turn = iconButton("turn", "Play in reverse", "");
    this.speed = labelled(element("select", "speed"), "Speed");
    for (const value of SPEEDS) {
      this.speed.add(new Option(`${value}×`, `${value}`, value === 1, value === 1));
    }
    this.loop = iconButton("loop", "Repeat", icon("loop"));
    this.link = iconButton("link", "Copy link to this moment", icon("link"));
    const { answer, field } = new CopyLink(this.link, clock, moment);
    this.element.append(
      this.play,
      this.back,
      this.next,
      this.scrub,
      this.time,
      this.turn,
      this.speed,
      this.loop,
      this.link,
      answer,
      field,
    );
    this.listen();
  }

  listen() {
    const { clock } = this;
    this.play.onclick = () => (clock.playing ? clock.pause() : clock.play());
    this.back.onclick = () => clock.step(-1);
    this.next.onclick = () => clock.step(1);
    this.scrub.oninput = () => clock.seek(Number(this.scrub.value));
    this.turn.onclick = () => clock.turn();
    this.speed.onchange = () => {
      clock.speed = Number(this.speed.value);
      clock.wake();
    };
    this.loop.onclick = () => {
      clock.loop = !clock.loop;
      clock.wake();
    };
  }

  /**
   * Space, arrows, Home, End, PageUp and PageDown; true if the key meant something.
   *
   * @param {KeyboardEvent} event
   */
  key(event) {
    const { clock } = this;
    const jump = event.shiftKey ? 10 : 1;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => clock.step(-jump),
      ArrowRight: () => clock.step(jump),
      Home: () => clock.seek(0),
      End: () => clock.seek(clock.frames - 1),
      " ": () => (clock.playing ? clock.pause() : clock.play()),
    };
    // At the ends of a pass they scroll the page as always.
    if (clock.position !== clock.end) actions.PageDown = () => clock.leap(1 / STOPS);
    if (clock.position !== clock.start) actions.PageUp = () => clock.leap(-1 / STOPS);
    const action = actions[event.key];
    if (action) action();
    return Boolean(action);
  }

  /**
   * @param {Pick<Scene, "times" | "direction">} scene
   * @param {Pick<PlayerOptions, "controls" | "turn" | "moment">} options
   */
  setScene(scene, options) {
    this.times = scene.times;
    this.forward = scene.direction === "forward";
    const longest = scene.times.reduce((most, text) => Math.max(most, text.length), 1);
    this.time.style.minWidth = `${Math.min(24, longest) * 0.62}em`;
    this.scrub.max = `${Math.max(0, scene.times.length - 1)}`;
    this.element.hidden = !options.controls || scene.times.length < 2;
    this.turn.hidden = !options.turn;
    this.link.hidden = !options.moment;
    this.shown = {};
  }

  // Write only what changed: the bar is refreshed at every frame.
  refresh() {
    const { clock, shown } = this;
    const label = this.times[Math.round(clock.position)] ?? "";
    if (shown.label !== label) {
      this.time.textContent = label;
      this.scrub.setAttribute("aria-valuetext", label);
    }
    if (shown.position !== clock.position) {
      this.scrub.value = `${clock.position}`;
      const share = clock.frames > 1 ? clock.position / (clock.frames - 1) : 0;
      this.scrub.style.setProperty("--done", `${(share * 100).toFixed(2)}%`);
    }
    if (shown.playing !== clock.playing) {
      this.play.innerHTML = icon(clock.playing ? "pause" : "play");
      labelled(this.play, clock.playing ? "Pause" : "Play");
    }
    if (shown.direction !== clock.direction) {
      const forward = clock.direction > 0 === this.forward;
      this.turn.innerHTML = icon(forward ? "forward" : "reverse");
      added(this.turn, "span", "", forward ? "Forward" : "Reverse");
      labelled(this.turn, forward ? "Play in reverse" : "Play forward");
    }
    if (shown.loop !== clock.loop) this.loop.setAttribute("aria-pressed", `${clock.loop}`);
    this.shown = {
      label,
      position: clock.position,
      playing: clock.playing,
      direction: clock.direction,
      loop: clock.loop,
    };
  }
}
