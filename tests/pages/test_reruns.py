"""A rerun builds nothing anew that did not change: every control that is touched runs the page."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import pytest
from plotly.basedatatypes import BaseFigure
from streamlit.testing.v1 import AppTest

from pages.ui import navigation
from tests.conftest import settle

PAGES = Path(__file__).parents[2] / "pages"


def classes(source: str) -> set[str]:
    """Classes that a script makes whenever it runs."""
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)}


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.name)
def test_pages_make_no_classes(path: Path) -> None:
    assert classes(path.read_text(encoding="utf-8")) == set()


def test_a_class_is_found() -> None:
    assert classes("if True:\n    class Show: ...") == {"Show"}


def test_a_rerun_makes_neither_figures_nor_pages(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = settle(open_page("polymer", lab="process", noise_T="20", steps="10", polymer_n="20"))
    made: list[str] = []
    figure, page = BaseFigure.__init__, navigation.st.Page.__init__

    def counted(name: str, plain: Callable[..., None]) -> Callable[..., None]:
        def init(self: object, *args: object, **options: object) -> None:
            made.append(name)
            plain(self, *args, **options)

        return init

    monkeypatch.setattr(BaseFigure, "__init__", counted("figure", figure))
    monkeypatch.setattr(navigation.st.Page, "__init__", counted("page", page))
    go.Figure()
    assert made == ["figure"], "they are counted"
    app.run()
    assert not app.exception
    assert app.get("plotly_chart")
    assert made == ["figure"]
