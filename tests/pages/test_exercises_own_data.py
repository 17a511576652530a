"""The exercises of a user's own data: each shows its point, in the numbers of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from engine.data.own import drawing
from pages.sections.own_data.lessons import SPOTS, TWELVE
from pages.sections.own_data.source import DRAWING
from tests.conftest import BrowserPage, press, settle, wait
from tests.exercises import Open


def run_of(app: AppTest) -> Any:
    """The training that the exercise began."""
    (job,) = [j for name, j in app.session_state["_jobs"].items() if name.startswith("train_own_")]
    return job.result


def test_twelve_points_are_copied_and_a_smile_is_not(open_: Open) -> None:
    few = open_("own_data", "copy")["own_quality"]
    assert few.ratio is None and few.samples < 0.4 * few.held_out
    smile = open_("own_data", "copy", drawing=drawing.STARTERS["smile"].text)["own_quality"]
    assert smile.samples > 0.8 * smile.held_out


def test_a_loss_near_its_end_may_still_give_a_cloud(open_: Open) -> None:
    early = open_("own_data", "too_early")
    late = open_("own_data", "too_early", fit_steps="1200")
    assert early["own_quality"].samples > 3 * early["own_quality"].held_out
    assert late["own_quality"].samples < 2 * late["own_quality"].held_out
    losses = [sum(run_of(made.app).losses[-10:]) / 10 for made in (early, late)]
    assert losses[0] == pytest.approx(losses[1], abs=0.12)


def test_a_schedule_that_ends_early_misses_the_small_spot(open_: Open) -> None:
    early = open_("own_data", "early_end")
    fair = open_("own_data", "early_end", schedule="cosine", noise_T="100")
    ratio, right = early["own_quality"].ratio, fair["own_quality"].ratio
    assert ratio.mean - 2 * ratio.spread > 1.5
    assert abs(right.mean - 1) < right.spread

    def share(made: Any) -> tuple[float, float]:
        film = made["own_film"]
        return tuple(
            float((film.data.restore(x)[:, 0] > 0.2).mean())
            for x in (film.forward[0], film.reverse[-1])
        )

    data, sampled = share(early)
    assert 0.08 < data < 0.14 and sampled < 0.6 * data
    data, sampled = share(fair)
    assert sampled == pytest.approx(data, abs=0.03)


def test_a_link_trains_and_a_second_look_does_not(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("own_data", **{"try": "too_early"}))
    run = run_of(app)
    assert (run.step, run.options.batch_size) == (100, 128)
    app.session_state["_own_trains"] = True  # as when the page is opened again
    app = settle(app.run())
    assert run_of(app) is run
    app.button(key="try_over").click()
    app = settle(app.run())
    assert "try" not in app.query_params and app.session_state["fit_steps"] == 1200
    assert run_of(app) is run, "Start over does not train"


@pytest.mark.browser
def test_in_a_browser_an_exercise_changes_the_drawing_and_the_hand_goes_on(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open("own_data?points_n=100&fit_steps=100&fit_batch_size=128")
    shown = page.locator(".drawing")
    wait(page, lambda: shown.get_attribute("data-points") == "1113")

    def points() -> int:
        return int(shown.get_attribute("data-points") or 0)

    def address() -> str:
        return parse_qs(urlparse(page.url).query).get(DRAWING, [""])[0]

    press(page.get_by_role("button", name="Never reach noise"))
    wait(page, lambda: points() == len(drawing.points(drawing.decode(SPOTS))))
    wait(page, lambda: address() == SPOTS)
    page.get_by_text("600 updates in").wait_for(timeout=120_000)
    press(page.locator(".drawing").get_by_role("button", name="Undo"))
    wait(page, lambda: address() == SPOTS.rsplit(".", 1)[0])
    wait(page, lambda: page.locator(".st-key-exercise").count() == 0)
    press(page.get_by_role("button", name="Never reach noise"))
    wait(page, lambda: points() == len(drawing.points(drawing.decode(SPOTS))))
    press(page.get_by_role("button", name="Make it copy"))
    wait(page, lambda: points() == len(drawing.points(drawing.decode(TWELVE))))
    page.locator(".st-key-exercise").get_by_text("12 points").wait_for(timeout=60_000)
    assert not browser_page.exceptions() and not browser_page.console_errors
