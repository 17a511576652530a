"""The page on one dimension: controls, address, true numbers, and one journey in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.denoisers.learned import is_trained
from engine.experiments.film import Process
from engine.experiments.one_dimension import picture
from engine.noise import SCHEDULES, Cosine, Linear
from engine.progress import finish
from engine.samplers import DDPM
from pages.ui.wording import REACHED, plain, reading
from tests.conftest import BrowserPage, moves, settle, slide_left

PAGE = "one_dimension"
KEYS = {
    "data", "schedule", "noise_T", "path", "denoiser", "sampler", "steps", "start_same",
    "paths_n", "seed",
}  # fmt: skip


def words(app: AppTest) -> str:
    """Everything the page says, without the links of its terms."""
    blocks = [*app.markdown, *app.caption, *app.warning, *app.error, *app.info]
    return re.sub(r"\[([^\]]+)\]\(#[^)]+\)", r"\1", "\n".join(block.value for block in blocks))


def row(app: AppTest, process: str, name: str) -> list[str]:
    """The cells of a row in the table of numbers of one process."""
    table = next(b.value for b in app.markdown if b.value.startswith(f"| {process}"))
    found = next(line for line in table.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip().replace("\u00a0", " ") for cell in found.split("|")[2:-1]]


def test_the_page_opens_with_its_controls(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE))
    assert not app.exception and not app.error
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.toggle]
    assert {widget.key for widget in widgets} >= KEYS
    assert all(widget.help for widget in widgets if widget.key in KEYS)


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(data="One point", schedule="Quadratic", noise_T="70", path="Fresh noise")
    query |= dict(denoiser="Oracle", sampler="DDIM", ddim_eta="0.5", seed="9", start_same="true")
    app = settle(open_page(PAGE, **query))
    assert not app.exception and not app.error
    state = app.session_state
    assert (state["data"], state["schedule"], state["noise_T"]) == ("point", "quadratic", 70)
    assert (state["path"], state["denoiser"], state["sampler"]) == ("marginal", "oracle", "ddim")
    assert (state["ddim_eta"], state["seed"], state["start_same"]) == (0.5, 9, True)


def test_the_numbers_are_those_of_the_engine(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, data="Three Gaussians", seed="4"))
    process = Process(
        "three_gaussians",
        Cosine(T=100),
        DDPM(),
        denoiser="exact",
        n=300,
        seed=4,
    )
    made = finish(picture(process))
    for name, moment in (("Mean", "mean"), ("Variance", "variance")):
        forward, reverse = row(app, "Forward", name), row(app, "Reverse", name)
        moments = (made.exact, made.errors, made.forward, made.reverse)
        exact, error, out, back = (getattr(each, moment) for each in moments)
        assert forward[:2] == [f"{out[-1]:.3f}", f"{exact[-1]:.3f} ± {error[-1]:.3f}"]
        assert reverse == [f"{back[-1]:.3f}", f"{exact[0]:.3f} ± {error[0]:.3f}"]


@pytest.mark.parametrize("kind", SCHEDULES)
def test_the_reading_changes_with_the_schedule_and_is_true(
    open_page: Callable[..., AppTest], kind: str
) -> None:
    app = settle(open_page(PAGE, schedule=SCHEDULES[kind].label))
    assert reading(SCHEDULES[kind](T=100))[1] in words(app)
    assert bool(app.warning) == (SCHEDULES[kind](T=100).signal_left > REACHED)


def test_a_longer_chain_reaches_noise(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, schedule="Linear", noise_T="100"))
    assert app.warning
    app.slider(key="noise_T").set_value(1000)
    app = settle(app.run())
    assert not app.warning
    assert reading(Linear(T=1000))[1] in words(app)


def test_betas_that_fall_get_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, schedule="Linear", noise_beta_min="0.01", noise_beta_max="0.005"))
    assert not app.exception
    assert plain("0 < beta_min < beta_max < 1") in app.error[0].value


def test_nonsense_in_the_address_is_ignored(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, schedule="loud", noise_T="many", seed="-3", steps="7.5"))
    assert not app.exception
    assert app.session_state["schedule"] == "cosine"


def test_a_lesson_sets_the_controls_and_starting_over_sets_them_back(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE))
    app.button(key="try_early_end").click()
    app = settle(app.run())
    assert app.session_state["data"] == "uneven_gaussians" and app.warning
    app.button(key="try_over").click()
    app = settle(app.run())
    assert app.session_state["data"] == "two_gaussians" and not app.warning


def test_training_from_the_page_gives_a_network_that_is_used(
    open_page: Callable[..., AppTest],
) -> None:
    query = dict(fit_steps="100", fit_width="16", fit_batch_size="32", denoiser="Network")
    app = settle(open_page(PAGE, data="One point", **query))
    if not is_trained("point"):
        assert "train one below" in app.error[0].value
    app.button(key="fit_start").click()
    app = settle(app.run())
    assert not app.exception and not app.error
    assert "100 updates" in words(app)
    assert app.toggle(key="_use_point").value is True
    with_mine = row(app, "Reverse", "Mean")
    app.toggle(key="_use_point").set_value(False)
    app = settle(app.run())
    assert app.error if not is_trained("point") else row(app, "Reverse", "Mean") != with_mine


@pytest.mark.browser
def test_in_a_browser_the_page_moves_and_a_slider_answers(browser_page: BrowserPage) -> None:
    page = browser_page.open(PAGE)
    page.locator(".player canvas").first.wait_for(timeout=60_000)
    moves(page, ".player canvas", 0)
    moves(page, ".player canvas", 1)
    assert page.locator(".player").get_attribute("data-frames") == "101"
    slide_left(page, "Steps T", 90)
    page.locator('.player[data-frames="91"]').wait_for(timeout=60_000)
    assert "noise_T=90" in page.url
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests
