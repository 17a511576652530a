"""Of several candidates the low and the different are kept, and they are not touched."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch

from engine.chem.energy import ForceField
from engine.chem.structure import count_clashes
from engine.conformers import choose
from engine.conformers.selection import (
    CLASH,
    CONTACT,
    REACH,
    WINDOW,
    basin_energies,
    representative_subset,
)
from engine.progress import Step, finish
from engine.torsional import repeat
from engine.torsional.geometry import rotate
from engine.torsional.guidance import contacts, distant_pairs
from engine.torsional.torus import sample_uniform
from tests.invariance import random_rotation
from tests.molecules import DRUG, IBUPROFEN, chem, record, seeds


@pytest.fixture(scope="module")
def scattered() -> np.ndarray:
    """Twelve conformers of the drug with random torsions."""
    batch = repeat(record(DRUG), seeds(DRUG, 12))
    generator = torch.Generator().manual_seed(0)
    delta = sample_uniform((12, record(DRUG).n_rotors), generator)
    return rotate(batch.xyz, batch.rotors, batch.moving, delta).numpy()


def _covered(distance: np.ndarray, chosen: np.ndarray, weight: np.ndarray) -> float:
    """How well the chosen represent all."""
    return float(np.exp(-((distance[chosen].min(axis=0) / REACH) ** 2)) @ weight)


def test_each_cluster_is_represented() -> None:
    places = np.array([0.0, 9.0, 0.1, 4.0, 9.1, 0.2, 4.1, 9.2, 0.3])
    distance = np.abs(places[:, None] - places[None])
    three = representative_subset(distance, 3, np.ones(9))
    assert np.round(places[three] / 4.5).tolist() == [0, 2, 1], "the larger clusters first"
    assert places[three[0]] in (0.1, 0.2), "from the middle of its cluster"
    assert sorted(representative_subset(distance, 9, np.ones(9)).tolist()) == list(range(9))
    heavy = np.where(places > 8, 2.0, 1.0)
    assert places[representative_subset(distance, 1, heavy)[0]] > 8, (
        "a crowd of three counts more than of four"
    )


def test_greedy_choice_is_near_the_best() -> None:
    """At least 1 - 1/e of the best by trying all (Nemhauser, Wolsey and Fisher 1978)."""
    rng = np.random.default_rng(1)
    for _ in range(5):
        points = rng.normal(size=(9, 3)) * 2
        distance = np.linalg.norm(points[:, None] - points[None], axis=-1)
        weight = rng.uniform(0.1, 1, size=9)
        best = max(_covered(distance, np.array(c), weight) for c in combinations(range(9), 3))
        found = _covered(distance, representative_subset(distance, 3, weight), weight)
        assert (1 - np.exp(-1)) * best <= found <= best + 1e-9


def test_basins_are_lower_than_where_the_candidates_stand(scattered: np.ndarray) -> None:
    height = finish(basin_energies(chem(DRUG), scattered))
    assert (height < ForceField(chem(DRUG)).energies(scattered)).all()


def test_high_basins_go_first_and_none_is_kept_twice(scattered: np.ndarray) -> None:
    touching = contacts(torch.from_numpy(scattered), distant_pairs(record(DRUG))).numpy()
    clashing = count_clashes(chem(DRUG), scattered) > 0
    height = finish(basin_energies(chem(DRUG), scattered)) - CONTACT * touching + CLASH * clashing
    for n in (1, 4, 8, 11):
        chosen = finish(choose(chem(DRUG), record(DRUG), scattered, n))
        assert len(set(chosen.tolist())) == len(chosen) == n
        allowed = max(height.min() + WINDOW, np.sort(height)[n - 1])
        assert height[chosen].max() <= allowed
        own = chosen[chosen < n]
        assert np.array_equal(chosen[own], own), "a candidate that stays keeps its place"


def test_a_turned_copy_is_a_repeat() -> None:
    low = seeds(IBUPROFEN, 4)
    turn = random_rotation(torch.Generator().manual_seed(3)).numpy()
    both = np.concatenate([low, low @ turn.T + 5.0]).astype(np.float32)
    height = finish(basin_energies(chem(IBUPROFEN), both))
    assert height.max() < height.min() + WINDOW, "none goes for its energy"
    chosen = finish(choose(chem(IBUPROFEN), record(IBUPROFEN), both, 4))
    assert sorted((chosen % 4).tolist()) == [0, 1, 2, 3]


def test_few_candidates_are_all_kept_without_work(scattered: np.ndarray) -> None:
    steps: list[Step] = []
    work = choose(chem(DRUG), record(DRUG), scattered, 12)
    assert finish(work, steps.append).tolist() == list(range(12))
    assert not steps
    finish(choose(chem(DRUG), record(DRUG), scattered, 11), steps.append)
    assert [step.done for step in steps] == list(range(1, 13))
