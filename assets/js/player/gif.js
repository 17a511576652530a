// An animated GIF (GIF89a): one palette for all frames, so that nothing flickers; of every frame
// but the first only the rectangle that changed, and in it what did not change is left transparent.

/** @import { Rgb } from "../shared/types.d.ts" */
/** @typedef {{ n: number, rgb: Rgb }} Bin A colour and how many pixels have it. */
/** @typedef {{ all: Bin[], axis: number, weight: number }} Box */

const CLEAR = 256; // codes of LZW at eight bits a pixel
const END = 257;
const BINS = 1 << 15; // colours are distinguished to five bits a channel
const TRANSPARENT = 255;

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} k
 */
const bin = (pixels, k) =>
  ((pixels[k] >> 3) << 10) | ((pixels[k + 1] >> 3) << 5) | (pixels[k + 2] >> 3);

// Up to 255 colours for pictures (RGBA bytes) by median cut; ``exact`` [r, g, b] is one of them.
export class Palette {
  /**
   * @param {Uint8ClampedArray[]} pictures
   * @param {Rgb} exact
   */
  constructor(pictures, exact) {
    const count = new Uint32Array(BINS);
    const sums = new Float64Array(3 * BINS);
    for (const pixels of pictures) {
      for (let k = 0; k < pixels.length; k += 4) {
        const b = bin(pixels, k);
        count[b] += 1;
        for (let c = 0; c < 3; c += 1) sums[3 * b + c] += pixels[k + c];
      }
    }
    const used = [];
    for (let b = 0; b < BINS; b += 1) {
      if (count[b]) used.push({ n: count[b], rgb: triple((c) => sums[3 * b + c] / count[b]) });
    }
    this.colours = cut(used, TRANSPARENT).map(mean);
    this.colours[nearest(this.colours, exact)] = exact;
    this.table = new Int16Array(BINS).fill(-1);
  }

  /**
   * The index of the colour nearest to a pixel, remembered by bin.
   *
   * @param {Uint8ClampedArray} pixels
   * @param {number} k
   */
  index(pixels, k) {
    const b = bin(pixels, k);
    if (this.table[b] < 0)
      this.table[b] = nearest(this.colours, [pixels[k], pixels[k + 1], pixels[k + 2]]);
    return this.table[b];
  }
}

/**
 * @param {Rgb[]} colours
 * @param {Rgb} colour
 */
