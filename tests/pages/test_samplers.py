"""The samplers page: controls, address, true numbers, and one journey in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.experiments import sampler_race
from engine.experiments.networks import Network
from engine.experiments.sampler_race import GRID, MARKED, RUNNERS, Entry, Meeting
from engine.experiments.step_equation import form as form_of
from engine.experiments.step_equation import step_taken
from engine.experiments.time_embedding import embedded
from engine.noise import Cosine
from engine.progress import Step, finish
from engine.samplers import DDIM, DDPM, DPMSolver, Euler, FlowHeun, Heun, Weights
from pages.sections.samplers import step_equation, time_embedding
from tests.conftest import BrowserPage, moves, press, settle

PAGE = "samplers"


def entry(*samplers, n: int = 200, T: int = 200) -> Entry:
    return Entry("swiss_roll", Cosine(T=T), samplers, Network("swiss_roll"), n, 1)


def met(settings: Entry) -> Meeting:
    """The race of these settings."""
    return finish(sampler_race.meet(settings))


def table(app: AppTest) -> dict[str, list[str]]:
    """The rows of the table on the page by their first cell."""
    text = next(m.value for m in app.markdown if m.value.startswith("|  | Order"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n")[2:]]
    return {row[0]: row[1:] for row in rows}


# --------------------------------------------------------------------------------------- the jobs


def test_deterministic_samplers_meet_and_random_ones_part() -> None:
    """From one x_T; the flow network was trained without the other and meets it all the same."""
    methods = (
        DDPM(50),
        DDIM(50, eta=0.3),
        DDIM(50),
        Euler(50),
        Heun(25),
        DPMSolver(50),
        FlowHeun(25),
    )
    lanes = met(entry(*methods)).lanes
    for sampler, lane in zip(methods, lanes, strict=True):
        if sampler.random:
            assert lane.twins > 0.3 and lane.from_flow > 0.3, sampler
        else:
            assert lane.twins == 0 and lane.from_flow < 0.1, sampler
    assert lanes[1].twins < lanes[0].twins, "less noise, nearer together"


def test_all_lanes_start_from_the_same_noise() -> None:
    meeting = met(entry(DDPM(5), Heun(5), FlowHeun(5)))
    first, *others = meeting.lanes
    assert all(torch.equal(first.x[0], lane.x[0]) for lane in others)
    assert meeting.t[0] == 200 and meeting.t[-1] == 0
    assert all(len(lane.walk) == 6 and lane.walk.x.shape[1] == MARKED for lane in meeting.lanes)
    assert all(torch.equal(lane.marked[-1], lane.walk.x[-1]) for lane in meeting.lanes)


def test_the_marked_points_stand_around_a_circle() -> None:
    x_T = sampler_race.start_of(entry(DDIM(), n=600))
    found = x_T[sampler_race.marked_points(x_T)]
    assert len(found.unique(dim=0)) == MARKED
    assert bool((found.norm(dim=1) - sampler_race.CIRCLE).abs().max() < 0.4)


def test_a_race_without_a_flow_network_is_one_sentence() -> None:
    lonely = Entry("gaussian", Cosine(), (FlowHeun(5),), Network("gaussian"), 9, 0)
    with pytest.raises(ValueError, match="No flow network"):
        finish(sampler_race.denoiser_of(lonely, FlowHeun(5)))


def test_quality_grows_with_steps_and_is_reported_on_the_way() -> None:
    told: list[Step] = []
    settings = entry(DDIM(), Heun(), n=300, T=50)
    found = finish(sampler_race.quality(settings, 2), told.append)
    seen = [step.partial for step in told if step.partial is not None]
    fractions = [step.fraction for step in told]
    assert fractions == pytest.approx(sorted(fractions)) and fractions[-1] == 1
    steps = [steps for steps in GRID if steps <= 50]
    assert [[mark.steps for mark in curve] for curve in found.curves] == [steps, steps]
    assert [mark.evaluations for mark in found.curves[1]] == [2 * s - 1 for s in steps]
    assert len(seen) == 2 * len(steps) and seen[-1].curves == found.curves
    for curve in found.curves:
        for name in ("energy", "sliced"):
            first, last = curve[0].ratios[name].mean, curve[-1].ratios[name].mean
            assert last < first and last < 4 and first > 2


# --------------------------------------------------------------------------------------- the page


def test_the_page_opens_with_its_controls(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100"))
    assert not app.exception and not app.error
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.toggle]
    keys = {"data", "shown", "steps", "count_calls", "schedule", "noise_T", "points_n", "seed"}
    keys |= {"measure_on", "axis", "eq_sampler", "eq_point", "eq_step", "eq_in", "ddim_eta"}
    assert {widget.key for widget in widgets} >= keys
    assert all(widget.help for widget in widgets if widget.key in keys)


def test_the_table_says_what_the_engine_finds(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="200", noise_T="200", steps="10", seed="1"))
    rows = table(app)
    assert list(rows) == ["DDPM", "DDIM", "ODE, Heun", "Flow matching, Heun"]
    made = met(entry(DDPM(10), DDIM(10), Heun(10), FlowHeun(10)))
    for (name, row), lane in zip(rows.items(), made.lanes, strict=True):
        assert row[0] == ("2" if "Heun" in name else "1")
        assert row[2] == ("19" if "Heun" in name else "10")
        assert row[3] == f"{lane.from_flow:.3f}"
        assert row[4] == (f"{lane.twins:.3f}" if name == "DDPM" else "0")


def test_calls_can_be_made_equal(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100", steps="20", count_calls="true"))
    assert {name: row[2] for name, row in table(app).items()} == {
        "DDPM": "20", "DDIM": "20", "ODE, Heun": "19", "Flow matching, Heun": "19",
    }  # fmt: skip


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(data="Eight Gaussians", steps="5", noise_T="60", seed="8", points_n="100")
    query |= dict(eq_step="4", eq_point="3", axis="Steps", measure_n="300")
    app = settle(open_page(PAGE, **query))
    assert not app.exception and not app.error
    state = app.session_state
    assert (state["data"], state["steps"], state["noise_T"]) == ("eight_gaussians", 5, 60)
    assert (state["seed"], state["eq_step"], state["eq_point"]) == (8, 4, 3)
    assert state["axis"] == "steps"


def test_no_sampler_at_all_gets_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100"))
    app.button_group(key="shown").set_value([])
    app = settle(app.run())
    assert not app.exception
    assert "at least one sampler" in app.info[0].value


@pytest.mark.parametrize("key", RUNNERS)
def test_every_sampler_runs_and_its_step_is_written_out(
    open_page: Callable[..., AppTest], key: str
) -> None:
    app = settle(open_page(PAGE, points_n="100", steps="3", shown=RUNNERS[key].label, eq_step="2"))
    assert not app.exception and not app.error
    assert list(table(app)) == [RUNNERS[key].label]
    written = [entry.value for entry in app.latex if "hline" in entry.value]
    assert len(written) == 1
    assert (r"\hat x_0'" in "".join(e.value for e in app.latex)) == (key in ("heun", "flow_heun"))


def compared(app: AppTest) -> dict[str, list[str]]:
    """The rows of the table that compares what the network may be asked for."""
    text = next(m.value for m in app.markdown if m.value.startswith("| Answer"))
    text = text.replace("\xa0", " ")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n")[2:]]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("key", ["ddpm", "ddim", "heun", "dpmpp_2m", "flow_heun"])
def test_a_step_is_the_same_whatever_the_network_is_asked_for(
    open_page: Callable[..., AppTest], key: str
) -> None:
    query = dict(points_n="100", steps="4", shown=RUNNERS[key].label, eq_step="3")
    rows = compared(settle(open_page(PAGE, **query)))
    assert list(rows) == ["x̂₀", "ε̂", "v̂"]
    assert len({row[3] for row in rows.values()}) == 1, "one x_s"
    assert len({row[2] for row in rows.values()}) == 3, "three answers"
    assert rows["x̂₀"][4] == "1 ×"
    assert float(rows["v̂"][4].split()[0]) <= 1


@pytest.mark.parametrize(("kind", "symbol"), step_equation.SYMBOLS.items())
def test_the_equation_is_written_in_what_is_asked_for(
    open_page: Callable[..., AppTest], kind: str, symbol: str
) -> None:
    label = step_equation.ANSWERS[kind]
    app = settle(open_page(PAGE, points_n="100", steps="4", shown="DDIM", eq_in=label))
    assert not app.exception and not app.error
    assert app.session_state["eq_in"] == kind
    written = [entry.value for entry in app.latex]
    (step,) = [text for text in written if "x_s = " in text]
    assert symbol in step and not any(
        other in step for k, other in step_equation.SYMBOLS.items() if k != kind
    )


def test_the_terms_add_up_to_the_step_of_the_sampler() -> None:
    """In every form, with weights that reproduce x_s to rounding."""
    made = met(entry(DDPM(6), DPMSolver(6), Heun(6)))
    for lane in made.lanes:
        for step in range(1, 7):
            taken = step_taken(lane.sampler, Cosine(T=200), lane.walk, 0, step)
            assert np.array_equal(taken.x_s, lane.walk.x[step, 0].double().numpy())
            for form in taken.forms.values():
                assert form is not None
                assert np.allclose(form.total, taken.x_s, atol=1e-4)


def test_asked_for_the_noise_where_there_is_nothing_else_there_is_no_answer() -> None:
    one = torch.ones(2)
    parts = Weights(0.0, 1.0, 0.0, 0.0)
    assert form_of("eps", parts, 0.0, (one, one, one)) is None
    form = form_of("v", parts, 0.0, (one, one, one))
    assert form is not None and form.terms[1].weight == -1


@pytest.mark.parametrize("T", [10, 1000])
def test_what_the_network_sees_marks_the_moment(T: int) -> None:
    shown = time_embedding.scene(embedded(Cosine(T=T), 32))
    frames = len(shown.times)
    everything, row, pairs = shown.panels
    heat, line = everything.layers
    assert heat.values.shape == (1, frames, 32) and line.y.shape == (frames, 2)
    assert line.y[0].tolist() == [0, 0] and line.y[-1].tolist() == [T, T]
    assert (row.layers[0].heights == heat.values[0]).all()
    similar = pairs.layers[0].values[0]
    assert similar.shape == (frames, frames) and (similar.argmax(axis=1) == range(frames)).all()
    assert shown.times[0] == "t = 0" and shown.times[-1] == f"t = {T}"


def test_fewer_steps_than_the_step_shown(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100", steps="20", eq_step="15"))
    app.select_slider(key="steps").set_value(5)
    app = settle(app.run())
    assert not app.exception and app.session_state["eq_step"] == 5
    app.select_slider(key="steps").set_value(1)
    assert not settle(app.run()).exception


def test_quality_is_measured_when_asked_for(open_page: Callable[..., AppTest]) -> None:
    query = dict(points_n="100", noise_T="10", measure_on="true", measure_n="200", shown="DDIM")
    app = settle(open_page(PAGE, **query))
    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == 2
    assert len(settle(open_page(PAGE, points_n="100")).get("plotly_chart")) == 0


@pytest.mark.browser
def test_in_a_browser_the_samplers_race_and_quality_is_drawn(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?points_n=200&noise_T=20&steps=10&measure_n=200")
    page.locator(".player canvas").nth(3).wait_for(timeout=60_000)
    moves(page, ".player canvas", 0)
    moves(page, ".player canvas", 3)
    page.get_by_text("Same start, same end").wait_for(timeout=30_000)
    press(page.get_by_text("Measure", exact=True))
    page.locator(".js-plotly-plot").nth(1).wait_for(timeout=60_000)
    page.wait_for_url("**measure_on=true**", timeout=60_000)
    page.locator(".katex").first.wait_for(timeout=30_000)
    assert not page.locator(".katex-error").count()
    press(page.get_by_text("v, velocity", exact=True))
    page.get_by_text("v̂ is the network's answer").wait_for(timeout=30_000)
    page.locator(".player").nth(1).scroll_into_view_if_needed()
    moves(page, ".player canvas", 4)
    assert not page.locator(".katex-error").count()
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests
