"""The comparison of methods at equal numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolAlign

from engine.chem.energy import boltzmann_weights
from engine.chem.writing import to_sdf
from engine.experiments.molecule.comparison import (
    THRESHOLD,
    chosen_alike,
    compare,
    energy_levels,
    mutual,
    recall,
)
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.ensembles import plain, relaxed_samples
from engine.experiments.molecule.record import Record, Source
from engine.progress import finish
from tests.experiments.molecule import record_of, run_of


def test_plain_conformers_are_its_own_and_repeat(ibuprofen: Record, run: Run) -> None:
    alone = finish(plain(ibuprofen, 4, 3))
    assert alone.xyz.shape == run.classical.xyz.shape and alone.source == "ETKDGv3"
    assert np.median(alone.energies) > np.median(run.classical.energies) + 5
    assert np.array_equal(finish(plain(ibuprofen, 4, 3)).xyz, alone.xyz), "the same seed"


def test_energies_stand_above_the_lowest_of_all_methods(ibuprofen: Record, run: Run) -> None:
    alone, relaxed = finish(plain(ibuprofen, 4, 3)), finish(relaxed_samples(run))
    alike = finish(chosen_alike(run))
    rows = compare(run, alone, alike, relaxed)
    assert [row.ensemble.source for row in rows] == [
        "ETKDGv3",
        "ETKDGv3 + MMFF94s",
        "ETKDGv3 + MMFF94s, chosen",
        "Torsional diffusion",
        "Torsional diffusion, then MMFF94s",
    ]
    assert [row.candidates for row in rows] == [4, 4, 16, 16, 16]
    assert all(len(row.ensemble) == 4 for row in rows)
    assert min(row.lowest for row in rows) == 0
    assert rows[0].lowest > rows[1].lowest
    assert all(row.lowest <= row.median for row in rows)
    assert all(0 < row.covered <= 1 and row.recall is None for row in rows)
    assert rows[4].seconds > rows[3].seconds > rows[1].seconds > 0
    assert len(rows[4].stages) == 4 and len(rows[0].stages) == 1


def test_ensembles_cover_each_other_as_a_plain_count_says(ibuprofen: Record, run: Run) -> None:
    rows = compare(run, None, None, finish(relaxed_samples(run)))
    pairs = mutual(ibuprofen, rows)
    names = {(pair.model.source, pair.classical.source) for pair in pairs}
    field = "ETKDGv3 + MMFF94s"
    assert names == {
        ("Torsional diffusion", field),
        ("Torsional diffusion, then MMFF94s", field),
    }
    pair = pairs[0]
    heavy = [atom.GetIdx() for atom in ibuprofen.mol.GetAtoms() if atom.GetAtomicNum() > 1]
    apart = np.array(
        [
            [best_rmsd(ibuprofen.mol, heavy, mine, other) for mine in pair.model.xyz]
            for other in pair.classical.xyz
        ]
    )
    assert pair.coverage.cov_r == pytest.approx(100 * (apart.min(axis=1) < THRESHOLD).mean())
    assert pair.coverage.cov_p == pytest.approx(100 * (apart.min(axis=0) < THRESHOLD).mean())
    twice = [replace(rows[0], stages=("denoised",)), rows[0]]
    (same,) = mutual(ibuprofen, twice)
    assert (same.coverage.cov_r, same.coverage.cov_p) == (100, 100)


def best_rmsd(mol: Chem.Mol, heavy: list[int], one: np.ndarray, other: np.ndarray) -> float:
    """By RDKit, over the symmetry of the heavy atoms."""
    both = Chem.Mol(mol)
    both.RemoveAllConformers()
    for xyz in (one, other):
        conformer = Chem.Conformer(len(xyz))
        conformer.SetPositions(np.asarray(xyz, dtype=np.float64))
        both.AddConformer(conformer, assignId=True)
    bare = Chem.RemoveHs(both)
    assert bare.GetNumAtoms() == len(heavy)
    return float(rdMolAlign.GetBestRMS(bare, bare, 0, 1))


def test_the_fair_rival_is_chosen_from_as_many_minima(run: Run) -> None:
    alike = finish(chosen_alike(run))
    assert alike.minimised and len(alike) == len(run.samples)
    assert alike.energies.min() <= run.classical.energies.max()
    assert np.array_equal(finish(chosen_alike(run)).xyz, alike.xyz), "the same seed"


def test_without_a_field_nothing_is_said_of_energies() -> None:
    odd = record_of(Source("smiles", "CCS(F)(F)(F)(F)CC"))
    rows = compare(run_of(odd, conformers=1, steps=5), None, None, None)
    assert all(row.lowest is None and row.median is None for row in rows)


def test_the_conformers_of_a_file_find_themselves(ibuprofen: Record, run: Run) -> None:
    data = to_sdf(ibuprofen.mol, run.samples.xyz).encode()
    record = record_of(Source("file", "ibuprofen.sdf", data))
    found = recall(record, record.uploaded)
    assert found.cov_r == 100 and found.amr_r == pytest.approx(0, abs=1e-3)
    mine = run_of(record, conformers=1, steps=5, retries=0, candidates=1)
    assert all(row.recall is not None for row in compare(mine, None, None, None))


def test_levels_share_a_zero_and_weights_add_up(run: Run) -> None:
    levels = energy_levels([run.samples, run.classical])
    assert min(found.energies.min() for found in levels) == 0
    samples, classical = levels
    assert samples.weights is None, "weights of structures that are no minima measure noise"
    assert classical.weights == pytest.approx(boltzmann_weights(run.classical.energies))
