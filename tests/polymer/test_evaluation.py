"""Samples against chains that were kept from training."""

from __future__ import annotations

import pytest

from engine.data import Polymer
from engine.polymer import (
    CHAINS,
    MEASURES,
    POLYMER,
    adherence,
    assess,
    distances,
    floors,
    held_out,
    training_chains,
)
from engine.polymer.data import size, to_points
from engine.polymer.evaluation import floors_of


def test_floors_are_met_by_the_data_and_not_by_noise() -> None:
    known = distances(held_out())
    assert all(found.distance == 0 < found.floor for found in known.values())
    far = distances(1.05 * held_out())
    assert all(far[name].distance > 4 * floors()[name].mean for name in far)


def test_fewer_chains_have_a_higher_floor() -> None:
    few, many = floors_of(POLYMER, 50), floors_of(POLYMER, 2000)
    assert all(few[key].mean > 2 * many[key].mean for key in MEASURES)


@pytest.mark.parametrize("data", CHAINS.values(), ids=CHAINS)
def test_training_chains_count_as_copies_in_every_reading_and_others_do_not(data: Polymer) -> None:
    for reading in data.readings(training_chains(data)[:40]):
        found = assess(reading, data, repeats=2)
        assert found.nearest_sampled < 1e-3 < 0.1 < found.nearest_held_out
        assert found.copied
    assert not assess(held_out(data)[:40], data, repeats=2).copied


def test_adherence_of_data_that_have_the_target_size() -> None:
    chains = held_out()
    radii = size(to_points(chains))
    near = chains[(radii - 1.6).abs() < 0.05]
    found = adherence(near, 1.6)
    assert found.error < 0.05 and found.broken < 0.01 and found.spread < 0.05
    assert found.diversity > 0.1
    assert adherence(1.2 * near, 1.6).broken > 0.9
