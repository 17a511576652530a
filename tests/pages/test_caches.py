"""Results are remembered in one place: of all pages only ``pages/ui`` may cache.

What a section needs to remember it asks ``jobs.cached`` for, which is bounded and shared.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
CACHES = {"cache", "lru_cache", "cached_property", "cache_data", "cache_resource"}


def caches(source: str) -> set[str]:
    """Names of the caches that a source imports or reaches for."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in ("functools", "streamlit"):
            found |= {alias.name for alias in node.names} & CACHES
        elif isinstance(node, ast.Attribute):
            module, _, name = ast.unparse(node).partition(".")
            found |= {name} & CACHES if module in ("functools", "st", "streamlit") else set()
    return found


FILES = [path for path in PAGES.rglob("*.py") if path.relative_to(PAGES).parts[0] != "ui"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PAGES)))
def test_pages_and_their_sections_keep_no_cache(path: Path) -> None:
    assert caches(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "source",
    [
        "from functools import lru_cache",
        "import functools\n@functools.cache\ndef f(): ...",
        "import streamlit as st\n@st.cache_data\ndef f(): ...",
        "import streamlit as st\n@st.cache_resource(show_spinner=False)\ndef f(): ...",
        "def f():\n    from streamlit import cache_data",
    ],
)
def test_a_cache_is_found(source: str) -> None:
    assert caches(source)


def test_other_tools_are_no_caches() -> None:
    assert caches("from functools import partial\nimport streamlit as st\nst.write(1)") == set()
