// Two buttons: a PNG of what the player shows at this moment, a GIF of one pass. Both are drawn
// here in the browser from the player itself, so they show what is seen there: theme, size
// and turn.

import { rgb } from "../shared/colour.js";
import { added, button, labelled } from "../shared/dom.js";
import { mounted } from "../shared/mount.js";
import { Gif, Palette } from "./gif.js";
import { Picture } from "./picture.js";
import { players } from "./registry.js";

/** @import { Player } from "../player.js" */
/** @import { Clock } from "./clock.js" */
/** @import { PictureData, Words } from "../shared/types.d.ts" */

const FINE = 2; // pixels of a PNG per pixel of the page, at least
const WIDEST = 1000; // pixels of a GIF as shown
const WIDTHS = [960, 1280, 1920]; // pixels of a picture for slides
const SLIDE = { width: 960, type: 1.25 }; // pixels of the page that fill its width, size of letters
const HOLD = 120; // hundredths of a second that the last frame of a GIF stands still
const SHORTEST = 4; // of the other frames; browsers slow down what is faster
const MOST = 101; // frames of a GIF
const FEWEST = 41; // and however large it becomes
const LARGEST = 8e6; // bytes of a GIF, about
const SAMPLES = 5; // frames whose colours make the palette
const PAUSE_MS = 24; // of drawing, before the page gets its turn

const STYLE = `
:host { display: block; }
.pictures { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1rem;
  font-family: var(--st-font), system-ui, sans-serif;
  color: var(--st-text-color); font-size: .935rem; font-variant-numeric: tabular-nums; }
.pictures :is(button, select) { font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--st-border-color);
  border-radius: .5rem; min-height: 2.5rem; padding: .25rem .8rem; cursor: pointer;
  display: inline-flex; align-items: center; gap: .5rem; }
.pictures select option { color: var(--st-text-color);
  background: var(--st-background-color); }
.pictures :is(button, select):hover { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
.pictures :is(button, select):focus-visible { outline: 2px solid var(--st-primary-color);
  outline-offset: 1px; }
.pictures button:disabled { opacity: .5; cursor: default; }
.pictures svg { width: 1.15rem; height: 1.15rem; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }
.pictures [hidden] { display: none; }
.state { font-size: .875rem; opacity: .85; }
.state a { color: var(--st-primary-color); }
progress { width: 9rem; height: .4rem; accent-color: var(--st-primary-color); }
`;
const ICONS = {
  image: '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="m4 17 5-5 4 4 3-3 4 4"/>',
  film:
    '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/>' +
    '<path d="M8 4.5v15M16 4.5v15M3.5 9.5H8M3.5 14.5H8M16 9.5h4.5M16 14.5h4.5"/>',
};

const rest = () => new Promise((resolve) => setTimeout(resolve));

/** @param {Blob} blob */
const size = (blob) =>
  blob.size < 1e6 ? `${Math.round(blob.size / 1e3)} kB` : `${(blob.size / 1e6).toFixed(1)} MB`;

/**
 * The moment that ``player`` shows, as a PNG.
 *
 * @param {Player} player
 * @param {Words} words
 * @param {number} [wide] Pixels; 0 for as it is shown.
 */
export async function png(player, words, wide = 0) {
  const picture = wide
    ? new Picture(player, words, wide / SLIDE.width, SLIDE)
    : new Picture(player, words, Math.max(FINE, window.devicePixelRatio || 1));
  try {
    picture.draw(player.clock.position);
    return await picture.canvas.convertToBlob({ type: "image/png" });
  } finally {
    picture.close();
  }
}

/**
 * One pass of ``player`` as a GIF. report(done, total) before every frame; false stops it.
 *
 * @param {Player} player
 * @param {Words} words
 * @param {(done: number, total: number) => boolean} report
 * @param {number} [wide] Pixels; 0 for as it is shown, unless that is very wide.
 */
export async function gif(player, words, report, wide = 0) {
  const shown = player.root.clientWidth + 36;
  const picture = wide
    ? new Picture(player, words, wide / SLIDE.width, SLIDE)
    : new Picture(player, words, Math.min(1, WIDEST / shown));
  try {
    return await film(picture, report);
  } finally {
    picture.close();
  }
}

/**
 * So many moments of one pass, evenly spaced, in the order in which it plays.
 *
 * @param {number} count
 * @param {Clock} clock
 */
function spread(count, clock) {
  const moments = Array.from(
    { length: count },
    (_, k) => (k / Math.max(1, count - 1)) * (clock.frames - 1),
  );
  return clock.direction < 0 ? moments.reverse() : moments;
}

/**
 * @param {Picture} picture
 * @param {(done: number, total: number) => boolean} report
 */
