"""The table of conformers: rows in the order of energy, numbers of the right conformer."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdMolTransforms

from engine.chem.energy import boltzmann_weights
from engine.chem.energy.quantum import has_tight_binding
from engine.chem.structure import Description
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.conformer_table import columns, described, tight_binding
from engine.progress import finish

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


@pytest.fixture(scope="module")
def three(run: Run) -> Run:
    """A run of three samples with energies that are easy to sort."""
    samples = replace(run.samples, xyz=run.samples.xyz[:3], energies=ENERGIES)
    return replace(run, result=replace(run.result, samples=samples))


def test_low_energies_stand_first_and_every_number_stays_with_its_conformer(three: Run) -> None:
    table = columns(three, description(np.array([0.1, 0.2, 0.3])))
    assert table["Conformer"].tolist() == [2, 3, 1]
    assert table["Energy"].tolist() == [0.0, 1.0, 2.0]
    assert table["Weight"].tolist() == pytest.approx(
        100 * np.sort(boltzmann_weights(ENERGIES))[::-1]
    )
    assert table["RMSD to the first"].tolist() == [0.0, 0.5, 1.5]
    assert table["RMSD to the file"].tolist() == [0.2, 0.3, 0.1]
    assert table["Cluster"].tolist() == [1, 1, 2]
    assert table["Stereo"].tolist() == ["kept", "kept", "wrong"]


def test_without_a_force_field_the_order_is_that_of_sampling(three: Run) -> None:
    samples = replace(three.samples, energies=np.empty(0), energy_name="")
    plain = replace(three, result=replace(three.result, samples=samples))
    table = columns(plain, description())
    assert table["Conformer"].tolist() == [1, 2, 3]
    assert "Energy" not in table and "RMSD to the file" not in table


def test_a_second_method_keeps_the_order_and_has_its_own_zero(three: Run) -> None:
    table = columns(three, description(), np.array([-5.0, np.inf, -7.0]))
    assert table["Conformer"].tolist() == [2, 3, 1]
    assert table["GFN2"].tolist() == [np.inf, 0.0, 2.0]
    assert table["GFN2 weight"].tolist()[0] == 0
    assert table["GFN2 weight"].sum() == pytest.approx(100)


def test_every_sample_is_described(run: Run) -> None:
    found = finish(described(run))
    assert found.rmsd.shape == (4, 4) and found.rmsd_uploaded is None
    assert len(columns(run, found)["Cluster"]) == 4


@pytest.mark.skipif(not has_tight_binding(), reason="the package tblite is not installed")
def test_tight_binding_knows_that_anti_butane_is_lower_than_gauche() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("CCCC"))
    rdDistGeom.EmbedMolecule(mol, randomSeed=1)
    shapes = []
    for angle in (180.0, 65.0):
        rdMolTransforms.SetDihedralDeg(mol.GetConformer(), 0, 1, 2, 3, angle)
        shapes.append(mol.GetConformer().GetPositions())

    class Samples:
        xyz = np.stack(shapes)

        def __len__(self) -> int:
            return len(self.xyz)

    anti, gauche = finish(
        tight_binding(SimpleNamespace(record=SimpleNamespace(mol=mol), samples=Samples()))
    )
    assert 0.2 < gauche - anti < 2.0
