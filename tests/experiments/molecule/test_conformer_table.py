"""The table of conformers: rows in the order of energy, numbers of the right conformer."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdMolTransforms

from engine.chem.energy import boltzmann_weights
from engine.chem.energy.quantum import has_tight_binding
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.conformer_table import columns, tight_binding, title
from engine.experiments.molecule.ensembles import Selection, Shown, measured, shown
from engine.experiments.molecule.measuring import Measured
from engine.progress import finish


@pytest.fixture(scope="module")
def samples(run: Run) -> Shown:
    return shown("model", finish(measured(run, "model")), Selection(duplicates=0.0))


@pytest.fixture(scope="module")
def minima(run: Run) -> Shown:
    return shown("relaxed", finish(measured(run, "relaxed")), Selection(duplicates=0.0))


def test_low_energies_stand_first_and_every_number_stays_with_its_conformer(
    run: Run, samples: Shown
) -> None:
    table = columns(samples)
    assert table["Conformer"].tolist() == [1, 2, 3, 4]
    assert table["Energy"].tolist() == sorted(run.samples.relative_energies.tolist())
    assert table["RMSD to the lowest"][0] == 0
    assert (table["RMSD to the lowest"][1:] > 0).all()
    for k, number in enumerate(samples.order):
        assert np.array_equal(samples.ensemble.xyz[k], run.samples.xyz[number])


def test_weights_are_given_to_minima_only(samples: Shown, minima: Shown) -> None:
    assert "Weight" not in columns(samples)
    weights = columns(minima)["Weight"]
    assert weights == pytest.approx(100 * boltzmann_weights(minima.ensemble.energies))
    assert weights.sum() == pytest.approx(100)


def test_a_second_method_keeps_the_order_and_has_its_own_zero(minima: Shown) -> None:
    table = columns(minima, np.array([-5.0, np.inf, -7.0, -6.0]))
    assert table["GFN2"].tolist() == [2.0, np.inf, 0.0, 1.0]
    assert table["GFN2 weight"].tolist()[1] == 0
    assert table["GFN2 weight"].sum() == pytest.approx(100)


def test_a_title_says_number_energy_and_cluster(samples: Shown, minima: Shown) -> None:
    assert title(minima, 0) == "Conformer 1 · 0.0 kcal/mol · cluster 1"
    assert title(samples, 0) == "Conformer 1 · 0.0 kcal/mol, not minimised · cluster 1"


@pytest.mark.skipif(not has_tight_binding(), reason="the package tblite is not installed")
def test_tight_binding_knows_that_anti_butane_is_lower_than_gauche() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("CCCC"))
    rdDistGeom.EmbedMolecule(mol, randomSeed=1)
    shapes = []
    for angle in (180.0, 65.0):
        rdMolTransforms.SetDihedralDeg(mol.GetConformer(), 0, 1, 2, 3, angle)
        shapes.append(mol.GetConformer().GetPositions())

    class Two:
        xyz = np.stack(shapes)

        def __len__(self) -> int:
            return len(self.xyz)

    given: Measured = SimpleNamespace(ensemble=Two())  # type: ignore[assignment]
    anti, gauche = finish(tight_binding(mol, given))
    assert 0.2 < gauche - anti < 2.0
