"""Training on one molecule, sampled on the way; both models; the cost of wrapping."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.experiments.molecule import own_training, wrapping
from engine.experiments.molecule.own_training import (
    DIALS,
    OwnModel,
    largest_turns,
    on_molecule,
    side_by_side,
    teaching,
)
from engine.experiments.molecule.record import Record, Source, read
from engine.experiments.training_run import train
from engine.progress import finish
from engine.torsional.scratch import ScratchOptions

QUICK = ScratchOptions(steps=300, batch_size=256)


@pytest.fixture(scope="module")
def butane() -> Record:
    record = finish(read(Source("smiles", "CCCC")))
    assert isinstance(record, Record)
    return record


def test_what_a_model_is_trained_on_compares_by_value(butane: Record) -> None:
    xyz = butane.molecule.xyz
    taught = teaching(butane, xyz[:1])
    assert taught == teaching(butane, xyz[:1].copy()) and len(taught) == 1
    assert taught != teaching(butane, xyz[:1] + 1)
    np.testing.assert_array_equal(taught.xyz, xyz[:1])
    with pytest.raises(ValueError, match="no conformer"):
        teaching(butane, xyz[:0])


def test_one_conformer_is_remembered_and_the_shipped_model_is_free(
    butane: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_training, "STEPS", 50)
    taught = teaching(butane, butane.molecule.xyz[:1])
    run = finish(train(on_molecule(taught, QUICK, seed=0)))
    assert isinstance(run.name, OwnModel) and run.name == OwnModel(taught, run.training)
    assert run.samples is not None and run.samples.shape == (DIALS, butane.molecule.n_rotors)
    assert run.losses[-1] < 0.4 < 0.7 < run.losses[0]
    found = finish(side_by_side(run.name, seed=0))
    assert found.own.returned > 0.8 > found.shipped.returned
    assert found.memory.verdict == "memorises"
    assert found.own.distance < 0.15
    assert np.allclose(found.own.shares.sum(1), 100)


def test_turns_are_measured_the_shorter_way_round() -> None:
    one = np.array([[math.radians(179.0), 0.0]])
    other = np.array([[math.radians(-178.0), 0.1], [0.0, 0.0]])
    assert largest_turns(one, other)[0] == pytest.approx([math.degrees(0.1), 179.0])


def test_wrapping_heaps_angles_and_bends_the_score() -> None:
    found = finish(wrapping.wrapping(1000, seed=0))
    training, start = wrapping.exact_lengths()
    assert training == pytest.approx(math.exp(-0.5), abs=1e-6) and start < 0.0073
    assert found.training_length == pytest.approx(training, abs=0.01)
    assert found.start_length == pytest.approx(start, abs=0.015)
    assert wrapping.resultant_length() == pytest.approx(0.6065, abs=0.01)
    assert found.training.sum() == pytest.approx(100) and found.uniform.sum() == pytest.approx(100)
    assert found.training.max() > 2 * found.uniform[0] > found.start.max()
    ends = np.abs(found.wrapped[[0, -1]])
    assert ends.max() < 1e-6, "the true score is zero opposite the mean"
    assert found.used[0] == pytest.approx(math.pi) == -found.used[-1]
    middle = len(found.angles) // 2
    near = slice(middle - 30, middle + 31)
    np.testing.assert_allclose(found.wrapped[near], found.used[near], atol=0.02)
    with pytest.raises(ValueError, match="t is"):
        finish(wrapping.wrapping(0, seed=0))
