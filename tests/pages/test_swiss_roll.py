"""The Swiss roll page: controls, address, true numbers, and one journey in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.data import DATASETS
from engine.experiments.film import Process, exact_denoiser, film
from engine.experiments.networks import Network
from engine.experiments.points import quality
from engine.noise import Cosine
from engine.progress import finish
from engine.samplers import DDIM
from pages.ui.wording import number
from tests.conftest import BrowserPage, moves, press, settle, slide_left

PAGE = "swiss_roll"
KEYS = {
    "data", "denoiser", "show_score", "show_guess", "show_origin", "schedule", "noise_T", "path",
    "sampler", "steps", "start_same", "points_n", "seed",
}  # fmt: skip


def metrics(app: AppTest) -> dict[str, str]:
    """The metrics on the page by label."""
    return {metric.label: metric.value for metric in app.metric}


def test_the_page_opens_with_its_controls(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE))
    assert not app.exception and not app.error
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.toggle]
    assert {widget.key for widget in widgets} >= KEYS
    assert all(widget.help for widget in widgets if widget.key in KEYS)


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(data="Eight Gaussians", denoiser="Exact", sampler="DDIM", steps="20", seed="3")
    query |= dict(points_n="200", show_score="true", show_guess="true", noise_T="60")
    app = settle(open_page(PAGE, **query))
    assert not app.exception and not app.error
    state = app.session_state
    assert (state["data"], state["denoiser"]) == ("eight_gaussians", "exact")
    assert (state["sampler"], state["steps"]) == ("ddim", 20)
    assert (state["points_n"], state["noise_T"], state["seed"]) == (200, 60, 3)
    assert state["show_score"] and state["show_guess"]


def test_the_distance_is_that_of_the_engine_and_stands_beside_its_floor(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, points_n="300", sampler="DDIM", steps="20", seed="2"))
    network = Network("swiss_roll")
    process = Process("swiss_roll", Cosine(T=100), DDIM(steps=20), network=network, n=300, seed=2)
    wanted = finish(quality("swiss_roll", finish(film(process)))).ratio
    shown = metrics(app)
    assert shown["Ratio"] == f"{wanted.mean:.1f} ± {wanted.spread:.1f} ×"
    assert shown["Floor: data to data"] == number(wanted.floor)


def test_the_exact_denoiser_of_stored_points_nearly_gives_them_back() -> None:
    process = Process("checkerboard", Cosine(T=200), DDIM(), denoiser="exact", n=200)
    made = finish(film(process))
    stored = exact_denoiser("checkerboard").mixture.means.float()

    def to_the_nearest(x: torch.Tensor) -> float:
        return float((x[:, None] - stored).norm(dim=-1).min(dim=1).values.mean())

    assert to_the_nearest(made.reverse[-1]) < 0.5 * to_the_nearest(made.forward[0])


@pytest.mark.parametrize("data", [d for d in DATASETS.values() if d.group == "2d"])
def test_every_data_set_of_the_plane_opens(open_page: Callable[..., AppTest], data: object) -> None:
    app = settle(open_page(PAGE, data=data.label, points_n="100", noise_T="20"))
    assert not app.exception
    assert app.metric or "train one below" in app.error[0].value


def test_a_cancelled_training_leaves_the_shipped_network(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, fit_steps="6000", points_n="100"))
    app.button(key="fit_start").click()
    app.run()
    app.session_state["_jobs"]["train_swiss_roll"].cancel()
    app = settle(app.run())
    assert not app.exception
    assert not app.toggle or all(t.key != "_use_swiss_roll" for t in app.toggle)
    assert app.metric


@pytest.mark.browser
def test_in_a_browser_the_page_moves_trains_and_samples_from_the_new_network(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open(f"{PAGE}?points_n=300&fit_steps=100&fit_width=32")
    page.locator(".player canvas").first.wait_for(timeout=60_000)
    moves(page, ".player canvas", 0)
    moves(page, ".player canvas", 1)
    slide_left(page, "Steps T", 90)
    page.locator('.player[data-frames="91"]').wait_for(timeout=60_000)
    press(page.get_by_text("Train the network yourself"))
    press(page.get_by_role("button", name="Train", exact=True))
    page.get_by_text("Use my network on this page").wait_for(timeout=180_000)
    page.get_by_text("100 updates in").wait_for()
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests
