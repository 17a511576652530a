// Lines and files stay short enough to read.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = ["assets/js/", "tests/js/"];

test("no line is longer than 100 characters, no file than 400 lines", () => {
  let seen = 0;
  for (const folder of FOLDERS) {
    for (const name of readdirSync(new URL(folder, ROOT), { recursive: true })) {
      if (!/\.(js|d\.ts)$/.test(name)) continue;
      seen += 1;
      const lines = readFileSync(new URL(folder + name, ROOT), "utf-8").split("\n");
      lines.forEach((line, k) => {
        assert.ok([...line].length <= 100, `${folder}${name}:${k + 1}`);
      });
      assert.ok(lines.length <= 401, `${folder}${name} has ${lines.length - 1} lines`);
    }
  }
  assert.ok(seen > 50);
});
