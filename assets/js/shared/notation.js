// Symbols with subscripts in running text, as engine/notation.py has them: "x_0", "x_{t−1}",
// "ᾱ_T", "R_g". The page sets them with <sub>, a canvas in small letters below the line.

import { added } from "./dom.js";

/** @import { Context } from "./types.d.ts" */

// A letter, with its hat, or SNR; then one letter or what stands in braces.
const SYMBOL =
  /(?<![\p{L}\p{N}_])((?:SNR|\p{L})\u0302?)_(?:\{([^{}]+)\}|([\p{L}\p{N}]))(?![\p{L}\p{N}])/gu;
const SMALL = 0.72; // of the letters around
const LOWER = 0.2; // below the line, in heights of these

/**
 * Text in pieces, each on the line or below it.
 *
 * @param {string} text
 * @returns {{ text: string, below: boolean }[]}
 */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const met of text.matchAll(SYMBOL)) {
    found.push({ text: text.slice(from, met.index) + met[1], below: false });
    found.push({ text: met[2] ?? met[3], below: true });
    from = met.index + met[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), below: false });
  return found;
}

/**
 * Write the text into an element of the page, in place of what it holds.
 *
 * @param {Element} element
 * @param {string} text
 */
export function set(element, text) {
  element.replaceChildren();
  for (const piece of pieces(text)) {
    if (piece.below) added(element, "sub", "", piece.text);
    else element.append(piece.text);
  }
}

/**
 * Text as one says it, for what can show no subscripts: "x 0".
 *
 * @param {string} text
 */
export function spoken(text) {
  return text.replace(SYMBOL, (_, symbol, long, short) => `${symbol} ${long ?? short}`);
}

/**
 * Do something with each piece in its own font, from left to right; the width of the whole text.
 *
 * @param {Context} ctx
 * @param {string} text
 * @param {(text: string, x: number, lower: number) => void} [draw]
 */
function run(ctx, text, draw) {
  const font = ctx.font;
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12);
  const small = font.replace(/[\d.]+px/, `${(size * SMALL).toFixed(2)}px`);
  let width = 0;
  for (const piece of pieces(text)) {
    ctx.font = piece.below ? small : font;
    draw?.(piece.text, width, piece.below ? size * LOWER : 0);
    width += ctx.measureText(piece.text).width;
  }
  ctx.font = font;
  return width;
}

/**
 * How wide the text is in the font of the pen.
 *
 * @param {Context} ctx
 * @param {string} text
 */
export function widthOf(ctx, text) {
  return run(ctx, text);
}

/**
 * `fillText` of text with subscripts, by the pen's own alignment.
 *
 * @param {Context} ctx
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
export function write(ctx, text, x, y) {
  const align = ctx.textAlign;
  const share = { center: 0.5, right: 1, end: 1, left: 0, start: 0 }[align];
  const from = x - (share ? share * widthOf(ctx, text) : 0);
  ctx.textAlign = "left";
  run(ctx, text, (piece, along, lower) => ctx.fillText(piece, from + along, y + lower));
  ctx.textAlign = align;
}

/**
 * A number in powers of ten: 0.00000024 is "2.4 × 10⁻⁷", 0.0001 with no digits "10⁻⁴".
 *
 * @param {number} value
 * @param {number} digits Behind the point.
 */
export function powerOfTen(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  const raised = [...exponent.replace("+", "")]
    .map((letter) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(letter)] ?? "⁻")
    .join("");
  const sign = value < 0 ? "−" : "";
  const size = mantissa.replace("-", "");
  return size === "1" && digits === 0 ? `${sign}10${raised}` : `${sign}${size} × 10${raised}`;
}
