// What Python packs (engine/figures/player/rice_codes.py) is read as the same numbers. The film in
// packed_film.json is made, and kept, by tests/figures/player/test_rice_codes.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decoded } from "../../assets/js/player/packing.js";

const film = JSON.parse(readFileSync(new URL("packed_film.json", import.meta.url), "utf-8"));

test("a film in Rice codes comes back to the last step", () => {
  const bytes = Uint8Array.from(film.bytes);
  const read = decoded(bytes, { step: film.step, coded: true, shape: film.shape });
  assert.equal(read.length, film.steps.length);
  film.steps.forEach((whole, k) => {
    assert.equal(Math.round(read[k] / film.step), whole);
  });
});

test("multiples of a step, and NaN where there is none", () => {
  const read = decoded(Int16Array.of(0, 3, -32767, -32768), { step: 0.5, shape: [4] });
  assert.deepEqual([...read], [0, 1.5, -16383.5, Number.NaN]);
});

test("plain numbers stay as they are", () => {
  const values = Float32Array.of(1, 2);
  assert.equal(decoded(values, { step: 0, shape: [2] }), values);
});
