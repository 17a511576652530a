// A schedule drawn by hand: the curve never turns between its points, and points keep their order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../assets/js/drawing/strokes.js";
import { curve } from "../../assets/js/schedule/curve.js";
import { settled, widestGap } from "../../assets/js/schedule/points.js";

const POINTS = [
  [0.2, 0.9],
  [0.3, 0.2],
  [1, 0],
];

test("the curve meets its points and falls all the way", () => {
  const level = curve(POINTS);
  assert.equal(level(0), 1);
  for (const [time, value] of POINTS) assert.ok(Math.abs(level(time) - value) < 1e-12);
  for (let k = 0; k < 200; k += 1) assert.ok(level((k + 1) / 200) <= level(k / 200) + 1e-12);
});

test("a point that is dragged stays between its neighbours", () => {
  const [time, level] = settled(POINTS, 1, [0.05, 2]);
  assert.ok(time > 0.2 && level < 0.9);
  assert.deepEqual(settled(POINTS, 2, [0.5, -1]), [1, 0]);
});

test("a new point goes where there is most room, if there is any", () => {
  assert.equal(widestGap(POINTS), 2);
  assert.equal(
    widestGap([
      [0.001, 0.5],
      [0.002, 0.4],
      [1, 0.4],
    ]),
    -1,
  );
});

test("strokes come back from their text", () => {
  const strokes = [
    {
      width: 8,
      density: 15,
      corners: [
        [512, 300],
        [520, 290],
        [500, 310],
      ],
    },
  ];
  assert.deepEqual(decode(encode(strokes)), strokes);
  assert.deepEqual(decode(""), []);
});
