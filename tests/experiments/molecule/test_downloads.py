"""The files of a run: what is in them, and under which names they are offered."""

from __future__ import annotations

import csv
from io import StringIO

import numpy as np
from rdkit import Chem

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.downloads import (
    Download,
    downloads,
    file_stem,
    overlay_sdf,
    part,
    shown_sdf,
)
from engine.experiments.molecule.ensembles import Selection, Shown, measured, shown
from engine.experiments.molecule.record import Record
from engine.progress import finish


def of(run: Run, method: str = "model") -> Shown:
    """The whole ensemble of a method."""
    return shown(method, finish(measured(run, method)), Selection(duplicates=0.0))


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


FORMATS = ("sdf", "pdb", "xyz", "csv")


def test_every_format_of_what_is_shown_is_offered(run: Run) -> None:
    assert list(named(downloads(run, of(run), conformer=2))) == [
        *(f"ibuprofen_conformers.{suffix}" for suffix in FORMATS),
        *(f"ibuprofen_trajectory_3.{suffix}" for suffix in ("pdb", "xyz")),
    ]
    assert list(named(downloads(run, of(run, "relaxed")))) == [
        f"ibuprofen_conformers_minimised.{suffix}" for suffix in FORMATS
    ]


def test_the_sdf_has_the_coordinates_and_how_they_were_made(run: Run) -> None:
    chosen = of(run)
    mols = sdf(downloads(run, chosen)[0].make())
    assert np.abs(positions(mols) - run.samples.xyz[chosen.order]).max() < 1e-3
    for k, mol in enumerate(mols):
        found = mol.GetPropsAsDict()
        assert found["method"] == "Torsional diffusion" and found["denoising_steps"] == 5
        assert found["energy_note"] == "single point, not minimised"
        assert not {"model", "diversity", "boltzmann_weight_298K", "eta"} & set(found)
        assert found["cluster"] == chosen.cluster[k] and found["found_times"] == 1
        assert Chem.CanonSmiles(found["smiles"]) == Chem.CanonSmiles(
            Chem.MolToSmiles(Chem.RemoveHs(run.record.mol))
        )
        energy = float(mol.GetProp("relative_energy_kcal_per_mol"))
        assert abs(energy - np.sort(run.samples.relative_energies)[k]) < 1e-3


def test_minima_have_weights_and_local_structures_no_options_of_the_model(run: Run) -> None:
    relaxed = [mol.GetPropsAsDict() for mol in sdf(downloads(run, of(run, "relaxed"))[0].make())]
    assert all(found["energy_note"] == "minimised" for found in relaxed)
    assert abs(sum(found["boltzmann_weight_298K"] for found in relaxed) - 1) < 1e-3
    start = sdf(downloads(run, of(run, "relaxed_seeds"))[0].make())
    assert not start[0].HasProp("denoising_steps") and start[0].HasProp("boltzmann_weight_298K")


def test_a_part_can_be_exported(run: Run) -> None:
    chosen = of(run)
    assert len(part(chosen, "all", None)) == 4 and len(part(chosen, "lowest", 2)) == 1
    assert part(chosen, "clusters", None).cluster.tolist() == sorted(set(chosen.cluster.tolist()))
    [row] = sdf(downloads(run, part(chosen, "row", 2))[0].make())
    assert np.abs(positions([row]) - chosen.ensemble.xyz[2]).max() < 1e-3
    energy = float(row.GetProp("relative_energy_kcal_per_mol"))
    assert abs(energy - chosen.ensemble.relative_energies[2]) < 1e-3


def test_a_script_writes_what_the_page_offers(run: Run) -> None:
    few = shown("relaxed", finish(measured(run, "relaxed")), Selection(0.5, 1.0))
    assert shown_sdf(run, "relaxed", 0.5, 1.0) == downloads(run, few)[0].make()


def test_superposition_changes_the_place_only(run: Run) -> None:
    plain, laid = (
        positions(sdf(downloads(run, of(run), superposed=superposed)[0].make()))
        for superposed in (False, True)
    )
    distances = [np.linalg.norm(x[:, :, None] - x[:, None], axis=-1) for x in (plain, laid)]
    assert np.abs(distances[0] - distances[1]).max() < 1e-3
    assert np.abs(plain - laid).max() > 0.1
    assert np.abs(positions(sdf(overlay_sdf(run, of(run)))) - laid).max() < 1e-3


def test_a_trajectory_is_that_of_its_conformer(run: Run) -> None:
    chosen = of(run)
    text = named(downloads(run, chosen, conformer=1))["ibuprofen_trajectory_2.xyz"].make()
    lines = text.splitlines()
    assert len(lines) == 6 * (33 + 2)
    last = np.array([line.split()[1:] for line in lines[-33:]], dtype=float)
    assert np.abs(last - chosen.ensemble.xyz[1]).max() < 1e-3


def test_the_table_has_a_row_per_conformer(run: Run) -> None:
    text = named(downloads(run, of(run)))["ibuprofen_conformers.csv"].make()
    rows = list(csv.DictReader(StringIO(text)))
    assert len(rows) == 4 and "energy MMFF94s, not minimised (kcal/mol)" in rows[0]
    assert {"cluster", "RMSD_to_the_lowest"} <= set(rows[0])


def test_file_names_are_plain(ibuprofen: Record) -> None:
    assert file_stem(ibuprofen) == "ibuprofen"
