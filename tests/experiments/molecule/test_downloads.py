"""The files of a run: what is in them, and under which names they are offered."""

from __future__ import annotations

import csv
from io import StringIO

import numpy as np
from rdkit import Chem

from engine.experiments.molecule.conformer_run import Run, relaxed_samples
from engine.experiments.molecule.downloads import Download, downloads, file_stem, overlay_sdf
from engine.experiments.molecule.record import Record
from engine.progress import finish


def sdf(text: str) -> list[Chem.Mol]:
    """The records of a file."""
    supplier = Chem.SDMolSupplier()
    supplier.SetData(text, removeHs=False)
    return list(supplier)


def positions(mols: list[Chem.Mol]) -> np.ndarray:
    """(K, N, 3) Angstrom."""
    return np.stack([mol.GetConformer().GetPositions() for mol in mols])


def named(files: tuple[Download, ...]) -> dict[str, Download]:
    """By file name; each name once."""
    found = {file.filename: file for file in files}
    assert len(found) == len(files)
    return found


def test_every_format_of_every_ensemble_is_offered(run: Run) -> None:
    assert list(named(downloads(run, conformer=2))) == [
        *(f"ibuprofen_conformers.{suffix}" for suffix in ("sdf", "pdb", "xyz", "csv")),
        *(f"ibuprofen_conformers_start.{suffix}" for suffix in ("sdf", "pdb", "xyz", "csv")),
        *(f"ibuprofen_trajectory_3.{suffix}" for suffix in ("pdb", "xyz")),
    ]
    relaxed = finish(relaxed_samples(run))
    assert "ibuprofen_conformers_relaxed.sdf" in named(downloads(run, relaxed))


def test_the_sdf_has_the_coordinates_and_how_they_were_made(run: Run) -> None:
    files = named(downloads(run))
    mols = sdf(files["ibuprofen_conformers.sdf"].make())
    assert np.abs(positions(mols) - run.samples.xyz).max() < 1e-3
    for k, mol in enumerate(mols):
        assert mol.GetProp("method") == "Torsional diffusion" and mol.GetProp("steps") == "5"
        energy = float(mol.GetProp("relative_energy_kcal_per_mol"))
        assert abs(energy - run.samples.relative_energies[k]) < 1e-3
    start = sdf(files["ibuprofen_conformers_start.sdf"].make())
    assert not start[0].HasProp("steps"), "local structures are not the model's"


def test_superposition_changes_the_place_only(run: Run) -> None:
    plain, laid = (
        positions(sdf(downloads(run, superposed=superposed)[0].make()))
        for superposed in (False, True)
    )
    distances = [np.linalg.norm(x[:, :, None] - x[:, None], axis=-1) for x in (plain, laid)]
    assert np.abs(distances[0] - distances[1]).max() < 1e-3
    assert np.abs(plain - laid).max() > 0.1
    assert np.abs(positions(sdf(overlay_sdf(run))) - laid).max() < 1e-3


def test_a_trajectory_is_that_of_its_conformer(run: Run) -> None:
    text = named(downloads(run, conformer=1))["ibuprofen_trajectory_2.xyz"].make()
    lines = text.splitlines()
    assert len(lines) == 6 * (33 + 2)
    last = np.array([line.split()[1:] for line in lines[-33:]], dtype=float)
    assert np.abs(last - run.samples.xyz[1]).max() < 1e-3


def test_the_table_has_a_row_per_conformer(run: Run) -> None:
    text = named(downloads(run))["ibuprofen_conformers.csv"].make()
    assert len(list(csv.DictReader(StringIO(text)))) == 4


def test_file_names_are_plain(ibuprofen: Record) -> None:
    assert file_stem(ibuprofen) == "ibuprofen"
