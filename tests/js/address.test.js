// The address of a page: what the browser holds there stays, whatever else is written; one act of a
// hand is one step of the history. A window of its own stands in for the browser's.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** @type {URL[]} */
let entries;
/** @type {Record<string, (event: any) => void>} */
const listeners = {};
const here = () => entries[entries.length - 1];
const whole = (url) => new URL(url, here());

globalThis.document = /** @type {any} */ ({
  get baseURI() {
    return here().href;
  },
});
globalThis.HTMLAnchorElement = /** @type {any} */ (class {});
globalThis.window = /** @type {any} */ ({
  get location() {
    return here();
  },
  history: {
    state: null,
    pushState: (_state, _unused, url) => entries.push(whole(url)),
    replaceState: (_state, _unused, url) => {
      entries[entries.length - 1] = whole(url);
    },
  },
  addEventListener: (name, listener) => {
    listeners[name] = listener;
  },
  setTimeout: (call) => setTimeout(call, 0),
  clearTimeout,
});
globalThis.requestAnimationFrame = () => 1;

const { guard, Held, read, write } = await import("../../assets/js/shared/address.js");
const { Clock } = await import("../../assets/js/player/clock.js");
const { Moment } = await import("../../assets/js/player/moment.js");
guard();
const { history } = globalThis.window;
const push = (url) => history.pushState({}, "", url);
const touch = () => listeners.pointerdown({});
function hold(name, text, follow = (_) => {}) {
  const held = new Held(name, () => text, follow);
  held.write();
  return held;
}

beforeEach(() => {
  if (entries) push("/elsewhere"); // what was held belongs to the page before
  entries = [new URL("http://localhost/roll?seed=4")];
});

test("what is held stays, and an old value does not come back", () => {
  hold("frame", "37.25");
  assert.equal(here().search, "?seed=4&frame=37.25");
  history.replaceState({}, "", "/roll?seed=5");
  assert.equal(here().search, "?seed=5&frame=37.25");
  hold("frame", null);
  history.replaceState({}, "", "/roll?seed=6&frame=37.25");
  assert.equal(here().search, "?seed=6");
});

test("an address that is written once does not stay", () => {
  write("z", "1,2");
  assert.equal(read("z"), "1,2");
  history.replaceState({}, "", "/roll");
  assert.equal(read("z"), null);
});

test("one act of a hand is one step of the history", () => {
  push("/roll?seed=4&steps=10");
  assert.equal(entries.length, 1, "nobody has touched anything");
  touch();
  push("/roll?steps=10");
  push("/roll?steps=20");
  assert.deepEqual(entries.map(String), [
    "http://localhost/roll?seed=4&steps=10",
    "http://localhost/roll?steps=20",
  ]);
  touch();
  push("/roll?steps=20");
  assert.equal(entries.length, 2, "nothing has changed");
});

test("a page that is left neither changes its address nor gives it to the next", () => {
  const late = hold("frame", "3");
  touch();
  const link = Object.assign(new globalThis.HTMLAnchorElement(), { href: "/helix" });
  listeners.click({ composedPath: () => [link] });
  push("/roll"); // the next page's address, before its path
  push("/helix");
  push("/helix?seed=7");
  late.write();
  assert.deepEqual(entries.map(String), [
    "http://localhost/roll?seed=4&frame=3",
    "http://localhost/helix?seed=7",
  ]);
});

test("the menu leads back to what was held, a link to what it says", () => {
  const go = (href) => {
    touch();
    const link = Object.assign(new globalThis.HTMLAnchorElement(), { href });
    listeners.click({ composedPath: () => [link] });
    push(new URL(href, here()).pathname);
  };
  hold("frame", "3");
  go("/helix");
  assert.equal(read("frame"), null);
  go("/roll");
  assert.equal(read("frame"), "3");
  hold("frame", "3");
  go("/helix");
  go("/roll?seed=7");
  assert.equal(read("frame"), null);
  hold("frame", "5");
  go("/helix");
  go("/roll");
  listeners.popstate({});
  assert.equal(read("frame"), null);
});

test("back tells what was held then", () => {
  const told = [];
  hold("frame", "3", (text) => told.push(text));
  entries.push(new URL("http://localhost/roll?frame=12.5"), new URL("http://localhost/roll"));
  listeners.popstate({});
  entries.pop();
  listeners.popstate({});
  assert.deepEqual(told, [null, "12.5"]);
});

test("a clock rests at the moment of its address, in its direction", () => {
  entries = [new URL("http://localhost/roll?frame=37.25r&other=x")];
  const clock = new Clock(() => {});
  clock.setFrames(101, 1);
  assert.ok(new Moment(clock).open("frame"));
  assert.deepEqual([clock.position, clock.direction, clock.playing], [37.25, -1, false]);
  for (const name of ["", "other", "missing"]) {
    assert.equal(new Moment(clock).open(name), false);
  }
});

test("the address says at which moment a clock rests, and nothing while it plays", async () => {
  const clock = new Clock(() => {});
  const moment = new Moment(clock);
  clock.setFrames(101, 1);
  moment.open("frame");
  const said = async () => {
    moment.note();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return read("frame");
  };
  assert.equal(await said(), null, "nobody has chosen the first frame");
  clock.seek(12.3456);
  assert.equal(await said(), "12.35");
  assert.equal(clock.position, 12.35, "what is seen is what the address says");
  clock.turn();
  assert.equal(await said(), null);
  clock.pause();
  assert.equal(await said(), "12.35r");
});
