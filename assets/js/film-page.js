// The player inside the web page that a reader takes away (engine/figures/filmpage.py): the scene and
// its arrays stand in the page, nothing is fetched.

import mountPictures from "./pictures.js";
import mountPlayer from "./player.js";

const KINDS = { f4: Float32Array, i2: Int16Array, u1: Uint8Array };
const find = (id) => document.getElementById(id);
const page = JSON.parse(find("data").textContent);

function column({ kind, packed }) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const values = new KINDS[kind](bytes.buffer);
  return { getChild: () => ({ toArray: () => values }) };
}

const data = { ...page.head };
for (const [name, array] of Object.entries(page.arrays)) data[name] = column(array);
const host = find("film").attachShadow({ mode: "open" });
const show = () => mountPlayer({ parentElement: host, data });
show();
window.matchMedia("(prefers-color-scheme: dark)").onchange = show;
mountPictures({ parentElement: find("pictures").attachShadow({ mode: "open" }), data: page.pictures });
