// Coordinates beside torsions: how atoms move between two frames, and what the meters say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LinearMotion } from "../../assets/js/two-ways/linear-motion.js";
import { KINDS, Readings } from "../../assets/js/two-ways/readings.js";

test("where every atom may move, atoms go straight from frame to frame", () => {
  const frames = Float32Array.of(0, 0, 0, 1, 1, 1, 2, 4, 6, 1, 1, 3);
  const motion = new LinearMotion(frames, [2, 1, 2]);
  assert.deepEqual([...motion.at(0)], [0, 0, 0, 1, 1, 1]);
  assert.deepEqual([...motion.at(0.5)], [1, 2, 3, 1, 1, 2]);
  assert.deepEqual([...motion.at(1)], [2, 4, 6, 1, 1, 3]);
});

// Two sides, four kinds, two frames, two conformers.
const TABLE = Float32Array.from({ length: 32 }, (_, k) => k / 100);

test("a reading is found by side, kind, frame and conformer", () => {
  const [left, right] = [0, 1].map((side) => new Readings(TABLE, side, 2, 2));
  assert.equal(left.at(0, 0, 1), TABLE[1]);
  assert.equal(left.at(2, 1, 0), TABLE[2 * 4 + 2]);
  assert.equal(right.at(3, 1, 1), TABLE[31]);
});

test("of several conformers errors say the worst, clashes and flips all", () => {
  const left = new Readings(TABLE, 0, 2, 2);
  assert.equal(left.of(0, 1, [0, 1]), TABLE[3]);
  assert.equal(left.of(3, 0, [0, 1]), TABLE[12] + TABLE[13]);
});

test("valid is a structure with every bond within 10 % and every hand kept", () => {
  const table = Float32Array.of(0.05, 0.2, 0.1, 0.02, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
  const readings = new Readings(table, 0, 2, 2);
  assert.deepEqual(
    [readings.valid(0, 0), readings.valid(0, 1), readings.valid(1, 1)],
    [true, false, false],
  );
  assert.equal(readings.count(0), 1);
});

test("numbers are said with the digits that count", () => {
  assert.equal(KINDS[0].say(0.033), "3.3 %");
  assert.equal(KINDS[0].say(3.06), "306 %");
  assert.equal(KINDS[1].say(0), "0.0°");
  assert.equal(KINDS[1].say(111.4), "111°");
});
