"""Trainings of the pages: copies that stay as they are, seeds, pausing and going on."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest
import torch
from torch import Generator

from engine.data import DATASETS
from engine.denoisers import FitOptions, Learned
from engine.evaluation import energy_ratio
from engine.experiments.polymer.training import PolymerModel, model_of, on_polymers
from engine.experiments.training_run import (
    DRAWN,
    POINTS,
    PausableTraining,
    PointRun,
    on_points,
    reference,
    train,
)
from engine.noise import Cosine
from engine.polymer import Options
from engine.progress import Step, finish
from engine.samplers import DDPM, sample
from pages.ui.training import training_panel
from pages.ui.training.progress import updates

SMALL = FitOptions(steps=60, batch_size=32, width=16, depth=2)
GRID = torch.linspace(-2, 2, 9)[:, None]

PointTraining = PausableTraining[Learned, FitOptions]


def training(key: str = "gaussian", options: FitOptions = SMALL, seed: int = 0) -> PointTraining:
    return on_points(DATASETS[key], options, seed)


def interrupted(broken: PointTraining, steps: int) -> list[Step]:
    """The steps of a training that is paused after so many; the first comes before any update."""
    work = train(broken)
    seen = list(islice(work, steps))
    work.close()
    return seen


def every_step(whole: PointTraining) -> tuple[PointRun, list[Step]]:
    seen: list[Step] = []
    return finish(train(whole), seen.append), seen


def test_every_update_is_reported_and_the_last_run_is_the_result() -> None:
    run, seen = every_step(training("swiss_roll", seed=1))
    assert [step.done for step in seen] == list(range(61))
    assert run is seen[-1].partial and run.step == 60
    assert run.steps == tuple(range(1, 61)) and len(run.losses) == 60
    assert run.samples is not None and run.samples.shape == (DRAWN, 2)


def test_a_long_run_has_a_short_curve() -> None:
    long = FitOptions(steps=400, batch_size=32, width=16, depth=1)
    run = finish(train(training(options=long)))
    assert len(run.steps) <= 2 * POINTS and run.steps[-1] == 400


def test_the_same_seed_gives_the_same_network() -> None:
    first, second, other = (finish(train(training(seed=seed))) for seed in (1, 1, 2))
    assert torch.equal(first.model(GRID, 0.5), second.model(GRID, 0.5))
    assert not torch.equal(first.model(GRID, 0.5), other.model(GRID, 0.5))


def test_a_copy_on_the_way_does_not_change_as_training_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.experiments.training_run.PAUSE", 0.0)
    monkeypatch.setattr("engine.experiments.training_run.SHARE", 0.0)
    _, seen = every_step(training())
    early: PointRun = seen[5].partial
    assert early.step == 5
    again: PointRun = interrupted(training(), 6)[-1].partial
    assert torch.equal(early.model(GRID, 0.5), again.model(GRID, 0.5))


@pytest.mark.parametrize("pauses", [(2,), (21, 14), (1, 1, 1)])
def test_a_training_taken_up_again_ends_where_an_uninterrupted_one_does(
    pauses: tuple[int, ...],
) -> None:
    whole, broken = finish(train(training())), training()
    for steps in pauses:
        before = broken.step
        interrupted(broken, steps)
        assert broken.step == before + steps - 1
        assert broken.run is None or broken.run.step == broken.step
    run, seen = every_step(broken)
    assert [step.done for step in seen] == list(range(sum(pauses) - len(pauses), 61))
    assert (run.steps, run.losses) == (whole.steps, whole.losses)
    assert torch.equal(run.model(GRID, 0.5), whole.model(GRID, 0.5))
    assert run.samples is not None and (run.samples == whole.samples).all()


def test_a_paused_training_knows_how_it_stands_and_how_long_it_took() -> None:
    broken = training()
    interrupted(broken, 31)
    assert broken.run is not None and broken.run.step == 30 and broken.run.seconds > 0
    paused = broken.run.seconds
    assert finish(train(broken)).seconds > paused


def test_a_training_paused_at_once_knows_how_it_stands() -> None:
    """Of 6,000 updates the curve has a point in 37: a pause before the first one counts, too."""
    broken = training(options=FitOptions(steps=6000, batch_size=32, width=16, depth=1))
    interrupted(broken, 6)
    assert broken.run is not None and broken.run.steps == (5,) and len(broken.run.losses) == 1
    interrupted(broken, 41)
    assert broken.run.steps == (37, 45), "the point of the pause makes way for the curve's own"


def test_an_ended_training_has_nothing_to_add() -> None:
    done = training()
    run = finish(train(done))
    assert finish(train(done)) is run


def test_samples_of_all_copies_start_from_the_same_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that points glide: an untrained network leaves them almost where later ones put them."""
    monkeypatch.setattr("engine.experiments.training_run.PAUSE", 0.0)
    monkeypatch.setattr("engine.experiments.training_run.SHARE", 0.0)
    _, seen = every_step(training("swiss_roll"))
    runs = [step.partial for step in seen if step.partial is not None]
    steps = [abs(b.samples - a.samples).mean() for a, b in pairwise(runs)]
    assert max(steps) < 0.2 < abs(runs[0].samples).mean()


def test_a_model_of_polymers_is_trained_paused_and_found_by_value() -> None:
    options = Options(epochs=1, width=16, depth=1, batch_size=1024)
    whole = finish(train(on_polymers("ddpm", options, 3)))
    assert whole.step == options.steps and whole.samples is None
    broken = on_polymers("ddpm", options, 3)
    work = train(broken)
    list(islice(work, 4))
    work.close()
    assert broken.run is not None and broken.run.step == 3
    name = PolymerModel("ddpm", broken.run.training)
    assert finish(model_of(name)) is broken.run.model
    run = finish(train(broken))
    for a, b in zip(run.model.net.parameters(), whole.model.net.parameters(), strict=True):
        assert torch.equal(a, b)


def test_the_bundled_model_of_polymers_is_loaded_once() -> None:
    assert finish(model_of(PolymerModel("vae"))) is finish(model_of(PolymerModel("vae")))


def test_data_to_compare_with_are_the_same_at_every_call() -> None:
    assert (reference(DATASETS["moons"]) == reference(DATASETS["moons"])).all()
    assert reference(DATASETS["gaussian"]).shape == (DRAWN, 1)


@pytest.mark.slow
def test_the_page_reaches_one_and_a_half_floors_on_the_swiss_roll() -> None:
    """With the options that the page starts from."""
    options = FitOptions(steps=int(training_panel.DEFAULTS["steps"]),
                         learning_rate=training_panel.DEFAULTS["learning_rate"])  # fmt: skip
    run = finish(train(training("swiss_roll", options)))

    def drawn(n: int, generator: Generator) -> torch.Tensor:
        x = torch.randn(n, 2, generator=generator)
        *_, last = sample(run.model, Cosine(T=100), x, DDPM(), generator)
        return last.x

    found = energy_ratio(drawn, DATASETS["swiss_roll"].sample, 2000, range(6))
    assert found.mean <= 1.5, found


def test_one_update_is_not_several() -> None:
    assert (updates(1), updates(1200)) == ("1 update", "1,200 updates")
