"""Our own browser components: scripts in ``assets/js``, loaded once and kept while data change."""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from engine.figures.webpage import scripts

SCRIPTS = Path(__file__).parents[2] / "assets" / "js"

# The text of a component travels with every change of its data, so it only fetches the script. A
# server busy with its first visitors may drop a request; without another try the page would stay
# without its picture.
#
# A script's imports are found only when it has come, and theirs after them; so the browser is told
# of all at once, and fetches them side by side.
LOADER = """
for (const path of PRELOADS) {
  const link = document.createElement("link");
  const module = path.includes("/js/");
  link.rel = module ? "modulepreload" : "preload";
  if (!module) link.as = "script";
  link.href = new URL(path, document.baseURI);
  document.head.append(link);
}
const url = new URL("assets/js/SCRIPT.js?v=VERSION", document.baseURI);
async function load(attempt) {
  try {
    return await import(attempt ? `${url}&attempt=${attempt}` : url);
  } catch (problem) {
    if (attempt >= 4) throw problem;
    await new Promise((resolve) => setTimeout(resolve, 300 * 2 ** attempt));
    return load(attempt + 1);
  }
}
export default async function (component) {
  const script = await load(0);
  return script.default(component);
}
"""


@st.cache_resource(show_spinner=False)
def component(name: str, script: str) -> Any:
    """The mounting command of the component ``name``, whose code is ``assets/js/{script}.js``."""
    text = LOADER.replace("SCRIPT", script).replace("VERSION", _version())
    text = text.replace("PRELOADS", json.dumps(preloads(script)))
    return st.components.v2.component(name, js=text)


@cache
def preloads(script: str) -> list[str]:
    """All that ``assets/js/{script}.js`` will ask for, as addresses relative to the app's own."""
    modules = [f"assets/js/{name}.js" for name in scripts(script) if name != script]
    libraries = ["assets/vendor/3Dmol-min.js"] if "viewer-scene" in scripts(script) else []
    return [f"assets/js/{script}.js?v={_version()}", *libraries, *modules]


def _version() -> str:
    """A short hash of the scripts, so that an update is never hidden by a cache."""
    scripts = sorted(p for p in SCRIPTS.glob("*.js") if not p.name.endswith("min.js"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in scripts)).hexdigest()[:12]


def serial(key: str, data: dict[str, Any]) -> int:
    """A number for the state of the component ``key``: the same for the same data, else larger.

    The browser may hand over two changes in the wrong order while a script is still loading; by
    this number the script knows the later one.
    """
    mark = 0
    for name, value in data.items():
        table = isinstance(value, pd.DataFrame)
        content = value.to_numpy().tobytes() if table else repr(value).encode()
        mark = zlib.crc32(content, zlib.crc32(name.encode(), mark))
    before, number = st.session_state.get(f"_serial_{key}", (None, 0))
    if before != mark:
        # By the clock, so that it also grows when a new session takes over an open page.
        number = max(number + 1, int(1000 * time.time()))
        st.session_state[f"_serial_{key}"] = (mark, number)
    return number
