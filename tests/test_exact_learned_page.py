"""The page of truth and network: controls, address, numbers of the engine, one browser journey."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.likelihood import FlowOptions
from engine.noise import Cosine, Linear
from pages.ui import few, likelihoods, points, score_fields, takeaway, training
from pages.ui.exact_fields import Show, scene
from pages.ui.exact_memory import scene as memory_scene
from pages.ui.likelihoods import InThePlane, OnTheLine
from pages.ui.player import Streams, pack
from pages.ui.taken import Taken
from tests.conftest import BrowserPage, frames_differ, settle

PAGE = "exact_learned"
CONTROLS = {
    "Score": {"view", "data", "show_kind", "show_cloud", "schedule", "noise_T", "seed"},
    "Likelihood": {"view", "data", "flow_steps", "schedule", "noise_T", "seed"},
    "Memory": {"view", "data", "few_n", "few_train", "pupil_width", "pupil_steps", "seed"},
}


def no_report(*_: object, **__: object) -> None:
    """A report that nobody reads."""


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
    network = training.shipped("two_gaussians")
    wanted = score_fields.fields(no_report, "two_gaussians", network, Cosine(T=40), 2)
    at_most = points.number(wanted.bound + wanted.early)
    assert metrics(app)["What it costs, at most"] == f"{at_most} nats"


def test_the_numbers_of_the_likelihood_are_those_of_the_engine(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, view="Likelihood", data="Two Gaussians", flow_steps="16"))
    network = training.shipped("two_gaussians")
    wanted = likelihoods.likelihood(
        no_report, "two_gaussians", network, Cosine(T=100), FlowOptions(16), 0
    )
    assert metrics(app)["Negative log-likelihood"] == f"{wanted.numbers.nll:.3f} nats"
    assert metrics(app)["KL divergence"] == f"{wanted.numbers.kl.mean:.4f} nats"


@pytest.mark.parametrize("view", ["Score", "Likelihood"])
def test_a_data_set_without_a_formula_says_so(open_page: Callable[..., AppTest], view: str) -> None:
    app = settle(open_page(PAGE, view=view, data="Pinwheel", noise_T="20", flow_steps="8"))
    assert not app.exception and not app.error
    assert app.info
    assert any("stored points" in caption.value for caption in app.caption)


# ---------------------------------------------------------------------------- what is computed


def test_truth_against_itself_shows_no_error() -> None:
    truth, schedule = score_fields.truth("eight_gaussians"), Cosine(T=20)
    found = score_fields.fields(no_report, "eight_gaussians", truth, schedule, 0)
    assert found.t[0] == 20 and found.t[-1] == 1
    assert float(found.error.max()) == found.bound == 0
    np.testing.assert_array_equal(*found.lines)
    mass = found.density[-1].sum() * (2 * score_fields.WINDOW / (score_fields.CELLS - 1)) ** 2
    assert mass == pytest.approx(1, abs=0.02)


def test_streamlines_lead_uphill() -> None:
    """Along every streamline of the exact score the exact density rises, but for the last bit."""
    truth, schedule = score_fields.truth("eight_gaussians"), Cosine(T=10)
    found = score_fields.fields(no_report, "eight_gaussians", truth, schedule, 0)
    k = 4
    lines = torch.from_numpy(found.lines[0][k])
    level = float(schedule.alpha_bar(int(found.t[k])))
    log_q = truth.posterior(lines.reshape(-1, 2), level)[0].reshape(lines.shape[:2])
    assert float((log_q[:, -1] - log_q[:, 0]).min()) > -1e-3
    assert float((log_q.diff(dim=1) > -1e-3).double().mean()) > 0.99


@pytest.mark.parametrize("kind", ["lines", "arrows", "both"])
def test_scenes_pack(kind: str) -> None:
    network, schedule = training.shipped("eight_gaussians"), Cosine(T=10)
    found = score_fields.fields(no_report, "eight_gaussians", network, schedule, 0)
    made = scene(training.DATASETS["eight_gaussians"], found, schedule, Show(kind=kind))
    head, arrays = pack(made)
    kinds = [type(layer) for layer in made.panels[0].layers]
    assert (Streams in kinds) == (kind != "arrows")
    assert head["scene"]["panels"] and arrays


def test_both_flows_agree_with_the_density_on_the_line() -> None:
    network = training.shipped("two_gaussians")
    found = likelihoods.likelihood(
        no_report, "two_gaussians", network, Cosine(T=100), FlowOptions(48), 0
    )
    assert isinstance(found, OnTheLine)
    assert found.t[0] == pytest.approx(100) and found.t[-1] < 0.1
    assert found.mass == pytest.approx(1, abs=2e-3)
    np.testing.assert_allclose(found.exact[1][-1], found.truth[-1], atol=5e-3)
    assert abs(found.numbers.kl.mean) < 0.02 and found.numbers.solver < 2e-3
    np.testing.assert_allclose(found.exact[0][-1], found.x, atol=1e-6)


def test_the_likelihood_in_the_plane_is_normalised_and_near_the_truth() -> None:
    network = training.shipped("moons")
    found = likelihoods.likelihood(no_report, "moons", network, Cosine(T=100), FlowOptions(32), 0)
    assert isinstance(found, InThePlane)
    assert found.mass == pytest.approx(1, abs=0.03)
    assert found.numbers.kl.mean == pytest.approx(0, abs=0.1)
    assert found.numbers.nll == pytest.approx(found.numbers.entropy, abs=0.1)
    assert found.numbers.bits(found.numbers.nll) == pytest.approx(
        found.numbers.nll / (2 * np.log(2))
    )


def test_an_early_end_costs_what_it_leaves_of_the_signal() -> None:
    """The flow loses nothing, so KL(q_0 || p_0) of the exact score is KL(q_T || N(0, 1))."""
    schedule, truth = Linear(T=100), score_fields.truth("gaussian")
    end = truth.mixture.diffused(schedule.signal_left)
    mean, variance = float(end.mean), float(end.variance)
    wanted = 0.5 * (variance + mean**2 - 1 - np.log(variance))
    found = likelihoods.likelihood(no_report, "gaussian", truth, schedule, FlowOptions(48), 0)
    assert wanted > 0.15
    assert found.numbers.kl.mean == pytest.approx(wanted, abs=4 * found.numbers.kl.error)


def test_a_pupil_of_eight_points_learns_them_by_heart() -> None:
    lesson = few.learn(no_report, "swiss_roll", 8, 0, few.Pupil(width=64, depth=3, steps=1000))
    assert lesson.step == lesson.total == lesson.looks[-1][0] == 1000
    assert lesson.drawn.memory.ratio == lesson.looks[-1][1]
    assert lesson.drawn.memory.light == "memorises"
    known = few.known(no_report, "swiss_roll", 8, 0, training.shipped("swiss_roll"))
    assert known.copyist.memory.light == "memorises"
    assert known.widely is not None and known.widely.memory.light == "generalises"
    assert pack(memory_scene(known, lesson, 8, 1000)) and pack(memory_scene(known, None, 8, 1000))


def test_the_copyist_is_caught_also_among_many_points() -> None:
    known = few.known(no_report, "swiss_roll", max(few.COUNTS), 0, None)
    assert known.copyist.memory.light == "memorises"
    assert known.copyist.memory.copies > 0.9


def test_a_cancelled_pupil_keeps_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(view="Memory", data="Swiss roll", pupil_steps="8000", few_n="16")
    app = open_page(PAGE, few_train="true", **query)
    app.session_state["_jobs"]["pupil"].cancel()
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
    seen: list[Taken] = []
    draw = takeaway.show

    def show(key: str, title: str, scene: Any, made: Taken | None, **looks: Any) -> None:
        seen.extend([made] if made is not None else [])
        draw(key, title, scene, made, **looks)

    monkeypatch.setattr(takeaway, "show", show)
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
        assert frames_differ(page, ".player canvas", index=index)
    page.get_by_text("What it costs, at most").wait_for(timeout=30_000)
    page.get_by_text("Memory", exact=True).click()
    page.get_by_text("memorises").first.wait_for(timeout=60_000)
    page.get_by_text("Train", exact=True).first.click()
    page.get_by_text("parameters,").wait_for(timeout=90_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped.").wait_for(timeout=30_000)
    assert "few_train=true" in page.url
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests
