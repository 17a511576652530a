"""Of several candidates the low and the different are kept, and they are not touched."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.chem.energy import mmff_energies
from engine.choose import WINDOW, choose, thinned, valleys
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


def test_of_the_two_most_alike_the_worse_goes() -> None:
    places = np.array([0.0, 5.0, 0.1, 9.0, 5.3])
    distance = np.abs(places[:, None] - places[None])
    assert thinned(distance, 4).tolist() == [0, 1, 3, 4]  # 0 and 2 were the closest
    assert thinned(distance, 3).tolist() == [0, 1, 3]  # then 1 and 4
    assert thinned(distance, 5).tolist() == [0, 1, 2, 3, 4]


def test_the_fewer_are_left_the_farther_apart_they_are() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(40, 3))
    distance = np.linalg.norm(points[:, None] - points[None], axis=-1)
    before, closest = set(range(40)), 0.0
    for n in range(39, 1, -1):
        left = thinned(distance, n)
        assert len(left) == n and set(left) < before
        apart = distance[np.ix_(left, left)][~np.eye(n, dtype=bool)].min()
        assert apart >= closest
        before, closest = set(left), apart


def test_valleys_are_lower_than_where_the_candidates_stand(scattered: np.ndarray) -> None:
    height = valleys(chem(DRUG), scattered)
    assert (height < mmff_energies(chem(DRUG), scattered)).all()


def test_high_valleys_go_first_and_none_is_kept_twice(scattered: np.ndarray) -> None:
    height = valleys(chem(DRUG), scattered)
    for n in (1, 4, 8, 11):
        chosen = choose(chem(DRUG), scattered, n)
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
    assert sorted(k % 4 for k in choose(chem(IBUPROFEN), both, 4).tolist()) == [0, 1, 2, 3]


def test_few_candidates_are_all_kept_without_work(scattered: np.ndarray) -> None:
    heard: list[int] = []
    assert choose(chem(DRUG), scattered, 12, heard.append).tolist() == list(range(12))
    assert not heard
    choose(chem(DRUG), scattered, 11, heard.append)
    assert heard == list(range(1, 13))
