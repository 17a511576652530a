"""The noise schedules page: controls, address, true readings, one journey in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.noise import SCHEDULES, Linear, Sigmoid
from pages.ui import points
from tests.conftest import BrowserPage, frames_differ, settle, slide_left

PAGE = "noise_schedules"


def readings(app: AppTest) -> dict[str, str]:
    """The meters on the page: label of the schedule -> signal left."""
    return {m.label.split(":")[0]: m.value for m in app.metric if m.label.endswith("signal left")}


def test_the_page_opens_with_every_schedule(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE))
    assert not app.exception and not app.error
    wanted = {cls.label: points.number(cls(T=100).signal_left) for cls in SCHEDULES.values()}
    assert readings(app) == wanted
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.number_input, *app.toggle]
    keys = {"data", "all_T", "mode", "show_place", "shown", "points_n", "seed"}
    keys |= {"linear_beta_max", "cosine_s", "quadratic_beta_min", "sigmoid_steepness"}
    assert {widget.key for widget in widgets} >= keys
    assert all(widget.help for widget in widgets if widget.key in keys)


def test_linear_keeps_what_the_lesson_says(open_page: Callable[..., AppTest]) -> None:
    """Linear at T = 50, 100, 1000; the words follow the number."""
    for T, value in ((50, "0.60"), (100, "0.36"), (1000, "4.0e-5")):
        app = settle(open_page(PAGE, all_T=str(T), shown="Linear", points_n="100"))
        assert readings(app) == {"Linear": value}
        reached = Linear(T=T).signal_left < points.REACHED
        said = "\n".join(caption.value for caption in app.caption)
        assert ("**Not yet noise.**" in said) != reached
        assert ("**Noise.**" in said) == reached


def test_a_parameter_changes_its_reading(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100"))
    app.slider(key="sigmoid_beta_max").set_value(0.2)
    app = settle(app.run())
    wanted = points.number(Sigmoid(T=100, beta_max=0.2).signal_left)
    assert readings(app)["Sigmoid"] == wanted
    assert readings(app)["Linear"] == "0.36"


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    app = settle(
        open_page(PAGE, data="Moons", all_T="40", mode="True path", seed="8", points_n="100")
    )
    assert not app.exception
    state = app.session_state
    assert (state["data"], state["all_T"], state["mode"]) == ("moons", 40, "markov")
    assert state["seed"] == 8


def test_no_schedule_at_all_gets_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100"))
    app.button_group(key="shown").set_value([])
    app = settle(app.run())
    assert not app.exception
    assert "at least one schedule" in app.info[0].value


def test_betas_that_fall_get_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, linear_beta_min="0.01", linear_beta_max="0.005", points_n="100"))
    assert not app.exception
    assert "0 < beta_min < beta_max < 1" in app.error[0].value


@pytest.mark.browser
def test_in_a_browser_the_schedules_race_and_a_slider_answers(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?points_n=300")
    page.locator(".player canvas").first.wait_for(timeout=60_000)
    assert frames_differ(page, ".player canvas", index=0)
    assert frames_differ(page, ".player canvas", index=1)
    forward = page.locator(".player").first.locator("canvas")
    assert forward.count() == 7, "four clouds, and betas, alpha_bars and log-SNR below them"
    assert frames_differ(page, ".player canvas", index=5)
    slide_left(page, "Steps T, for all", 90)
    page.get_by_text(points.number(Linear(T=90).signal_left)).first.wait_for(timeout=60_000)
    assert "all_T=90" in page.url
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests
