// How a component's picture arrives: fetched once, never in the wrong order, asked for again.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { mounted } from "../../assets/js/shared/mount.js";

/** A block without arrays; its head says which it is. */
function blockOf(name) {
  const text = new TextEncoder().encode(JSON.stringify({ head: { name }, arrays: {} }));
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  return bytes.buffer;
}

const textOf = (name) => btoa(String.fromCharCode(...new Uint8Array(blockOf(name))));

let asked; // by address, in order: what answers the fetch
let shown; // the names of the pictures
let told;
let pauses;
let mount;

class Picture {
  update(data) {
    shown.push(data.name);
  }
  loading() {
    shown.push("loading");
  }
  destroy() {}
}

globalThis.document = { baseURI: "http://host/app/page" };
globalThis.fetch = (url) =>
  new Promise((answer, fail) => asked.push({ path: url.pathname, answer, fail }));

beforeEach(() => {
  [asked, shown, told, pauses] = [[], [], [], []];
  const kind = mounted(Picture);
  const parentElement = { isConnected: true };
  const setStateValue = (name, value) => told.push([name, value]);
  mount = (data) => kind({ parentElement, data, setStateValue });
});

/** Until all that has been promised is done; nobody waits for a pause. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
globalThis.setTimeout = (callback, pause) => {
  pauses.push(pause);
  setImmediate(callback);
};
const ok = (name) => ({ ok: true, status: 200, arrayBuffer: async () => blockOf(name) });

test("a picture is fetched once, relative to the app", async () => {
  mount({ picture: "assets/pictures/1", serial: 1 });
  assert.deepEqual(shown, ["loading"]);
  asked[0].answer(ok("one"));
  await settled();
  mount({ picture: "assets/pictures/1", serial: 2 });
  assert.deepEqual(shown, ["loading", "one", "one"]);
  assert.deepEqual(
    asked.map(({ path }) => path),
    ["/app/assets/pictures/1"],
  );
});

test("an answer that arrives late is not shown", async () => {
  mount({ picture: "assets/pictures/1", serial: 1 });
  mount({ picture: "assets/pictures/2", serial: 2 });
  asked[1].answer(ok("two"));
  await settled();
  asked[0].answer(ok("one"));
  await settled();
  assert.equal(shown.at(-1), "two");
  assert.ok(!shown.includes("one"));
});

test("what travels with the data goes before what was fetched", async () => {
  mount({ picture: "assets/pictures/1", blocks: [textOf("two")], serial: 1 });
  asked[0].answer(ok("one"));
  await settled();
  mount({ picture: "assets/pictures/1", serial: 2 });
  assert.deepEqual(shown, ["loading", "two", "one"]);
});

test("a picture that the server has forgotten is asked of Python", async () => {
  mount({ picture: "assets/pictures/1", serial: 1 });
  asked[0].answer({ ok: false, status: 404 });
  await settled();
  assert.deepEqual(told, [["missing", "assets/pictures/1"]]);
  mount({ blocks: [textOf("one")], serial: 2 });
  assert.equal(shown.at(-1), "one");
});

test("a server that is busy is asked again, ever later", async () => {
  mount({ picture: "assets/pictures/1", serial: 1 });
  asked[0].fail(new TypeError("reset"));
  await settled();
  asked[1].answer({ ok: false, status: 503 });
  await settled();
  asked[2].answer(ok("one"));
  await settled();
  assert.equal(shown.at(-1), "one");
  assert.deepEqual(told, []);
  assert.deepEqual(pauses, [250, 500]);
});

test("a picture that breaks off is fetched again", async () => {
  mount({ picture: "assets/pictures/1", serial: 1 });
  asked[0].answer({ ok: true, status: 200, arrayBuffer: async () => Promise.reject(new Error()) });
  await settled();
  asked[1].answer(ok("one"));
  await settled();
  assert.equal(shown.at(-1), "one");
  assert.deepEqual(told, []);
});
