"""Charts of ensembles show the numbers that they are given."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.figures import palette
from engine.figures.charts.conformers import (
    APART,
    Distribution,
    Levels,
    energy_colours,
    energy_ladder,
    rmsd_map,
    torsion_histograms,
)

CENTRES = np.arange(-160, 181, 20)


def distribution(label: str, role: str, bonds: int) -> Distribution:
    shares = np.random.default_rng(bonds).uniform(0, 9, (bonds, len(CENTRES)))
    return Distribution(label, role, shares)


@pytest.mark.parametrize("bonds", [1, 2, 7])
def test_a_histogram_for_every_bond(bonds: int) -> None:
    ensembles = [distribution("model", "model", bonds), distribution("ETKDG", "reference", bonds)]
    names = [f"C{m}" for m in range(bonds)]
    figure = torsion_histograms(ensembles, CENTRES, names, ["#123456"] * bonds, dark=False)
    assert len(figure.data) == 2 * bonds
    assert sum(trace.showlegend for trace in figure.data) == 2
    for trace, shares in zip(figure.data[::2], ensembles[0].shares, strict=True):
        assert trace.y == pytest.approx(shares) and "± 10°" in trace.hovertemplate
    for trace, shares in zip(figure.data[1::2], ensembles[1].shares, strict=True):
        assert trace.x[0] == -170 and trace.x[-1] == 190, "outlines run along the edges of bins"
        assert trace.y[:-1] == pytest.approx(shares)


def levels(label: str, role: str, k: int) -> Levels:
    rng = np.random.default_rng(k)
    weights = rng.uniform(0, 1, k)
    return Levels(label, role, rng.uniform(0, 9, k), weights / weights.sum())


def test_the_ladder_shows_energies_and_the_weights_that_have_room() -> None:
    ensembles = [levels("model", "model", 5), levels("ETKDG", "reference", 8)]
    figure = energy_ladder(ensembles, "MMFF94s", dark=True)
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    for trace, ensemble in zip(dots, ensembles, strict=True):
        number = trace.customdata[:, 0].astype(int) - 1
        assert trace.y == pytest.approx(ensemble.energies[number])
        assert trace.customdata[:, 1] == pytest.approx(100 * ensemble.weights[number])
        assert np.all(np.diff(trace.y) >= 0)
    written = [a for a in figure.layout.annotations if a.x > 1]
    lowest = int(np.argmin(ensembles[1].energies))
    assert written[0].text == f"{100 * ensembles[1].weights[lowest]:.0f} %"
    highest = max(e.energies.max() for e in ensembles)
    assert all(b.y - a.y >= APART * highest for a, b in pairwise(written))
    assert "MMFF94s" in figure.layout.yaxis.title.text


def test_the_lowest_energy_has_the_strongest_colour() -> None:
    colours = energy_colours(np.array([3.0, 1.0, 2.0]), dark=False)
    assert colours[1] == palette.role("model").lower()
    assert len(set(colours)) == 3


def test_the_map_of_rmsd_is_in_the_order_of_the_table() -> None:
    rmsd = np.array([[0.0, 1.5, 1.0], [1.5, 0.0, 0.5], [1.0, 0.5, 0.0]])
    heat = rmsd_map(rmsd, np.array([1, 2, 0]), dark=False).data[0]
    assert list(heat.x) == list(heat.y) == ["2", "3", "1"]
    assert heat.z.tolist() == rmsd[np.ix_([1, 2, 0], [1, 2, 0])].tolist()
