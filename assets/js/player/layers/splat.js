// Thousands of soft dots by hand: the browser's own drawImage is too slow without a graphics card.
// A dot is a small mask, kept at SUB x SUB sub-pixel shifts so that slow motion stays smooth.
//
// One colour: every dot adds light to a buffer of energies; a table turns the energy of a pixel
// into its opacity 1 - exp(-energy) (what stacking dots would give) and, on dark, into a brighter
// core. Many colours: dots are blended one over the other, alpha premultiplied, two channels at a
// time.

import { hiddenCanvas } from "../../shared/dom.js";

/** @import { Context, Numbers, Rgb } from "../../shared/types.d.ts" */
/** @typedef {{ sx: number, sy: number, ox: number, oy: number }} Affine */

const SUB = 4;
const TOP = 1023; // the energy at which the table ends
const UNIT = 160; // table steps per unit of energy

/** @param {number} radius */
function masks(radius) {
  const size = Math.ceil(radius * 2 + 2);
  const all = [];
  for (let v = 0; v < SUB; v += 1) {
    for (let u = 0; u < SUB; u += 1) {
      const mask = new Float32Array(size * size);
      for (let y = 0; y < size; y += 1) {
        for (let x = 0; x < size; x += 1) {
          const far = Math.hypot(
            x + 0.5 - size / 2 - u / SUB + 0.5,
            y + 0.5 - size / 2 - v / SUB + 0.5,
          );
          const cover = Math.min(1, Math.max(0, (radius + 0.7 - far) / 1.4));
          mask[y * size + x] = cover * cover * (3 - 2 * cover);
        }
      }
      all.push(mask);
    }
  }
  return { size, all };
}

/**
 * Energy -> packed RGBA, from the colour towards `core` where much light gathers.
 *
 * @param {Rgb} colour
 * @param {Rgb | null} core
 */
