"""Every kind of file that a page offers has its MIME type, from one table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.export.buttons import download

PAGES = Path(__file__).parents[3] / "pages"


def page() -> None:
    from pages.ui.export.buttons import download

    download("Table (CSV)", "points.csv", lambda: "x,y")
    download("Structures (SDF)", "a.b.sdf", lambda: b"", key="mine", help="All of them.")


def test_a_button_says_what_its_file_is() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    table, structures = app.get("download_button")
    assert table.proto.label == "Table (CSV)"
    assert structures.proto.help == "All of them."


def test_a_file_of_no_known_kind_is_refused() -> None:
    with pytest.raises(KeyError, match="xls"):
        download("?", "points.xls", bytes)


def test_there_is_one_download_button() -> None:
    callers = set()
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "download_button":
                callers.add(path.relative_to(PAGES).as_posix())
    assert callers == {"ui/export/buttons.py"}
