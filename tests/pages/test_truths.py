"""What pages call things: true and memory, the loss and its algorithm, failures by their reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.denoisers.exact import POINTS, STORED
from engine.evaluation.likelihood import Divergence
from engine.experiments.film import Process, exact_denoiser, film, memory_denoiser
from engine.experiments.points import Scores, score_field
from engine.noise import Cosine, Linear
from engine.polymer import MODELS
from engine.progress import finish
from engine.samplers import DDIM, Heun
from pages.sections.exact_learned.likelihood import excess, not_a_divergence
from pages.sections.noise_schedules.controls import LANES, lined_up
from pages.sections.polymer.algorithms import ALGORITHMS
from pages.ui.training.algorithm import VELOCITY
from tests.conftest import settle

Open = Callable[..., AppTest]


def offered(app: AppTest) -> list[str]:
    """The denoisers that a page offers."""
    found = [each for each in (*app.button_group, *app.selectbox) if each.key == "denoiser"]
    return found[0].options


def test_the_true_denoiser_is_offered_where_it_is_known_and_the_memory_everywhere(
    open_page: Open,
) -> None:
    app = open_page("swiss_roll", points_n="100", denoiser="memory")
    assert offered(app) == ["Network", "True", "Memory", "Oracle"]
    app = open_page("swiss_roll", points_n="100", data="pinwheel", denoiser="exact")
    assert offered(app) == ["Network", "Memory", "Oracle"]
    assert app.session_state["denoiser"] == "memory", "what the old link meant"
    assert app.query_params["denoiser"] == "memory"


def test_memory_leads_back_to_its_points_and_truth_does_not() -> None:
    ends = {
        who: finish(film(Process("swiss_roll", Cosine(T=300), DDIM(), denoiser=who, n=200)))
        for who in ("memory", "exact")
    }
    stored = memory_denoiser("swiss_roll").points
    assert memory_denoiser("swiss_roll").kind == POINTS and len(stored) == STORED
    near = {
        who: float(torch.cdist(made.reverse[-1], stored).min(dim=1).values.median())
        for who, made in ends.items()
    }
    assert near["memory"] < 0.01 < 0.02 < near["exact"], "fresh data: 0.027"
    assert memory_denoiser("pinwheel").mixture.means.equal(exact_denoiser("pinwheel").mixture.means)


def test_score_arrows_stay_at_the_data() -> None:
    found = finish(score_field(Scores("swiss_roll", Cosine(T=20), cells=5)))
    assert np.abs(found.steps[-1]).max() > 0
    np.testing.assert_array_equal(found.steps[-1], found.steps[-2])
    assert np.abs(found.steps[-2] - found.steps[-3]).max() > 0, "t = 1 is not t = 2"
    assert finish(score_field(Scores("swiss_roll", Cosine(T=20), memory=True))).kind == POINTS


def test_a_fifth_schedule_says_which_one_made_room_and_lines_keep_their_dashes(
    open_page: Open,
) -> None:
    app = open_page("noise_schedules", points_n="100", all_T="20")
    pills = app.button_group(key="shown")
    app = pills.set_value([*pills.value, "sigmoid"]).run()
    assert len(app.button_group(key="shown").value) == LANES
    assert any(caption.value.startswith("**Linear** made room") for caption in app.caption)
    chosen = {schedule.key: schedule for schedule in (Linear(T=20), Cosine(T=20))}
    both = {each.key: each.dash for each in lined_up(chosen, "off")}
    alone = lined_up({"cosine": Cosine(T=20)}, "off")
    assert both["linear"] != both["cosine"] == alone[0].dash
    plain, stretched = lined_up({"linear": Linear(T=20)}, "both")
    assert plain.dash != stretched.dash


@pytest.mark.parametrize(("mean", "error", "false"), [(-0.04, 0.003, True), (-0.004, 0.003, False)])
def test_a_mean_far_below_zero_is_not_called_a_divergence(
    mean: float, error: float, false: bool
) -> None:
    found = Divergence(mean, error)
    assert not_a_divergence(found) == false
    assert "log 1.048 = 0.047" in excess(found, 1.048)


def test_the_page_says_so(open_page: Open) -> None:
    query = dict(view="likelihood", data="two_gaussians", flow_steps="8")
    app = settle(open_page("exact_learned", **query))
    assert "log q − log p" in {metric.label for metric in app.metric}
    assert any("Not a" in warning.value for warning in app.warning)
    app = settle(open_page("exact_learned", **(query | dict(flow_steps="48"))))
    assert "KL divergence" in {metric.label for metric in app.metric}
    assert not any("Not a" in warning.value for warning in app.warning)


def test_the_failure_of_heun_is_explained_where_it_is_seen(open_page: Open) -> None:
    query = dict(points_n="100", shown=["ddim", "heun"])
    app = settle(open_page("samplers", steps="5", **query))
    said = [warning.value for warning in app.warning if "Order helps only" in warning.value]
    assert len(said) == 1
    high, low = Heun(steps=5).longest_step(Cosine(T=1000))
    assert f"from {high:.2g} to {low:.2g}" in said[0] and high / low > 10
    app = settle(open_page("samplers", steps="20", **query))
    assert not any("Order helps only" in warning.value for warning in app.warning)


@pytest.mark.parametrize("page", ["one_dimension", "swiss_roll", "helix", "own_data"])
def test_every_training_panel_shows_its_algorithm_and_the_three_forms(
    page: str, open_page: Open
) -> None:
    app = open_page(page, points_n="100", noise_T="20")
    shown = " ".join(element.proto.body for element in app.get("html"))
    assert shown.count("<li ") == len(VELOCITY.lines) == 5
    assert "‖v<sub>θ</sub>(x<sub>t</sub>, t) − v‖²" in shown
    assert "de-lines running" not in shown
    assert any("one answer in three forms" in block.value for block in app.markdown)


def test_every_model_of_chains_has_an_algorithm_of_five_lines() -> None:
    assert ALGORITHMS.keys() == MODELS.keys()
    assert all(len(each.lines) == 5 for each in ALGORITHMS.values())


def test_no_formula_runs_into_a_letter() -> None:
    """A space like qquad has to end before a letter: KaTeX would read one long, unknown name."""
    spaces = (r"\qquad", r"\quad")
    wrong = [
        f"{path}: {text[at : at + 12]}"
        for path in Path("pages").rglob("*.py")
        for text in [path.read_text(encoding="utf-8").replace('"\n', "").replace(' r"', "")]
        for space in spaces
        for at in range(len(text))
        if text.startswith(space, at) and text[at + len(space)].isalpha()
    ]
    assert not wrong
