"""Of several candidates the low and the different are kept, and they are not touched."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch

from engine.chem.energy import mmff_energies
from engine.chem.geometry import count_clashes
from engine.choose import CLASH, CONTACT, REACH, WINDOW, choose, spokesmen, valleys
from engine.torsional.attraction import contacts, strangers
from engine.torsional.batch import repeat
from engine.torsional.geometry import rotate
from engine.torus import sample_uniform
from tests.invariance import random_rotation
from tests.molecules import DRUG, IBUPROFEN, chem, record, seeds


@pytest.fixture(scope="module")
def scattered() -> np.ndarray:
    """Twelve conformers of the drug with random torsions."""
    batch = repeat(record(DRUG), seeds(DRUG, 12))
    generator = torch.Generator().manual_seed(0)
    delta = sample_uniform((12, record(DRUG).n_rotors), generator)
    return rotate(batch.xyz, batch.rotors, batch.moving, delta).numpy()


def _spoken_for(distance: np.ndarray, chosen: np.ndarray, weight: np.ndarray) -> float:
    """What the chosen are worth to all."""
    return float(np.exp(-((distance[chosen].min(axis=0) / REACH) ** 2)) @ weight)


def test_each_crowd_has_its_spokesman() -> None:
    places = np.array([0.0, 9.0, 0.1, 4.0, 9.1, 0.2, 4.1, 9.2, 0.3])
    distance = np.abs(places[:, None] - places[None])
    three = spokesmen(distance, 3, np.ones(9))
    assert np.round(places[three] / 4.5).tolist() == [0, 2, 1], "the larger crowds first"
    assert places[three[0]] in (0.1, 0.2), "from the middle of its crowd"
    assert sorted(spokesmen(distance, 9, np.ones(9)).tolist()) == list(range(9))
    heavy = np.where(places > 8, 2.0, 1.0)
    assert places[spokesmen(distance, 1, heavy)[0]] > 8, "a crowd of three counts more than of four"


def test_greedy_choice_is_near_the_best() -> None:
    """At least 1 - 1/e of the best by trying all (Nemhauser, Wolsey and Fisher 1978)."""
    rng = np.random.default_rng(1)
    for _ in range(5):
        points = rng.normal(size=(9, 3)) * 2
        distance = np.linalg.norm(points[:, None] - points[None], axis=-1)
        weight = rng.uniform(0.1, 1, size=9)
        best = max(_spoken_for(distance, np.array(c), weight) for c in combinations(range(9), 3))
        found = _spoken_for(distance, spokesmen(distance, 3, weight), weight)
        assert (1 - np.exp(-1)) * best <= found <= best + 1e-9


def test_valleys_are_lower_than_where_the_candidates_stand(scattered: np.ndarray) -> None:
    height = valleys(chem(DRUG), scattered)
    assert (height < mmff_energies(chem(DRUG), scattered)).all()


def test_high_valleys_go_first_and_none_is_kept_twice(scattered: np.ndarray) -> None:
    touching = contacts(torch.from_numpy(scattered), strangers(record(DRUG))).numpy()
    clashing = count_clashes(chem(DRUG), scattered) > 0
    height = valleys(chem(DRUG), scattered) - CONTACT * touching + CLASH * clashing
    for n in (1, 4, 8, 11):
        chosen = choose(chem(DRUG), record(DRUG), scattered, n)
        assert len(set(chosen.tolist())) == len(chosen) == n
        allowed = max(height.min() + WINDOW, np.sort(height)[n - 1])
        assert height[chosen].max() <= allowed
        own = chosen[chosen < n]
        assert np.array_equal(chosen[own], own), "a candidate that stays keeps its place"


def test_a_turned_copy_is_a_repeat() -> None:
    low = seeds(IBUPROFEN, 4)
    turn = random_rotation(torch.Generator().manual_seed(3)).numpy()
    both = np.concatenate([low, low @ turn.T + 5.0]).astype(np.float32)
    height = valleys(chem(IBUPROFEN), both)
    assert height.max() < height.min() + WINDOW, "none goes for its energy"
    chosen = choose(chem(IBUPROFEN), record(IBUPROFEN), both, 4)
    assert sorted((chosen % 4).tolist()) == [0, 1, 2, 3]


def test_few_candidates_are_all_kept_without_work(scattered: np.ndarray) -> None:
    heard: list[int] = []
    assert choose(chem(DRUG), record(DRUG), scattered, 12, heard.append).tolist() == list(range(12))
    assert not heard
    choose(chem(DRUG), record(DRUG), scattered, 11, heard.append)
    assert heard == list(range(1, 13))
