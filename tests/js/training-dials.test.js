// Dots on the dials glide the shorter way round.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shorter } from "../../assets/js/training-dials.js";

test("across ±180° the way is short", () => {
  const gap = (170 * Math.PI) / 180 - (-170 * Math.PI) / 180;
  assert.ok(Math.abs(shorter(gap) + (20 * Math.PI) / 180) < 1e-12);
  assert.ok(Math.abs(shorter(0.3) - 0.3) < 1e-12);
  assert.ok(Math.abs(Math.abs(shorter(3 * Math.PI)) - Math.PI) < 1e-12);
});
