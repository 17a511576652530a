"""Networks on small training sets: what they memorise, and how their runs are repeated."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
import torch

from engine.data import Dataset
from engine.denoisers import FitOptions, Learned
from engine.experiments.exact_learned import memorisation
from engine.experiments.exact_learned.memorisation import (
    MemorySettings,
    SmallNetwork,
    TrainingSet,
    films,
    learn,
    references,
)
from engine.experiments.networks import Network, Update, updates
from engine.progress import Step, finish

ROLL = TrainingSet("swiss_roll", 8, 0)


@pytest.mark.slow
def test_a_network_memorises_eight_points() -> None:
    heard: list[Step] = []
    small = finish(learn(ROLL, SmallNetwork(width=64, depth=3, steps=1000)), heard.append)
    assert small.run.step == small.run.options.steps == small.ratios[-1][0] == 1000
    assert [step.partial for step in heard if step.partial is not None][-1] is small
    assert small.samples.memory.ratio == small.ratios[-1][1]
    assert small.samples.memory.verdict == "memorises"
    assert small.parameters == sum(p.numel() for p in small.run.model.net.parameters())


def test_the_exact_denoiser_memorises_and_the_bundled_network_generalises() -> None:
    found = finish(references(ROLL, Network("swiss_roll")))
    assert found.exact.memory.verdict == "memorises"
    assert found.bundled is not None and found.bundled.memory.verdict == "generalises"


def test_copies_are_found_also_among_many_points() -> None:
    found = finish(references(TrainingSet("swiss_roll", max(memorisation.COUNTS), 0), None))
    assert found.exact.memory.verdict == "memorises"
    assert found.exact.memory.copies > 0.9
    assert found.bundled is None


def test_the_export_repeats_what_the_page_shows() -> None:
    """Also where the network is no longer held and has to be trained again."""
    torch.set_num_threads(1)
    known = finish(references(ROLL, None))
    small = finish(learn(ROLL, SmallNetwork(width=16, depth=1, steps=250)))
    settings, film = MemorySettings(ROLL, small.run.training), small.samples.film
    held = finish(films(settings))
    del small
    gc.collect()
    heard: list[Step] = []
    again = finish(films(settings), heard.append)
    assert len(heard) > 200, "the network was trained again"
    for made in (held, again):
        np.testing.assert_array_equal(made.exact, known.exact.film)
        np.testing.assert_array_equal(made.network, film)
        np.testing.assert_array_equal(made.points, known.points)


def test_a_training_that_is_left_makes_no_further_update(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counted(data: Dataset, options: FitOptions, seed: int) -> Iterator[Update[Learned]]:
        for update in updates(data, options, seed):
            made.append(update.step)
            yield update

    monkeypatch.setattr(memorisation, "updates", counted)
    work = learn(ROLL, SmallNetwork(width=16, depth=1, steps=250))
    first, *others = islice(work, 5)
    work.close()
    assert first.done == 0 and [step.done for step in others] == made == [1, 2, 3, 4]
