// Streamlit's theme as the drawings need it: plain "#rrggbb" colours, read from the page.

import { blend, css, hex, isDark, rgb } from "./colour.js";
import { hiddenCanvas } from "./dom.js";

/** @import { Pair, Stops } from "./types.d.ts" */

/**
 * Any CSS colour as "#rrggbb": the browser paints one pixel with it.
 *
 * @param {string} colour
 */
function plain(colour) {
  const { ctx } = hiddenCanvas(1, 1, { willReadFrequently: true });
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, 1, 1);
  return hex(ctx.getImageData(0, 0, 1, 1).data);
}

/** @type {Map<string, string>} Colours of the page that have been read before. */
const known = new Map();

/** @param {string} colour */
function remembered(colour) {
  const found = known.get(colour) ?? plain(colour);
  known.set(colour, found);
  return found;
}

export class Theme {
  /**
   * @param {Element} element Inside the part of the page whose theme it is.
   * @param {Record<string, Stops>} [scales] Of colours, by name.
   * @param {Pair} [noise] The colour of noise.
   */
  constructor(element, scales = {}, noise) {
    const style = getComputedStyle(element);
    /** @param {string} name */
    const read = (name) => style.getPropertyValue(name).trim();
    this.background = remembered(read("--st-background-color"));
    this.ink = remembered(read("--st-text-color"));
    this.rule = remembered(read("--st-border-color"));
    this.accent = remembered(read("--st-primary-color"));
    this.muted = css(blend(rgb(this.ink), rgb(this.background), 0.36));
    this.font = `${read("--st-font") || "Inter"}, system-ui, sans-serif`;
    this.dark = isDark(this.background);
    this.scales = scales;
    this.noise = noise ? this.colour(noise) : this.ink;
  }

  /** @param {Pair} pair */
  colour(pair) {
    return pair[this.dark ? 1 : 0];
  }

  /** @param {string} name */
  scale(name) {
    return this.scales[name][this.dark ? 1 : 0];
  }

  /** Differs between themes that look different. */
  get name() {
    return [this.background, this.ink, this.accent, this.font].join();
  }
}
