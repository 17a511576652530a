"""What the browser's scripts read: the molecule itself, and coordinates that come back."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.figures.molecule.scene import CROWD, described, noise_label, packed, pass_seconds
from engine.figures.molecule.views import present
from engine.molecule import Molecule
from tests.molecules import DRUG, chem, record


@pytest.fixture(scope="module")
def drug() -> Molecule:
    return record(DRUG, 2)


def test_the_rotors_know_their_bonds(drug: Molecule) -> None:
    assert len(drug.rotor_bonds) == drug.n_rotors == len(set(drug.rotor_bonds.tolist()))
    assert np.array_equal(np.sort(drug.bonds[drug.rotor_bonds]), np.sort(drug.rotors))


def test_a_description_is_the_molecule(drug: Molecule) -> None:
    sent = json.loads(json.dumps(described(drug, [a.GetSymbol() for a in chem(DRUG).GetAtoms()])))
    assert np.array_equal([bond["atoms"] for bond in sent["bonds"]], drug.bonds)
    for m, rotor in enumerate(sent["rotors"]):
        own = sent["bonds"][rotor["bond"]]
        assert own["rotor"] == m and own["label"] == rotor["label"]
        assert sorted(own["atoms"]) == sorted((rotor["b"], rotor["c"]))
        assert np.array_equal(np.flatnonzero(drug.moving[m]), rotor["moving"])
    assert sent["crowd"] == CROWD
    assert sum(bond["rotor"] is None for bond in sent["bonds"]) == len(drug.bonds) - drug.n_rotors


@pytest.mark.parametrize("size", [1.0, 50.0])
def test_coordinates_come_back(drug: Molecule, size: float) -> None:
    frames = np.stack([drug.xyz, drug.xyz[::-1]])
    frames = frames + size * (np.arange(drug.n_atoms) == 0)[:, None]
    sent = packed(drug, frames)
    assert sent.numbers.dtype == np.dtype("<i2") and sent.shape == (2, 2, drug.n_atoms)
    back = sent.numbers.reshape(*sent.shape, 3) * sent.unit
    assert np.abs(back - present(drug, frames)).max() <= sent.unit / 2 * 1.001
    assert sent.unit <= max(1e-3, 2 * size / 1000)


def test_a_pass_is_neither_hurried_nor_endless() -> None:
    assert pass_seconds(6) < pass_seconds(21) < pass_seconds(101) == pass_seconds(1001) == 9
    assert noise_label(np.pi) == "σ = 180°" and noise_label(0) == "σ = 0°"
