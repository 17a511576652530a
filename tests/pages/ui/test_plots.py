"""Charts wait until the browser has time, once a session, and only where there is a browser."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import plots
from tests.conftest import BrowserPage


def page() -> None:
    from engine.figures.charts.training import loss_curve
    from pages.ui import plots

    for key in ("one", "two"):
        plots.draw(key, loss_curve, [1, 2], [1.0, 0.5], total=2)


def charts(app: AppTest) -> int:
    assert not app.exception
    return len(app.get("plotly_chart"))


def test_without_a_browser_charts_are_drawn_at_once() -> None:
    assert charts(AppTest.from_function(page).run()) == 2


def test_charts_wait_for_the_browser_and_then_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "served", lambda: True)
    app = AppTest.from_function(page).run()
    assert charts(app) == 0
    app.session_state[plots._IDLE] = True  # as its callback does
    assert charts(app.run()) == 2
    assert charts(app.run()) == 2


def chart(shown: Mapping[str, np.ndarray], dark: bool = False) -> go.Figure:
    made.append(shown)
    return go.Figure()


made: list[Any] = []


def test_a_chart_is_made_once_for_what_it_shows() -> None:
    made.clear()
    first, other = {"a": np.zeros(3)}, {"a": np.array([0.0, 0.0, 1.0])}
    for shown in (first, {"a": np.zeros(3)}, other, first):
        plots.draw("chart", chart, shown)
    assert [shown["a"][2] for shown in made] == [0.0, 1.0]
    plots.draw("chart", chart, first, dark=True)
    plots.draw("chart", partial(chart, first))
    assert len(made) == 4


def test_a_chart_that_has_no_name_of_its_own_is_refused() -> None:
    def inner() -> go.Figure:
        return go.Figure()

    with pytest.raises((pickle.PicklingError, AttributeError)):
        plots.draw("chart", inner)


@pytest.mark.browser
def test_plotly_is_asked_for_after_the_picture_moves(browser_page: BrowserPage) -> None:
    page = browser_page.open("polymer?lab=process&noise_T=20&steps=10")
    page.locator(".js-plotly-plot").first.wait_for(timeout=90_000)
    picture, plotly = page.evaluate(
        """[performance.getEntriesByName("picture")[0].startTime,
            performance.getEntriesByType("resource")
              .find((entry) => entry.name.includes("PlotlyChart")).startTime]"""
    )
    assert plotly > picture
    assert browser_page.exceptions() == []