function energyTable(colour, core) {
  const table = new Uint32Array(TOP + 1);
  for (let k = 1; k <= TOP; k += 1) {
    const alpha = 1 - Math.exp(-k / UNIT);
    const white = core ? Math.min(0.75, Math.max(0, (k / UNIT - 1.2) / 6)) : 0;
    const [r, g, b] = colour.map((v, c) => Math.round(v + ((core ? core[c] : v) - v) * white));
    table[k] = ((Math.round(alpha * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  return table;
}

export class Splat {
  /** @type {Uint16Array} */
  energy;
  /** @type {Rgb | null} */
  core;
  /** @type {Uint8Array} */
  red;
  /** @type {Uint8Array} */
  green;
  /** @type {Uint8Array} */
  blue;
  /** @type {Uint32Array} */
  table;

  /**
   * colours: list of [r, g, b]; more than one: dots carry an index into it. core: see energyTable.
   *
   * @param {number} width
   * @param {number} height
   * @param {number} radius
   * @param {number} alpha
   * @param {Rgb[]} colours
   * @param {Rgb | null} core
   */
  constructor(width, height, radius, alpha, colours, core) {
    const { size, all } = masks(radius);
    this.size = size;
    this.pad = size;
    this.width = width + 2 * size;
    this.height = height + 2 * size;
    this.hidden = hiddenCanvas(this.width, this.height);
    this.image = new ImageData(this.width, this.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    if (colours.length === 1) {
      const gain = -Math.log(1 - Math.min(0.97, alpha)) * UNIT;
      this.masks = all.map((mask) => Uint16Array.from(mask, (m) => Math.round(m * gain)));
      this.core = core;
      this.tint(colours[0]);
      this.energy = new Uint16Array(this.width * this.height);
    } else {
      this.masks = all.map((mask) => Uint8Array.from(mask, (m) => Math.round(m * alpha * 255)));
      this.red = Uint8Array.from(colours, (c) => c[0]);
      this.green = Uint8Array.from(colours, (c) => c[1]);
      this.blue = Uint8Array.from(colours, (c) => c[2]);
    }
  }

  /**
   * Change the one colour.
   *
   * @param {Rgb} colour
   */
  tint(colour) {
    this.table = energyTable(colour, this.core);
  }

  // Start a frame. Dots then come with x, y in pixels of the plot area.
  clear() {
    if (this.energy) this.energy.fill(0);
    else this.pixels.fill(0);
  }

  /**
   * xy: (count, 2) at offsets a and b, mixed by f; pixel = origin + scale * value.
   *
   * @param {Numbers} xy
   * @param {number} count
   * @param {number} a
   * @param {number} b
   * @param {number} f
   * @param {Affine} map
   * @param {Uint8Array | null} level
   */
  add(xy, count, a, b, f, map, level) {
    const { size, width, height, pad, masks: shifted } = this;
    const half = size / 2;
    const [right, low] = [width - size - 1, height - size - 1];
    for (let n = 0, p = a, q = b; n < count; n += 1, p += 2, q += 2) {
      const x = map.ox + (xy[p] + (xy[q] - xy[p]) * f) * map.sx + pad - half;
      const y = map.oy - (xy[p + 1] + (xy[q + 1] - xy[p + 1]) * f) * map.sy + pad - half;
      if (!(x >= 0 && y >= 0 && x < right && y < low)) continue;
      const [ix, iy] = [x | 0, y | 0];
      const mask = shifted[(((y - iy) * SUB) | 0) * SUB + (((x - ix) * SUB) | 0)];
      if (this.energy) this.light(mask, iy * width + ix);
      else this.blend(mask, iy * width + ix, level ? level[n] : 0);
    }
  }

  /**
   * @param {Uint16Array | Uint8Array} mask
   * @param {number} start
   */
  light(mask, start) {
    const { energy, size, width } = this;
    for (let r = 0, m = 0, at = start; r < size; r += 1, at += width) {
      for (let c = 0; c < size; c += 1, m += 1) energy[at + c] += mask[m];
    }
  }

  /**
   * @param {Uint16Array | Uint8Array} mask
   * @param {number} start
   * @param {number} level
   */
  blend(mask, start, level) {
    const { pixels, size, width } = this;
    const redBlue = (this.blue[level] << 16) | this.red[level];
    const alphaGreen = (255 << 16) | this.green[level];
    for (let r = 0, m = 0, at = start; r < size; r += 1, at += width) {
      for (let c = 0; c < size; c += 1, m += 1) {
        const alpha = mask[m];
        if (!alpha) continue;
        const rest = 255 - alpha;
        const old = pixels[at + c];
        const rb = ((redBlue * alpha + (old & 0xff00ff) * rest) / 256) & 0xff00ff;
        const ag = ((alphaGreen * alpha + ((old >>> 8) & 0xff00ff) * rest) / 256) & 0xff00ff;
        pixels[at + c] = ((ag << 8) | rb) >>> 0;
      }
    }
  }

  /**
   * Finish the frame and draw it with the plot area's corner at (left, top).
   *
   * @param {Context} ctx
   * @param {number} left
   * @param {number} top
   */
  paint(ctx, left, top) {
    const { pixels, energy, table } = this;
    if (energy) {
      for (let k = 0; k < pixels.length; k += 1) {
        const e = energy[k];
        pixels[k] = e < TOP ? table[e] : table[TOP];
      }
    } else {
      this.unmultiply();
    }
    this.hidden.ctx.putImageData(this.image, 0, 0);
    ctx.drawImage(this.hidden.canvas, left - this.pad, top - this.pad);
  }

  unmultiply() {
    const { data } = this.image;
    const { pixels } = this;
    for (let k = 0; k < pixels.length; k += 1) {
      if (!pixels[k]) continue;
      const alpha = data[4 * k + 3];
      if (!alpha || alpha === 255) continue;
      const factor = 255 / alpha;
      data[4 * k] *= factor;
      data[4 * k + 1] *= factor;
      data[4 * k + 2] *= factor;
    }
  }
}
