"""The training job of the pages: live partial runs, copies that stay, seeds, cancelling."""

import pytest
import torch

from engine.learn import FitOptions
from pages.ui.training import Run, train

SMALL = FitOptions(steps=60, batch_size=32, width=16, depth=2)


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
            raise KeyboardInterrupt


def test_every_update_is_reported_and_the_last_run_is_the_result() -> None:
    report = Report()
    run = train(report, "swiss_roll", SMALL, seed=1)
    assert report.done == list(range(61))
    assert run is report.runs[-1] and run.step == 60
    assert run.steps == tuple(range(1, 61)) and len(run.losses) == 60
    assert run.samples.shape == (250, 2)


def test_a_long_run_has_a_short_curve() -> None:
    run = train(Report(), "gaussian", FitOptions(steps=400, batch_size=32, width=16, depth=1), 0)
    assert len(run.steps) <= 201 and run.steps[-1] == 400


def test_the_same_seed_gives_the_same_network() -> None:
    first, second, other = (train(Report(), "gaussian", SMALL, seed) for seed in (1, 1, 2))
    x = torch.linspace(-2, 2, 9)[:, None]
    assert torch.equal(first.denoiser(x, 0.5), second.denoiser(x, 0.5))
    assert not torch.equal(first.denoiser(x, 0.5), other.denoiser(x, 0.5))


def test_a_run_on_the_way_does_not_change_as_training_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pages.ui.training.PAUSE", 0.0)
    report = Report()
    train(report, "gaussian", SMALL, seed=0)
    early = report.runs[4]
    assert early.step == 5
    again = Report(stop=6)
    with pytest.raises(KeyboardInterrupt):
        train(again, "gaussian", SMALL, seed=0)
    x = torch.linspace(-2, 2, 9)[:, None]
    assert torch.equal(early.denoiser(x, 0.5), again.runs[-1].denoiser(x, 0.5))
