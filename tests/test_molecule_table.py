"""The table of conformers: rows in the order of energy, numbers of the right conformer."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from engine.chem.describe import Description
from engine.chem.energy import boltzmann_weights
from engine.figures.conformers import rmsd_map
from pages.ui.molecule_table import rows

ENERGIES = np.array([3.0, 1.0, 2.0])
RMSD = np.array([[0.0, 1.5, 1.0], [1.5, 0.0, 0.5], [1.0, 0.5, 0.0]])


def description(uploaded: np.ndarray | None = None) -> Description:
    return Description(
        rmsd=RMSD,
        rmsd_uploaded=uploaded,
        cluster=np.array([2, 1, 1]),
        gyration=np.array([3.0, 2.0, 2.5]),
        hydrogen_bonds=np.array([0, 1, 0]),
        clashes=np.array([1, 0, 0]),
        stereo_errors=np.array([True, False, False]),
    )


def run(field: str) -> SimpleNamespace:
    return SimpleNamespace(
        field=field, model=SimpleNamespace(energies=ENERGIES), frames=np.zeros((2, 3, 4, 3))
    )


def test_low_energies_stand_first_and_every_number_stays_with_its_conformer() -> None:
    table = rows(run("MMFF94s"), description(np.array([0.1, 0.2, 0.3])))
    assert table["Conformer"].tolist() == [2, 3, 1]
    assert table["Energy"].tolist() == [0.0, 1.0, 2.0]
    assert table["Weight"].tolist() == pytest.approx(
        100 * np.sort(boltzmann_weights(ENERGIES))[::-1]
    )
    assert table["RMSD to the first"].tolist() == [0.0, 0.5, 1.5]
    assert table["RMSD to the file"].tolist() == [0.2, 0.3, 0.1]
    assert table["Cluster"].tolist() == [1, 1, 2]
    assert table["Stereo"].tolist() == ["kept", "kept", "wrong"]


def test_without_a_force_field_the_order_is_that_of_sampling() -> None:
    table = rows(run(""), description())
    assert table["Conformer"].tolist() == [1, 2, 3]
    assert "Energy" not in table and "RMSD to the file" not in table


def test_the_map_is_symmetric_and_in_the_same_order() -> None:
    heat = rmsd_map(RMSD, np.array([1, 2, 0]), dark=False).data[0]
    assert list(heat.x) == list(heat.y) == ["2", "3", "1"]
    assert heat.z.tolist() == RMSD[np.ix_([1, 2, 0], [1, 2, 0])].tolist()
