"""The training job of the pages: live copies that stay, seeds, pausing and going on."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
import torch
from torch import Generator

from engine.data import DATASETS
from engine.learn import FitOptions
from engine.metrics import energy_ratio
from engine.noise import Cosine
from engine.sample import DDPM, sample
from pages.ui import training
from pages.ui.course import DRAWN, POINTS, Course, Run, train, updates
from pages.ui.jobs import Cancelled

SMALL = FitOptions(steps=60, batch_size=32, width=16, depth=2)
GRID = torch.linspace(-2, 2, 9)[:, None]


class Report:
    """Keeps what it is told; stops the work after ``stop`` calls."""

    def __init__(self, stop: int | None = None) -> None:
        self.done: list[float] = []
        self.runs: list[Run] = []
        self.stop = stop

    def __call__(
        self, done: float, total: float, partial: Run | None = None, message: str = ""
    ) -> None:
        self.done.append(done)
        if partial is not None:
            self.runs.append(partial)
        if len(self.done) == self.stop:
            raise Cancelled


def course(key: str = "gaussian", options: FitOptions = SMALL, seed: int = 0) -> Course:
    return Course(DATASETS[key], options, seed)


def test_every_update_is_reported_and_the_last_run_is_the_result() -> None:
    report = Report()
    run = train(report, course("swiss_roll", seed=1))
    assert report.done == list(range(61))
    assert run is report.runs[-1] and run.step == 60
    assert run.steps == tuple(range(1, 61)) and len(run.losses) == 60
    assert run.samples.shape == (DRAWN, 2)


def test_a_long_run_has_a_short_curve() -> None:
    long = FitOptions(steps=400, batch_size=32, width=16, depth=1)
    run = train(Report(), course(options=long))
    assert len(run.steps) <= 2 * POINTS and run.steps[-1] == 400


def test_the_same_seed_gives_the_same_network() -> None:
    first, second, other = (train(Report(), course(seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(first.denoiser(GRID, 0.5), second.denoiser(GRID, 0.5))
    assert not torch.equal(first.denoiser(GRID, 0.5), other.denoiser(GRID, 0.5))


def test_a_copy_on_the_way_does_not_change_as_training_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pages.ui.course.PAUSE", 0.0)
    report = Report()
    train(report, course())
    early = report.runs[4]
    assert early.step == 5
    again = Report(stop=6)
    with pytest.raises(Cancelled):
        train(again, course())
    assert torch.equal(early.denoiser(GRID, 0.5), again.runs[-1].denoiser(GRID, 0.5))


@pytest.mark.parametrize("pauses", [(2,), (21, 14), (1, 1, 1)])
def test_a_training_taken_up_again_ends_where_an_uninterrupted_one_does(
    pauses: tuple[int, ...],
) -> None:
    whole, broken = train(Report(), course()), course()
    for stop in pauses:
        before = broken.step
        with pytest.raises(Cancelled):
            train(Report(stop=stop), broken)
        assert broken.step == before + stop - 1, "the first report comes before any update"
        assert broken.run is None or broken.run.step == broken.step
    last = Report()
    run = train(last, broken)
    assert last.done == list(range(sum(pauses) - len(pauses), 61))
    assert (run.steps, run.losses) == (whole.steps, whole.losses)
    assert torch.equal(run.denoiser(GRID, 0.5), whole.denoiser(GRID, 0.5))
    assert (run.samples == whole.samples).all()


def test_a_paused_course_knows_how_it_stands_and_how_long_it_took() -> None:
    broken = course()
    with pytest.raises(Cancelled):
        train(Report(stop=31), broken)
    assert broken.run is not None and broken.run.step == 30 and broken.run.seconds > 0
    first = broken.run.seconds
    assert train(Report(), broken).seconds > first


def test_a_course_paused_at_once_knows_how_it_stands() -> None:
    """Of 6,000 updates the curve has a point in 37: a pause before the first one counts, too."""
    broken = course(options=FitOptions(steps=6000, batch_size=32, width=16, depth=1))
    with pytest.raises(Cancelled):
        train(Report(stop=6), broken)
    assert broken.run is not None and broken.run.steps == (5,) and len(broken.run.losses) == 1
    with pytest.raises(Cancelled):
        train(Report(stop=41), broken)
    assert broken.run.steps == (37, 45), "the point of the pause makes way for the curve's own"


def test_an_ended_course_has_nothing_to_add() -> None:
    done = course()
    run = train(Report(), done)
    assert train(Report(), done) is run


def test_samples_of_all_copies_start_from_the_same_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that points glide: an untrained network leaves them almost where later ones put them."""
    monkeypatch.setattr("pages.ui.course.PAUSE", 0.0)
    report = Report()
    train(report, course("swiss_roll"))
    steps = [abs(b.samples - a.samples).mean() for a, b in pairwise(report.runs)]
    assert max(steps) < 0.2 < abs(report.runs[0].samples).mean()


@pytest.mark.slow
def test_the_page_reaches_one_and_a_half_floors_on_the_swiss_roll_in_twenty_seconds() -> None:
    """With the options that the page starts from; processor time, all included."""
    options = FitOptions(steps=int(training.DEFAULTS["steps"]),
                         learning_rate=training.DEFAULTS["learning_rate"])  # fmt: skip
    began = time.process_time()
    run = train(Report(), course("swiss_roll", options))
    seconds = time.process_time() - began

    def drawn(n: int, generator: Generator) -> torch.Tensor:
        x = torch.randn(n, 2, generator=generator)
        *_, last = sample(run.denoiser, Cosine(T=100), x, DDPM(), generator)
        return last.x

    found = energy_ratio(drawn, DATASETS["swiss_roll"].sample, 2000, range(6))
    assert found.mean <= 1.5 and seconds <= 20, (found, seconds)


def test_one_update_is_not_several() -> None:
    assert (updates(1), updates(1200)) == ("1 update", "1,200 updates")
