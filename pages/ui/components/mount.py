"""Our own browser components: scripts in ``assets/js``, loaded once and kept while data change."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from engine.figures.offline.bundling import bundle, scripts
from pages.ui.components.picture import Picture

# The text of a component travels with every change of its data, so it only fetches the script. A
# server busy with its first visitors may drop a request; without another try the page would stay
# without its picture.
#
# The browser is told at once of all that the script will ask for.
LOADER = """
for (const path of PRELOADS) {
  const link = document.createElement("link");
  const module = path.includes("/bundles/");
  link.rel = module ? "modulepreload" : "preload";
  if (!module) link.as = "script";
  link.href = new URL(path, document.baseURI);
  document.head.append(link);
}
const url = new URL("assets/bundles/SCRIPT.js?v=VERSION", document.baseURI);
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
    text = LOADER.replace("SCRIPT", script).replace("VERSION", version(script))
    text = text.replace("PRELOADS", json.dumps(preloads(script)))
    return st.components.v2.component(name, js=text)


@cache
def preloads(script: str) -> list[str]:
    """What ``assets/js/{script}.js`` needs: its bundle and libraries, relative to the app."""
    libraries = ["assets/vendor/3Dmol-min.js"] if "viewer/scene" in scripts(script) else []
    return [f"assets/bundles/{script}.js?v={version(script)}", *libraries]


@cache
def version(script: str) -> str:
    """A short hash of the bundle, so that an update is never hidden by a cache."""
    return hashlib.sha256(bundle(script).encode()).hexdigest()[:12]


def mount(
    name: str,
    script: str,
    key: str,
    data: Mapping[str, Any],
    picture: Picture | None = None,
    block: bytes | None = None,
    **told: Callable[[], None],
) -> Any:
    """Mount the component ``name`` in the page; what it returns is its state.

    Args:
        name: of the component.
        script: Its code, ``assets/js/{script}.js``.
        key: of this one on the page.
        data: What the script reads.
        picture: What is large and stays; the browser fetches it.
        block: What is small or changes all the time (``engine.figures.blob``); it travels with the
            data, and what it says goes before what the picture says.
        told: What to call when a value of its state has changed, as ``on_bond_change``.
    """
    blocks = [] if block is None else [block]
    whole = {**data}
    if picture is not None:
        told["on_missing_change"] = lambda: None
        if (st.session_state.get(key) or {}).get("missing") == picture.address:
            blocks.insert(0, picture.block())  # this browser could not fetch it
        else:
            whole["picture"] = picture.address
    if blocks:
        whole["blocks"] = [base64.b64encode(each).decode() for each in blocks]
    return component(name, script)(key=key, data={**whole, "serial": serial(key, whole)}, **told)


def serial(key: str, data: Mapping[str, Any]) -> int:
    """A number for the state of the component ``key``: the same for the same data, else larger.

    The browser may hand over two changes in the wrong order while a script is still loading; by
    this number the script knows the later one.
    """
    mark = zlib.crc32(repr(data).encode())
    number: int
    before, number = st.session_state.get(f"_serial_{key}", (None, 0))
    if before != mark:
        # By the clock, so that it also grows when a new session takes over an open page.
        number = max(number + 1, int(1000 * time.time()))
        st.session_state[f"_serial_{key}"] = (mark, number)
    return number
