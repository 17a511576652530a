// Symbols in running text: what is on the line and what below it; numbers in powers of ten.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces, powerOfTen, spoken, write } from "../../assets/js/shared/notation.js";

/** @param {string} text */
const marked = (text) =>
  pieces(text)
    .map((piece) => (piece.below ? `<${piece.text}>` : piece.text))
    .join("");

test("subscripts are taken out of the text, names with underscores stay", () => {
  assert.equal(marked("E[x_0 | x_t] of q(x_{t−1})"), "E[x<0> | x<t>] of q(x<t−1>)");
  assert.equal(
    marked("√ᾱ_T, ln SNR_t, R_g = 1.50 σ, x̂_0"),
    "√ᾱ<T>, ln SNR<t>, R<g> = 1.50 σ, x̂<0>",
  );
  assert.equal(marked("beta_max, noise_T, few_n, x_10"), "beta_max, noise_T, few_n, x_10");
  assert.equal(spoken("data x_0"), "data x 0");
});

test("numbers in powers of ten", () => {
  assert.equal(powerOfTen(2.4e-7, 1), "2.4 × 10⁻⁷");
  assert.equal(powerOfTen(1e-5, 0), "10⁻⁵");
  assert.equal(powerOfTen(-3e12, 0), "−3 × 10¹²");
});

test("on a canvas a subscript is small, lower, and the whole text is aligned", () => {
  const drawn = /** @type {[string, number, number, string][]} */ ([]);
  const pen = {
    font: "500 10px Inter",
    textAlign: "right",
    /** @param {string} text */
    measureText: (text) => ({ width: text.length * Number(/([\d.]+)px/.exec(pen.font)?.[1]) }),
    /**
     * @param {string} text
     * @param {number} x
     * @param {number} y
     */
    fillText: (text, x, y) => drawn.push([text, x, y, pen.font]),
  };
  write(/** @type {any} */ (pen), "x_0 =", 100, 50);
  assert.deepEqual(drawn, [
    ["x", 100 - 37.2, 50, "500 10px Inter"],
    ["0", 100 - 27.2, 52, "500 7.20px Inter"],
    [" =", 100 - 20, 50, "500 10px Inter"],
  ]);
  assert.equal(pen.font, "500 10px Inter");
  assert.equal(pen.textAlign, "right");
});
