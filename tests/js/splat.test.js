// Dots by hand: where they fall, how much light they leave, what happens at the edge.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.OffscreenCanvas = class {
  constructor(width, height) {
    Object.assign(this, { width, height });
  }

  getContext() {
    return { putImageData: () => {} };
  }
};
globalThis.ImageData = class {
  constructor(width, height) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
};
const { Splat } = await import("../../assets/js/player/layers/splat.js");

const MAP = { sx: 10, sy: 10, ox: 50, oy: 50 }; // the data's zero is the middle of 100 pixels
const RED = [255, 0, 0];

/** The middle of all light, in pixels of the plot. */
function centre(splat) {
  let [sum, x, y] = [0, 0, 0];
  splat.energy.forEach((value, k) => {
    sum += value;
    x += value * ((k % splat.width) + 0.5);
    y += value * (Math.floor(k / splat.width) + 0.5);
  });
  return { sum, x: x / sum - splat.pad, y: y / sum - splat.pad };
}

function lit(points, { a = 0, b = 0, f = 0 } = {}) {
  const splat = new Splat(100, 100, 3, 0.8, [RED], null);
  splat.clear();
  splat.add(Float32Array.from(points.flat()), 1, a, b, f, MAP, null);
  return splat;
}

test("a dot falls where the map says, upwards is up", () => {
  const { x, y } = centre(lit([[2, 3]]));
  assert.ok(Math.abs(x - 70) < 0.6, `${x}`);
  assert.ok(Math.abs(y - 20) < 0.6, `${y}`);
});

test("slow motion moves it by less than a pixel", () => {
  const xs = [0, 0.25, 0.5, 0.75].map(
    (f) =>
      centre(
        lit(
          [
            [0, 0],
            [0.1, 0],
          ],
          { b: 2, f },
        ),
      ).x,
  );
  for (let k = 1; k < xs.length; k += 1) {
    const step = xs[k] - xs[k - 1];
    assert.ok(step > 0.1 && step < 0.4, `${step}`);
  }
});

test("two dots leave twice the light of one, and a dot outside or NaN none", () => {
  const splat = new Splat(100, 100, 3, 0.8, [RED], null);
  splat.clear();
  splat.add(Float32Array.of(0, 0, 0, 0), 2, 0, 0, 0, MAP, null);
  assert.equal(centre(splat).sum, 2 * centre(lit([[0, 0]])).sum);
  const none = (points) => lit(points).energy.every((value) => value === 0);
  assert.ok(none([[99, 0]]) && none([[0, -99]]) && none([[Number.NaN, 0]]));
});

test("one colour is painted as it is, more opaque where more light is", () => {
  const splat = lit([[0, 0]]);
  splat.paint({ drawImage: () => {} }, 0, 0);
  const { data } = splat.image;
  const brightest = splat.energy.indexOf(Math.max(...splat.energy));
  assert.deepEqual([...data.slice(4 * brightest, 4 * brightest + 3)], RED);
  assert.ok(Math.abs(data[4 * brightest + 3] / 255 - 0.8) < 0.02);
});

test("of many colours the later dot covers the earlier one", () => {
  const splat = new Splat(100, 100, 3, 1, [RED, [0, 0, 255]], null);
  splat.clear();
  splat.add(Float32Array.of(0, 0, 0, 0), 2, 0, 0, 0, MAP, Uint8Array.of(0, 1));
  splat.paint({ drawImage: () => {} }, 0, 0);
  const middle = 4 * ((50 + splat.pad) * splat.width + 50 + splat.pad);
  const [r, , b] = splat.image.data.slice(middle, middle + 3);
  assert.ok(b > 240 && r < 16, `${r} ${b}`);
});
