// The networks of the Symmetry page in the browser: the numbers of Python, and what they follow.
// tests/pages/test_symmetry.py sees to it that symmetry.json says what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { change, changed, difference } from "../../assets/js/symmetry/changes.js";
import { noise } from "../../assets/js/symmetry/networks.js";

const made = JSON.parse(readFileSync(new URL("./symmetry.json", import.meta.url), "utf8"));
const networks = Object.fromEntries(
  Object.entries(made.networks).map(([name, { weights, ...head }]) => [
    name,
    {
      ...head,
      weights: Object.fromEntries(
        Object.entries(weights).map(([key, values]) => [key, Float32Array.from(values)]),
      ),
    },
  ]),
);
const n = made.x.length / 3;
const order = [...Array(n).keys()];
const KINDS = { rotate: [50, 20], shift: [1.5, -0.7], mirror: [60, 25], renumber: [3, 0] };

for (const [name, net] of Object.entries(networks)) {
  test(`the ${name} network says what it says in Python`, () => {
    const found = noise(net, made.x, made.level, order);
    assert.ok(difference(found, made.noise[name]) < 1e-5);
    assert.ok(Math.hypot(...made.noise[name]) > 0.1);
  });
}

for (const [kind, [a, b]] of Object.entries(KINDS)) {
  const g = change(kind, a, b, n);
  const both = (net) => [
    noise(net, changed(g, made.x, true), made.level, g.order),
    changed(g, noise(net, made.x, made.level, order), false),
  ];

  test(`the EGNN follows: ${kind}`, () => {
    assert.ok(difference(...both(networks.egnn)) < 1e-5);
  });

  test(`the plain network does not: ${kind}`, () => {
    assert.ok(difference(...both(networks.plain)) > 0.02);
  });

  test(`distances stay, but for their order: ${kind}`, () => {
    const there = changed(g, made.x, true);
    const far = (x, i, j) => Math.hypot(...[0, 1, 2].map((k) => x[3 * i + k] - x[3 * j + k]));
    for (let i = 0; i < n; i += 1)
      for (let j = 0; j < n; j += 1)
        assert.ok(Math.abs(far(there, i, j) - far(made.x, g.order[i], g.order[j])) < 1e-5);
  });
}

test("a mirror turns a right hand into a left one, a rotation does not", () => {
  const volume = ({ matrix: [p, q, r] }) =>
    p[0] * (q[1] * r[2] - q[2] * r[1]) -
    p[1] * (q[0] * r[2] - q[2] * r[0]) +
    p[2] * (q[0] * r[1] - q[1] * r[0]);
  assert.ok(Math.abs(volume(change("mirror", 33, 12, n)) + 1) < 1e-9);
  assert.ok(Math.abs(volume(change("rotate", 33, 12, n)) - 1) < 1e-9);
});

test("every shuffle holds each bead once, and number 0 is no shuffle", () => {
  for (let k = 0; k < 20; k += 1)
    assert.deepEqual(
      [...change("renumber", k, 0, n).order].sort((a, b) => a - b),
      order,
    );
  assert.deepEqual(change("renumber", 0, 0, n).order, order);
  assert.notDeepEqual(change("renumber", 1, 0, n).order, order);
});
