// Colours, scales and vectors.

import assert from "node:assert/strict";
import { test } from "node:test";
import { blend, hex, isDark, lookup, mixed, onScale, rgb } from "../../assets/js/shared/colour.js";
import { about, dot, multiply, rotate } from "../../assets/js/shared/vectors.js";

test("hex and rgb are each other's inverse", () => {
  for (const colour of ["#000000", "#0a0b0c", "#ffffff", "#3d3a9e"]) {
    assert.equal(hex(rgb(colour)), colour);
  }
});

test("a blend begins and ends at its colours", () => {
  const [one, two] = [rgb("#102030"), rgb("#f0e0d0")];
  assert.deepEqual(blend(one, two, 0), one);
  assert.deepEqual(blend(one, two, 1), two);
  assert.equal(mixed("#000000", "#ffffff", 0.5), "#808080");
});

test("a scale passes through its stops and ends at its ends", () => {
  const stops = ["#000000", "#ff0000", "#ffffff"];
  assert.deepEqual(onScale(stops, 0.5), [255, 0, 0]);
  assert.deepEqual(onScale(stops, 7), [255, 255, 255]);
  assert.deepEqual(onScale(stops, -1), [0, 0, 0]);
  const colours = lookup(stops, 5);
  assert.equal(colours.length, 5);
  assert.deepEqual(colours[0], [0, 0, 0]);
  assert.deepEqual(colours[4], [255, 255, 255]);
});

test("the app's two backgrounds are told apart", () => {
  assert.equal(isDark("#101418"), true);
  assert.equal(isDark("#fcfbf8"), false);
});

test("turns add up, and keep lengths", () => {
  const [half, whole] = [about([0, 0, 1], 0.4), about([0, 0, 1], 0.8)];
  const v = [1, 2, 3];
  const twice = rotate(multiply(half, half), v);
  rotate(whole, v).forEach((value, k) => {
    assert.ok(Math.abs(value - twice[k]) < 1e-12);
  });
  assert.ok(Math.abs(dot(twice, twice) - 14) < 1e-12);
});
