"""Charts of chains: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import pytest

from engine.figures import palette
from engine.figures.charts.chains import distribution, sampled_chains, side_by_side


def test_shares_of_a_distribution_sum_to_one() -> None:
    rng = np.random.default_rng(0)
    figure = distribution(rng.normal(size=1000), {"Sampled": rng.normal(1, 1, size=500)}, "Å")
    data, sampled = figure.data
    assert sum(data.y) == pytest.approx(1, abs=0.01)
    assert sum(sampled.y) == pytest.approx(1, abs=0.01)
    assert np.allclose(data.x, sampled.x)
    assert data.line.color == palette.role("data")
    assert sampled.line.color == palette.role("model")
    assert figure.layout.xaxis.title.text == "Å"


def test_several_sets_get_colours_of_their_own() -> None:
    x = np.linspace(0, 1, 50)
    figure = distribution(x, {"a": x, "b": x}, "", dark=True)
    colours = [trace.line.color for trace in figure.data]
    assert len(set(colours)) == 3
    assert colours[0] == palette.role("data", dark=True)


def test_equal_values_are_drawn_all_the_same() -> None:
    figure = distribution(np.ones(5), {"Sampled": np.ones(3)}, "σ")
    assert sum(figure.data[0].y) == pytest.approx(1)


def test_no_data_are_refused() -> None:
    with pytest.raises(ValueError, match="no data"):
        distribution([], {}, "σ")


@pytest.mark.parametrize("dim", [2, 3])
def test_chains_side_by_side_keep_every_bond_length(dim: int) -> None:
    chains = np.random.default_rng(1).normal(size=(5, 6, dim))
    figure = side_by_side(chains, columns=2)
    assert len(figure.data) == 5
    flat = chains if dim == 2 else chains[..., [2, 0]]
    for trace, chain in zip(figure.data, flat, strict=True):
        drawn = np.stack([trace.x, trace.y], axis=-1)
        assert np.allclose(np.diff(drawn, axis=0), np.diff(chain, axis=0))


def test_chains_in_other_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="Chains are"):
        side_by_side(np.zeros((2, 5, 4)))


def test_samples_are_drawn_as_the_chains_that_they_are() -> None:
    samples = np.random.default_rng(0).normal(size=(9, 10))
    drawn = sampled_chains((5, 2), samples, count=6, columns=2)
    assert drawn == side_by_side(samples[:6].reshape(6, 5, 2), columns=2)


def test_a_mark_stands_at_its_place() -> None:
    figure = distribution(np.arange(9.0), {}, "σ", mark=3.5)
    assert [shape.x0 for shape in figure.layout.shapes] == [3.5]