function nearest(colours, [r, g, b]) {
  let best = 0;
  let least = Infinity;
  for (let k = 0; k < colours.length; k += 1) {
    const [x, y, z] = colours[k];
    const far = (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
    if (far < least) [least, best] = [far, k];
  }
  return best;
}

/**
 * Split the box with the longest side, weighed by how many pixels it holds, until there are enough.
 *
 * @param {Bin[]} colours
 * @param {number} wanted
 */
function cut(colours, wanted) {
  const boxes = [measured(colours)];
  while (boxes.length < wanted) {
    let at = 0;
    for (let k = 1; k < boxes.length; k += 1) if (boxes[k].weight > boxes[at].weight) at = k;
    const box = boxes[at];
    if (box.weight <= 0) break;
    const { axis, all } = box;
    all.sort((p, q) => p.rgb[axis] - q.rgb[axis]);
    const middle = (all[0].rgb[axis] + all[all.length - 1].rgb[axis]) / 2;
    const k = Math.min(
      all.length - 1,
      Math.max(
        1,
        all.findIndex((p) => p.rgb[axis] > middle),
      ),
    );
    boxes.splice(at, 1, measured(all.slice(0, k)), measured(all.slice(k)));
  }
  return boxes.map((box) => box.all);
}

/**
 * @param {Bin[]} all
 * @returns {Box}
 */
function measured(all) {
  const sides = [0, 1, 2].map((c) => {
    const values = all.map((p) => p.rgb[c]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const axis = sides.indexOf(Math.max(...sides));
  const n = all.reduce((sum, p) => sum + p.n, 0);
  return { all, axis, weight: all.length > 1 ? sides[axis] * Math.sqrt(n) : 0 };
}

/**
 * @param {Bin[]} all
 * @returns {Rgb}
 */
function mean(all) {
  const n = all.reduce((sum, p) => sum + p.n, 0);
  return triple((c) => Math.round(all.reduce((sum, p) => sum + p.n * p.rgb[c], 0) / n));
}

/**
 * @param {(channel: number) => number} value
 * @returns {Rgb}
 */
function triple(value) {
  return [value(0), value(1), value(2)];
}

class Bytes {
  constructor() {
    this.data = new Uint8Array(1 << 20);
    this.size = 0;
  }

  /**
   * Numbers 0 to 255, one by one or as an array.
   *
   * @param {...number} values
   */
  put(...values) {
    this.append(values, values.length);
  }

  /**
   * @param {number[] | Uint8Array} values
   * @param {number} count
   */
  append(values, count) {
    while (this.size + count > this.data.length) {
      const larger = new Uint8Array(2 * this.data.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data.set(count === values.length ? values : values.slice(0, count), this.size);
    this.size += count;
  }

  /** @param {...number} values */
  short(...values) {
    for (const value of values) this.put(value & 255, value >> 8);
  }

  /** @param {string} letters */
  text(letters) {
    this.put(...[...letters].map((letter) => letter.charCodeAt(0)));
  }
}

export class Gif {
  /**
   * @param {number} width
   * @param {number} height
   * @param {Palette} palette
   */
  constructor(width, height, palette) {
    this.width = width;
    this.height = height;
    this.palette = palette;
    this.out = new Bytes();
    /** @type {Uint8Array<ArrayBuffer> | null} Indices of the picture before. */
    this.before = null;
    this.codes = new Int16Array(4096 * 256);
    const { out } = this;
    out.text("GIF89a");
    out.short(width, height);
    out.put(0xf7, 0, 0);
    for (let k = 0; k < 256; k += 1) out.put(...(palette.colours[k] ?? [0, 0, 0]));
    out.put(0x21, 0xff, 11);
    out.text("NETSCAPE2.0");
    out.put(3, 1, 0, 0, 0);
  }

  /**
   * pixels: RGBA bytes of the whole picture; it stays for ``delay`` hundredths of a second.
   *
   * @param {Uint8ClampedArray} pixels
   * @param {number} delay
   */
  add(pixels, delay) {
    const { width, height, palette, out, before } = this;
    const now = new Uint8Array(width * height);
    let [left, right, top, bottom] = [width, -1, height, -1];
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 1) {
        now[at] = palette.index(pixels, 4 * at);
        if (before && now[at] === before[at]) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        bottom = y;
      }
    }
    if (right < 0) [left, right, top, bottom] = [0, 0, 0, 0];
    out.put(0x21, 0xf9, 4, before ? 0x05 : 0x04);
    out.short(delay);
    out.put(TRANSPARENT, 0);
    out.put(0x2c);
    out.short(left, top, right - left + 1, bottom - top + 1);
    out.put(0);
    this.compress(now, before, left, right, top, bottom);
    this.before = now;
  }

  /**
   * LZW of a rectangle in blocks of at most 255 bytes.
   *
   * @param {Uint8Array} now
   * @param {Uint8Array | null} before
   * @param {number} left
   * @param {number} right
   * @param {number} top
   * @param {number} bottom
   */
  compress(now, before, left, right, top, bottom) {
    const { codes, out, width } = this;
    const block = new Uint8Array(255);
    let [filled, buffer, held, size, next, prefix] = [0, 0, 0, 9, END + 1, -1];
    const flush = () => {
      if (!filled) return;
      out.put(filled);
      out.append(block, filled);
      filled = 0;
    };
    /** @param {number} code */
    const emit = (code) => {
      buffer |= code << held;
      held += size;
      for (; held >= 8; held -= 8, buffer >>>= 8) {
        block[filled] = buffer & 255;
        filled += 1;
        if (filled === 255) flush();
      }
    };
    out.put(8);
    codes.fill(0);
    emit(CLEAR);
    for (let y = top; y <= bottom; y += 1) {
      for (let x = left, at = y * width + left; x <= right; x += 1, at += 1) {
        const value = before && now[at] === before[at] ? TRANSPARENT : now[at];
        if (prefix < 0) {
          prefix = value;
          continue;
        }
        const place = (prefix << 8) | value;
        if (codes[place]) {
          prefix = codes[place];
          continue;
        }
        emit(prefix);
        prefix = value;
        if (next < 4096) {
          codes[place] = next;
          if (next === 1 << size) size += 1;
          next += 1;
        } else {
          emit(CLEAR);
          codes.fill(0);
          [size, next] = [9, END + 1];
        }
      }
    }
    emit(prefix);
    if (next === 1 << size && size < 12) size += 1;
    emit(END);
    if (held > 0) {
      block[filled] = buffer & 255;
      filled += 1;
    }
    flush();
    out.put(0);
  }

  get size() {
    return this.out.size;
  }

  blob() {
    this.out.put(0x3b);
    return new Blob([this.out.data.subarray(0, this.out.size)], { type: "image/gif" });
  }
}
