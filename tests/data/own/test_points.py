"""Points that readers bring: refused in a sentence, thinned out, standardised and given back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Generator

from engine.data.own.points import HELD_OUT, MAX_POINTS, OwnPoints

XY = ("height", "weight")


def cloud(n: int = 1000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 2)) * [3.0, 500.0] + [1e4, -2.0]


def test_standardised_points_have_mean_0_and_variance_1_and_go_back() -> None:
    own = OwnPoints(cloud(), XY)
    z = torch.cat([own.train(), own.held_out()])
    assert z.mean(dim=0).abs().max() < 1e-4
    assert (z.std(dim=0, correction=0) - 1).abs().max() < 1e-4
    back = own.restore(z)
    order = np.lexsort(back.T), np.lexsort(own.points.T)
    assert np.allclose(back[order[0]], own.points[order[1]], rtol=1e-6, atol=1e-3)


def test_a_shared_scale_keeps_the_shape() -> None:
    own = OwnPoints(cloud(), XY, shared=True)
    assert own.spread[0] == own.spread[1]
    z = torch.cat([own.train(), own.held_out()])
    assert float(z.square().mean()) == pytest.approx(1, abs=1e-4)
    ratio = z.std(dim=0)
    assert float(ratio[1] / ratio[0]) == pytest.approx(500 / 3, rel=0.1)


def test_a_fifth_is_kept_from_training_and_nothing_is_lost() -> None:
    own = OwnPoints(cloud(1000), XY)
    assert len(own.held_out()) == 1000 * HELD_OUT and len(own.train()) == 800
    drawn = own.sample(800, Generator().manual_seed(0))
    assert len(drawn.unique(dim=0)) == 800, "no row twice while they last"
    both = torch.cat([own.train(), own.held_out()])
    assert len(both.unique(dim=0)) == 1000
    fresh = own.fresh(200, Generator().manual_seed(0))
    assert torch.equal(fresh.unique(dim=0), own.held_out().unique(dim=0))


def test_of_few_points_none_are_kept_and_draws_go_round() -> None:
    own = OwnPoints(cloud(7), XY)
    assert len(own.held_out()) == 0
    drawn = own.sample(21, Generator().manual_seed(0))
    rows, counts = drawn.unique(dim=0, return_counts=True)
    assert len(rows) == 7 and set(counts.tolist()) == {3}


def test_a_million_rows_are_thinned_out_and_the_description_says_so() -> None:
    own = OwnPoints(cloud(1_000_000), XY)
    assert len(own.points) == MAX_POINTS
    assert own.description.startswith("20,000 of 1,000,000 points, drawn at random, standardised")
    assert np.abs(own.mean - [1e4, -2.0]).max() < 4 * 500 / np.sqrt(MAX_POINTS)


def test_the_description_is_what_was_done() -> None:
    own = OwnPoints(np.array([[1.0, 10.0], [3.0, 30.0]]), XY)
    assert own.description == (
        "2 points, standardised, each column by itself: height = 2 + 1 z, weight = 20 + 10 z."
    )


def test_equal_points_are_one_data_set() -> None:
    one, same, other = OwnPoints(cloud(), XY), OwnPoints(cloud(), XY), OwnPoints(cloud(seed=1), XY)
    assert one == same and hash(one) == hash(same) and one.key == same.key
    assert one != other and one.key != other.key
    assert one != OwnPoints(cloud(), XY, shared=True)


BAD: list[tuple[list[list[float]], bool, str]] = [
    ([], False, "There are no points here"),
    ([[1, 2]], False, "There is only one point here"),
    ([[1, 2], [float("nan"), 3]], False, r"Row 2 of height is missing \(NaN\)\.$"),
    ([[1, float("inf")], [2, 3]], False, r"Row 1 of weight is infinite\.$"),
    ([[1, 2], [3, float("nan")], [3, float("nan")]], False, "Row 2 of weight .* 1 more"),
    ([[1, 2], [3, 2], [4, 2]], False, "weight is 2 in every row"),
    ([[0.1 + 0.2, 2], [0.3, 3]], False, "height is 0.3 in every row"),
    ([[1e200, 2], [3, 4]], False, "too large"),
    ([[5, 2], [5, 2]], True, "All points lie at one place"),
]


@pytest.mark.parametrize(("rows", "shared", "sentence"), BAD)
def test_what_cannot_be_learned_is_one_sentence(
    rows: list[list[float]], shared: bool, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        OwnPoints(np.array(rows, dtype=np.float64).reshape(-1, 2), XY, shared)
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".")


def test_a_straight_line_can_be_learned_where_the_scale_is_shared() -> None:
    own = OwnPoints(np.array([[0.0, 1.0], [2.0, 1.0]]), XY, shared=True)
    assert own.train().isfinite().all()
