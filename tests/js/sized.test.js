// Lengths of style sheets that grow with one number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sized } from "../../assets/js/screen/sized.js";

test("every length in rem is multiplied, others stay", () => {
  assert.equal(
    sized("a { margin: -.15rem 2px; width: 12.5rem; height: 3em }"),
    "a { margin: calc(-.15rem * var(--type, 1)) 2px; width: calc(12.5rem * var(--type, 1)); " +
      "height: 3em }",
  );
});
