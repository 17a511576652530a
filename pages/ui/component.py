"""Our own browser components: scripts in ``assets/js``, loaded once and kept while data change."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPTS = Path(__file__).parents[2] / "assets" / "js"

# The text of a component travels with every change of its data, so it only fetches the script. A
# server busy with its first visitors may drop a request; without another try the page would stay
# without its picture.
LOADER = """
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
    return st.components.v2.component(name, js=text)


def _version() -> str:
    """A short hash of the scripts, so that an update is never hidden by a cache."""
    scripts = sorted(p for p in SCRIPTS.glob("*.js") if not p.name.endswith("min.js"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in scripts)).hexdigest()[:12]
