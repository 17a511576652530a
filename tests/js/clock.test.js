// The clock of the player: pace, direction, loop, holds. Time is handed to it, nothing waits.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Clock } from "../../assets/js/player/clock.js";

let waiting = null;
globalThis.requestAnimationFrame = (callback) => {
  waiting = callback;
  return 1;
};
globalThis.cancelAnimationFrame = () => {
  waiting = null;
};

let clock;
let drawn;
let now;

beforeEach(() => {
  waiting = null;
  drawn = 0;
  now = 1000;
  clock = new Clock(() => {
    drawn += 1;
  });
  clock.setFrames(101, 1); // 100 steps a second
  clock.setVisible(true);
});

/** Let so many frames of the screen pass, `ms` apart. */
function pass(frames, ms = 10) {
  for (let k = 0; k < frames && waiting; k += 1) {
    const callback = waiting;
    waiting = null;
    now += ms;
    callback(now);
  }
}

test("it looks for a while at the frame that a picture opens with", () => {
  clock.begin(null);
  assert.equal(clock.position, 0);
  clock.begin(60);
  clock.play();
  pass(401);
  assert.equal(clock.position, 60);
  pass(10);
  assert.ok(clock.position > 65);
});

test("it holds at the start, then runs at its pace", () => {
  clock.play();
  pass(51); // the first one only starts the clock; 500 ms of hold
  assert.equal(clock.position, 0);
  pass(10);
  assert.ok(Math.abs(clock.position - 10) < 1e-9);
});

test("speed multiplies the pace", () => {
  clock.hold = 0;
  clock.speed = 4;
  clock.play();
  clock.hold = 0;
  pass(11);
  assert.ok(Math.abs(clock.position - 40) < 1e-9);
});

test("reversed it runs to the start", () => {
  clock.seek(5);
  clock.turn();
  assert.equal(clock.direction, -1);
  pass(4);
  assert.ok(Math.abs(clock.position - 2) < 1e-9);
  pass(20);
  assert.equal(clock.position, 0);
});

test("with a loop it begins again after a hold, without one it stops", () => {
  clock.seek(99);
  clock.play();
  pass(3);
  assert.equal(clock.position, 100);
  pass(48);
  assert.ok(clock.playing && clock.position === 100);
  pass(2);
  assert.equal(clock.position, 0);
  clock.loop = false;
  clock.seek(99);
  clock.play();
  pass(5);
  assert.ok(!clock.playing && clock.position === 100);
  assert.equal(waiting, null, "and asks for no more frames");
});

test("out of sight nothing moves, and one drawing is all that is made", () => {
  clock.hold = 0;
  clock.play();
  clock.hold = 0;
  clock.setVisible(false);
  pass(100);
  assert.equal(clock.position, 0);
  assert.equal(drawn, 1);
});

test("other data keep the share that has passed", () => {
  clock.seek(50);
  clock.setFrames(11, 2);
  assert.equal(clock.position, 5);
});

test("steps go to whole frames and stay inside", () => {
  clock.seek(3.4);
  clock.step(1);
  assert.equal(clock.position, 4);
  clock.step(-10);
  assert.equal(clock.position, 0);
});

test("leaps go to the tenths of a pass, in the direction in which it plays", () => {
  clock.seek(33.3);
  clock.leap(0.1);
  assert.equal(clock.position, 40);
  clock.leap(0.1);
  assert.equal(clock.position, 50);
  clock.leap(-0.1);
  assert.equal(clock.position, 40);
  clock.seek(97);
  clock.leap(0.1);
  assert.equal(clock.position, 100);
  clock.direction = -1;
  clock.leap(0.1);
  assert.equal(clock.position, 90);
  clock.setFrames(26, 1);
  clock.seek(25);
  for (const frame of [22, 20, 17]) {
    clock.leap(0.1);
    assert.equal(clock.position, frame);
  }
});
