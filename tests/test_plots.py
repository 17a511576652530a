"""Charts wait for the picture once a session, and only where there is a browser."""

from __future__ import annotations

import time

import pytest
import streamlit as st
from streamlit import runtime
from streamlit.testing.v1 import AppTest


def page() -> None:
    import plotly.graph_objects as go

    from pages.ui import plots

    for key in ("one", "two"):
        plots.draw(go.Figure(), key=key)


@pytest.mark.parametrize(("browser", "waits"), [(True, 1), (False, 0)])
def test_only_the_first_chart_of_a_session_waits(
    monkeypatch: pytest.MonkeyPatch, browser: bool, waits: int
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(runtime, "exists", lambda: browser)
    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "plotly_chart", lambda *_, **__: None)
    page()
    page()
    assert len(waited) == waits
    assert all(0 < seconds <= 1 for seconds in waited)


def test_charts_are_drawn() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
