"""The page of exact and learned: controls, address, numbers of the engine, one browser journey."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.evaluation import FlowOptions
from engine.experiments.exact_learned.likelihoods import LikelihoodSettings, likelihood
from engine.experiments.exact_learned.memorisation import (
    SmallNetwork,
    TrainingSet,
    learn,
    references,
)
from engine.experiments.exact_learned.score_fields import ScoreSettings, score_fields
from engine.experiments.networks import Network
from engine.figures.player import Streams
from engine.figures.player.packing import pack
from engine.noise import Cosine
from engine.progress import finish
from pages.sections.exact_learned.memory import JOB
from pages.sections.exact_learned.memory import scene as memory_scene
from pages.sections.exact_learned.score import Show, known, reference, scene
from pages.ui.export import downloads
from pages.ui.export.arrays import Export
from pages.ui.wording import fixed, number
from tests.conftest import BrowserPage, moves, press, settle

PAGE = "exact_learned"
CONTROLS = {
    "Score": {"view", "data", "show_kind", "show_cloud", "schedule", "noise_T", "seed"},
    "Likelihood": {"view", "data", "flow_steps", "schedule", "noise_T", "seed"},
    "Memory": {"view", "data", "few_n", "few_train", "pupil_width", "pupil_steps", "seed"},
}


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.parametrize("view", CONTROLS)
def test_every_view_opens_with_its_controls(open_page: Callable[..., AppTest], view: str) -> None:
    app = settle(open_page(PAGE, view=view))
    assert not app.exception and not app.error
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.toggle]
    assert {widget.key for widget in widgets} >= CONTROLS[view]
    assert all(widget.help for widget in widgets if widget.key in CONTROLS[view])


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(view="Likelihood", data="Three Gaussians", flow_steps="16", noise_T="60")
    app = settle(open_page(PAGE, seed="3", schedule="Linear", **query))
    assert not app.exception and not app.error
    state = app.session_state
    assert (state["view"], state["data"], state["schedule"]) == (
        "likelihood", "three_gaussians", "linear",
    )  # fmt: skip
    assert (state["flow_steps"], state["noise_T"], state["seed"]) == (16, 60, 3)


def test_from_a_line_to_the_memory_of_the_plane(open_page: Callable[..., AppTest]) -> None:
    """A data set that one view has and another has not does no harm."""
    app = settle(open_page(PAGE, data="Two Gaussians"))
    app.button_group(key="view").set_value("memory")
    app = settle(app.run())
    assert not app.exception and not app.error
    assert app.session_state["data"] != "two_gaussians"


def test_the_numbers_of_the_scores_are_those_of_the_engine(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, data="Two Gaussians", noise_T="40", seed="2"))
    settings = ScoreSettings(Network("two_gaussians"), Cosine(T=40), 2)
    wanted = finish(score_fields(settings))
    at_most = number(wanted.bound + wanted.early)
    assert metrics(app)["Upper bound on the KL divergence"] == f"{at_most} nats"


def test_the_numbers_of_the_likelihood_are_those_of_the_engine(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, view="Likelihood", data="Two Gaussians", flow_steps="16"))
    settings = LikelihoodSettings(Network("two_gaussians"), Cosine(T=100), FlowOptions(16), 0)
    wanted = finish(likelihood(settings))
    assert wanted.numbers.kl is not None
    assert metrics(app)["Negative log-likelihood"] == f"{fixed(wanted.numbers.nll, 3)} nats"
    assert metrics(app)["KL divergence"] == f"{fixed(wanted.numbers.kl.mean, 4)} nats"


@pytest.mark.parametrize("view", ["Score", "Likelihood"])
def test_a_data_set_without_a_formula_says_so(open_page: Callable[..., AppTest], view: str) -> None:
    app = settle(open_page(PAGE, view=view, data="Pinwheel", noise_T="20", flow_steps="8"))
    assert not app.exception and not app.error
    assert app.info
    assert any("stored points" in caption.value for caption in app.caption)


def test_how_the_exact_score_is_known() -> None:
    assert "closed form" in known("eight_gaussians")
    assert "integral" in known("moons")
    assert "1,000 stored points" in known("pinwheel")


@pytest.mark.parametrize("kind", ["lines", "arrows", "both"])
def test_scenes_of_fields_can_be_drawn(kind: str) -> None:
    settings = ScoreSettings(Network("eight_gaussians"), Cosine(T=10), 0)
    made = scene(finish(score_fields(settings)), 10, Show(kind=kind), reference("eight_gaussians"))
    head, arrays = pack(made)
    kinds = [type(layer) for layer in made.panels[0].layers]
    assert (Streams in kinds) == (kind != "arrows")
    assert head["scene"]["panels"] and arrays


def test_scenes_of_memory_can_be_drawn() -> None:
    """With a network in training and without one."""
    training_set = TrainingSet("swiss_roll", 8, 0)
    found = finish(references(training_set, Network("swiss_roll")))
    small = finish(learn(training_set, SmallNetwork(width=16, depth=1, steps=250)))
    for run, samples in ((small, 3), (None, 2)):
        made = memory_scene(found, run, 250)
        _, arrays = pack(made)
        assert arrays
        assert [len(panel.layers) for panel in made.panels[:3]].count(2) == samples


def test_a_cancelled_training_keeps_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(view="Memory", data="Swiss roll", pupil_steps="8000", few_n="16")
    app = open_page(PAGE, few_train="true", **query)
    app.session_state["_jobs"][JOB].cancel()
    app = settle(app.run())
    assert not app.exception and not app.error
    assert any("Stopped" in caption.value for caption in app.caption)


TAKEN = {
    "score": dict(data="Moons", noise_T="12", seed="3"),
    "score, line": dict(data="Rare and common", noise_T="12", schedule="Linear"),
    "likelihood": dict(view="Likelihood", data="Eight Gaussians", flow_steps="8", seed="2"),
    "likelihood, line": dict(view="Likelihood", data="Three Gaussians", flow_steps="8"),
    "memory": dict(view="Memory", data="Moons", few_n="8", pupil_steps="250", few_train="true"),
    "memory, watched": dict(view="Memory", data="S curve", few_n="32", seed="1"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_the_script_makes_the_arrays_again(
    case: str,
    open_page: Callable[..., AppTest],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Export] = []
    draw = downloads.show

    def show(key: str, title: str, scene: Any, made: Export | None, **looks: Any) -> None:
        seen.extend([made] if made is not None else [])
        draw(key, title, scene, made, **looks)

    monkeypatch.setattr(downloads, "show", show)
    app = settle(open_page(PAGE, take="true", **TAKEN[case]))
    assert not app.exception and not app.error
    made = seen[-1]
    monkeypatch.chdir(tmp_path)
    Path("again.py").write_text(made.script, encoding="utf-8")
    runpy.run_path("again.py", run_name="__main__")
    again = np.load(f"{PAGE}.npz")
    assert set(again) == set(made.arrays)
    for name in again:
        np.testing.assert_array_equal(again[name], np.asarray(made.arrays[name].values), name)


@pytest.mark.browser
def test_in_a_browser_scores_flow_and_a_network_is_caught(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?data=Two+spirals")
    page.locator('.player[data-frames="41"]').wait_for(timeout=90_000)
    for index in range(3):
        moves(page, ".player canvas", index=index)
    page.get_by_text("Upper bound on the KL divergence").wait_for(timeout=30_000)
    press(page.get_by_text("Memory", exact=True))
    page.get_by_text("memorises").first.wait_for(timeout=60_000)
    browser_page.open(f"{PAGE}?view=memory&data=two_spirals&pupil_steps=8000&few_train=false")
    page.get_by_text("memorises").first.wait_for(timeout=60_000)
    press(page.get_by_text("Train", exact=True).first)
    page.get_by_text("parameters,").wait_for(timeout=90_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped.").wait_for(timeout=30_000)
    assert "few_train=true" in page.url
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests


def test_memory_opens_with_eight_points_in_training_unless_its_address_says_otherwise(
    open_page: Callable[..., AppTest],
) -> None:
    app = open_page(PAGE, view="memory", pupil_steps="250")
    assert app.session_state["few_train"] is True
    assert app.session_state["few_n"] == 8
    former = open_page(PAGE, view="memory", few_n="64")
    assert former.session_state["few_train"] is False
    assert former.session_state["few_n"] == 64
