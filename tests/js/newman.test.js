import assert from "node:assert/strict";
import test from "node:test";

import { spread } from "../../assets/js/viewer/torsions/newman.js";

/** @param {number[]} angles The smallest gap on the circle. */
function closest(angles) {
  const sorted = [...angles].sort((a, b) => a - b);
  const gaps = sorted.map((angle, i) =>
    i + 1 < sorted.length ? sorted[i + 1] - angle : sorted[0] + 2 * Math.PI - angle,
  );
  return Math.min(...gaps);
}

test("labels of an eclipsed bond stand side by side", () => {
  const third = (2 * Math.PI) / 3;
  const eclipsed = [0, third, -third, 0.02, third + 0.02, -third + 0.02];
  assert.ok(closest(spread(eclipsed, 0.46)) > 0.45);
});

test("labels that have room stay where they are", () => {
  const staggered = [0, 1.05, 2.09, Math.PI, -2.09, -1.05];
  assert.deepEqual(spread(staggered, 0.46), staggered);
});
