"""Torsions set by hand: the pose has them, and its cost is that of the field."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.hand import cost, posed
from engine.experiments.molecule.record import Source
from engine.geometry import dihedral_angles
from tests.experiments.molecule import record_of


def test_a_pose_has_the_torsions_asked_for(run: Run) -> None:
    molecule = run.record.molecule
    angles = np.linspace(-170, 170, molecule.n_rotors)
    moved = posed(molecule, run.samples.xyz[0], angles)
    assert np.degrees(dihedral_angles(moved[0], molecule.quartets)) == pytest.approx(
        angles, abs=0.01
    )


def test_turning_to_where_it_is_costs_nothing_and_away_costs_something(run: Run) -> None:
    record, xyz = run.record, run.classical.xyz[0]
    angles = np.degrees(run.classical.torsions[0])
    same = cost(record, xyz, angles)
    assert same.field == "MMFF94s" and same.energy == pytest.approx(0, abs=0.05)
    away = cost(record, xyz, angles + 60)
    assert away.energy > 1, "the local structure is a minimum of this field"


def test_without_a_field_only_clashes_are_counted() -> None:
    odd = record_of(Source("smiles", "CCS(F)(F)(F)(F)CC"))
    found = cost(odd, odd.molecule.xyz[0], np.degrees(odd.torsions))
    assert found.energy is None and found.field == "" and found.clashes == 0
