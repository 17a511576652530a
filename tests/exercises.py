"""What a page has computed for one of its exercises, as its address alone opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import jobs
from tests.conftest import settle


@dataclass(frozen=True)
class Opened:
    """A page with an exercise on: results by the names of their jobs, and the page itself."""

    results: dict[str, Any]
    app: AppTest

    def __getitem__(self, name: str) -> Any:
        return self.results[name]


Open = Callable[..., Opened]


def opener(open_page: Callable[..., AppTest], patch: pytest.MonkeyPatch) -> Open:
    """``open_("swiss_roll", "early_end", seed="1")``: that exercise with another seed, to the end.

    Without ``settled`` it has run once, and results may be missing.
    """
    found: dict[str, Any] = {}
    cached = jobs.cached

    def kept(name: str, *args: Any, **options: Any) -> Any:
        found[name] = cached(name, *args, **options)
        return found[name]

    def open_(page: str, key: str, settled: bool = True, **query: str) -> Opened:
        found.clear()
        with patch.context() as patched:
            patched.setattr(jobs, "cached", kept)
            asked = {"try": key} if key else {}
            app = open_page(page, **asked, **query)
            app = settle(app) if settled else app
        assert not app.exception
        assert query or app.query_params.get("try") == (key or None)
        return Opened(dict(found), app)

    return open_