async function film(picture, report) {
  const { clock } = picture.player;
  const background = rgb(picture.player.theme.background);
  /** @param {number} moment */
  const pixels = (moment) => {
    picture.draw(moment);
    return picture.pixels();
  };
  const palette = new Palette(spread(SAMPLES, clock).map(pixels), background);
  const { width, height } = picture.canvas;
  const trial = new Gif(width, height, palette);
  for (const step of [0, 1])
    trial.add(pixels(Math.min(clock.frames - 1, (clock.frames >> 1) + step)), 1);
  const affordable = Math.max(FEWEST, Math.floor((2 * LARGEST) / trial.size));
  const moments = spread(Math.min(MOST, clock.frames, affordable), clock);
  const count = moments.length;
  const made = new Gif(width, height, palette);
  const delay = Math.max(SHORTEST, Math.round((100 * clock.seconds) / count));
  let began = performance.now();
  for (const [k, moment] of moments.entries()) {
    if (report(k, count) === false) return null;
    made.add(pixels(moment), k === count - 1 ? HOLD : delay);
    if (performance.now() - began < PAUSE_MS) continue;
    await rest();
    began = performance.now();
  }
  return made.blob();
}

class Pictures {
  /** @type {PictureData} */
  data;
  stopped = false;
  address = "";

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.style = added(parent, "style", "", STYLE);
    this.root = added(parent, "div", "pictures");
    this.still = this.button("image", "Picture of this moment (PNG)", () => this.takeStill());
    this.film = this.button("film", "Film of one pass (GIF)", () => this.takeFilm());
    this.width = labelled(added(this.root, "select"), "Width of the picture");
    this.width.add(new Option("As shown", "0"));
    for (const wide of WIDTHS) this.width.add(new Option(`For slides, ${wide} px wide`, `${wide}`));
    this.bar = added(this.root, "progress");
    this.stop = button("Cancel", () => this.cancel());
    this.state = added(this.root, "span", "state");
    this.state.before(this.stop);
    this.state.setAttribute("role", "status");
    this.busy(false);
  }

  /**
   * @param {keyof typeof ICONS} icon
   * @param {string} label
   * @param {() => void} work
   */
  button(icon, label, work) {
    const made = button("", work);
    made.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[icon]}</svg>`;
    added(made, "span", "", label);
    this.root.append(made);
    return made;
  }

  /** @param {PictureData} data */
  update(data) {
    this.data = data;
    this.film.hidden = this.width.hidden = !data.film;
  }

  cancel() {
    this.stopped = true;
  }

  /** @param {boolean} on */
  busy(on) {
    this.still.disabled = this.film.disabled = on;
    this.bar.hidden = this.stop.hidden = !on;
  }

  // The player, or null with a word about it: it may stand empty while a result is computed.
  player() {
    const found = players.get(this.data.player);
    const ready = Boolean((found?.scene || found?.png) && found.root.clientWidth);
    this.state.textContent = ready ? "" : "There is no picture yet.";
    return ready ? found : null;
  }

  async takeStill() {
    const player = this.player();
    if (!player) return;
    const blob = await (player.png
      ? player.png(this.data)
      : png(player, this.data, Number(this.width.value)));
    this.save(blob, `${this.data.name}.png`, `${size(blob)}.`);
  }

  /**
   * Hand over a file, and leave a link to it: a browser may refuse what comes long after the click.
   *
   * @param {Blob} blob
   * @param {string} name
   * @param {string} words
   */
  save(blob, name, words) {
    URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(blob);
    this.state.textContent = `${words} `;
    const link = added(this.state, "a", "", "Save again");
    link.href = this.address;
    link.download = name;
    link.click();
  }

  async takeFilm() {
    const player = this.player();
    if (!player) return;
    const began = performance.now();
    this.stopped = false;
    this.busy(true);
    try {
      const report = (/** @type {number} */ done, /** @type {number} */ total) =>
        this.progress(done, total);
      const blob = await gif(player, this.data, report, Number(this.width.value));
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      if (blob) this.save(blob, `${this.data.name}.gif`, `${size(blob)} in ${seconds} s.`);
      else this.state.textContent = "Stopped.";
    } finally {
      this.busy(false);
    }
  }

  /**
   * @param {number} done
   * @param {number} total
   */
  progress(done, total) {
    [this.bar.max, this.bar.value] = [total, done];
    this.state.textContent = `Drawing frame ${done + 1} of ${total}`;
    return !this.stopped && this.root.isConnected;
  }

  destroy() {
    this.cancel();
    URL.revokeObjectURL(this.address);
    this.root.remove();
    this.style.remove();
  }
}

export default mounted(Pictures);
