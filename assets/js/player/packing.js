// Numbers as Python sends them: as they are, as whole multiples of a step, or as a film in Rice
// codes (engine/figures/player/rice_codes.py says how those are made).

/** @import { Numbers } from "../shared/types.d.ts" */

const DIFFERENCES = 128;

/**
 * @param {Numbers} values
 * @param {{ step?: number, coded?: boolean, shape: number[] }} how
 * @returns {Numbers}
 */
export function decoded(values, { step = 0, coded, shape }) {
  if (coded)
    return unpacked(
      values,
      shape[0],
      shape.slice(1).reduce((all, side) => all * side, 1),
      step,
    );
  if (!step) return values;
  const numbers = new Float32Array(values.length);
  for (let k = 0; k < numbers.length; k += 1)
    numbers[k] = values[k] === -32768 ? NaN : values[k] * step;
  return numbers;
}

/**
 * (frames x count) numbers. Codes are read through a window of 32 bits, at least 25 of them valid.
 *
 * @param {Numbers} bytes
 * @param {number} frames
 * @param {number} count Numbers a frame.
 * @param {number} step
 */
function unpacked(bytes, frames, count, step) {
  const numbers = new Float32Array(frames * count);
  const whole = new Int32Array(count);
  let at = 8 * frames;
  const window = () => {
    const p = at >> 3;
    return (
      ((bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3]) << (at & 7)
    );
  };
  const high = new Int32Array(count);
  for (let k = 0, out = 0; k < frames; k += 1) {
    const differences = bytes[k] >= DIFFERENCES;
    const r = bytes[k] % DIFFERENCES;
    for (let n = 0; n < count; n += 1) {
      let zeros = Math.clz32(window());
      for (high[n] = 0; zeros >= 24; zeros = Math.clz32(window())) {
        high[n] += 24;
        at += 24;
      }
      high[n] += zeros;
      at += zeros + 1;
    }
    at = (at + 7) & ~7;
    for (let n = 0; n < count; n += 1, out += 1) {
      const u = (high[n] << r) | (r ? window() >>> (32 - r) : 0);
      at += r;
      const number = (u >>> 1) ^ -(u & 1);
      whole[n] = differences ? whole[n] + number : number;
      numbers[out] = whole[n] * step;
    }
    at = (at + 7) & ~7;
  }
  return numbers;
}
