"""Trained on one conformer, the model gives that one back; the same seed gives the same model."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from engine.torsional import SampleOptions, load, sample
from engine.torsional.geometry import dihedrals
from engine.torsional.scratch import ScratchOptions, fit
from engine.torsional.scratch.process import wrapped
from engine.torsional.scratch.training import TUTORIAL
from tests.molecules import IBUPROFEN, record

SMALL = ScratchOptions(steps=60, batch_size=64)


def test_the_same_seed_gives_the_same_model() -> None:
    molecule = record("CCCC")

    def losses(seed: int) -> list[float]:
        made = fit(molecule, molecule.xyz[:1], SMALL, torch.Generator().manual_seed(seed))
        return [progress.loss for progress in islice(made, 5)]

    assert losses(1) == losses(1) != losses(2)


def test_nothing_to_train_on_is_refused() -> None:
    molecule = record("CCCC")
    with pytest.raises(ValueError, match="conformer"):
        next(fit(molecule, molecule.xyz[:0], SMALL, torch.Generator()))
    with pytest.raises(ValueError, match="steps"):
        ScratchOptions(steps=0)


def test_the_tutorials_fifty_updates_leave_the_loss_where_it_was() -> None:
    molecule = record("CCCC")
    made = list(fit(molecule, molecule.xyz[:1], TUTORIAL, torch.Generator().manual_seed(0)))
    assert len(made) == 50
    assert 0.6 < float(np.mean([progress.loss for progress in made[-25:]])) < 1.5


@pytest.mark.slow
def test_one_conformer_is_given_back() -> None:
    molecule = record("CCCC")
    options = ScratchOptions(steps=400, batch_size=512)
    *_, last = fit(molecule, molecule.xyz[:1], options, torch.Generator().manual_seed(0))
    start = molecule.xyz[1:2].repeat(64, 0)
    how = SampleOptions(steps=50, temperature=1.0, attraction=0.0)
    *_, end = sample(last.model, molecule, start, how, torch.Generator().manual_seed(1))
    quartets = torch.from_numpy(molecule.quartets)
    off = wrapped(
        dihedrals(end.x, quartets) - dihedrals(torch.from_numpy(molecule.xyz[:1]), quartets)
    )
    assert float((off.abs().amax(1).rad2deg() < 30).float().mean()) > 0.9


def test_the_shipped_weights_give_their_conformer_back() -> None:
    model = load("scratch")
    molecule = record(IBUPROFEN)
    given = torch.from_numpy(model.network.given.numpy())[None]  # type: ignore[union-attr]
    quartets = torch.from_numpy(molecule.quartets)
    how = SampleOptions(steps=50, temperature=1.0, attraction=0.0)
    start = given.numpy().repeat(32, 0)
    *_, end = sample(model, molecule, start, how, torch.Generator().manual_seed(0))
    off = wrapped(dihedrals(end.x, quartets) - dihedrals(given, quartets))
    assert float((off.abs().amax(1).rad2deg() < 30).float().mean()) > 0.9
