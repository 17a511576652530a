"""The files of what the page shows: all that hold coordinates, by name, with what makes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import numpy as np

from engine.chem.search.smiles_lists import written
from engine.chem.writing import (
    ConformerSet,
    to_csv_file,
    to_pdb_file,
    to_sdf,
    to_sdf_file,
    to_trajectory_pdb,
    to_trajectory_xyz,
    to_xyz_file,
)
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.ensembles import KELVIN, Selection, Shown, measured, shown
from engine.experiments.molecule.record import Record
from engine.molecule import Ensemble
from engine.progress import finish

Section = Literal["conformers", "trajectory"]


@dataclass(frozen=True)
class Download:
    """A file that is made when it is asked for.

    Attributes:
        section: What it holds.
        label: Words for its button.
        filename: Its suffix tells the format.
        make: Its content.
    """

    section: Section
    label: str
    filename: str
    make: Callable[[], str]

    @property
    def suffix(self) -> str:
        """The ending of the file's name, without its dot."""
        return self.filename.rpartition(".")[2]


LONGEST_NAME = 80  #: letters of a molecule's name that stand in the names of its files
#: Formats of conformers: suffix, label, writer.
FORMATS: tuple[tuple[str, str, Callable[[ConformerSet], str]], ...] = (
    ("sdf", "Download {} (SDF)", to_sdf_file),
    ("pdb", "PDB", to_pdb_file),
    ("xyz", "XYZ", to_xyz_file),
    ("csv", "Table (CSV)", to_csv_file),
)
#: What the names of files say of a method; nothing of the model's samples.
SUFFIXES = {
    "model": "",
    "relaxed": "_minimised",
    "plain": "_etkdg",
    "relaxed_seeds": "_etkdg_minimised",
    "file": "_file",
}


def downloads(
    run: Run, chosen: Shown, superposed: bool = False, conformer: int = 0
) -> tuple[Download, ...]:
    """All files of what is shown.

    Args:
        run: The finished run.
        chosen: The conformers that are shown, or some of them.
        superposed: Whether conformers are laid on the first by their heavy atoms.
        conformer: That of the samples shown whose reverse process the trajectory files hold.
    """
    name = f"{file_stem(run.record)}_conformers{SUFFIXES[chosen.method]}"
    count = len(chosen)
    words = f"{count} conformer{'s' if count != 1 else ''}"
    found = [
        Download(
            "conformers",
            label.format(words),
            f"{name}.{extension}",
            partial(_written, write, run, chosen, superposed),
        )
        for extension, label, write in FORMATS
    ]
    if chosen.method == "model":
        found += _trajectories(run, chosen, conformer)
    return tuple(found)


def file_stem(record: Record) -> str:
    """The molecule's name as the beginning of a file name."""
    letters = re.sub(r"[^A-Za-z0-9]+", "_", record.molecule.name[:LONGEST_NAME])
    return letters.strip("_").lower() or "molecule"


def _written(
    write: Callable[[ConformerSet], str], run: Run, chosen: Shown, superposed: bool
) -> str:
    ensemble = chosen.ensemble.superposed() if superposed else chosen.ensemble
    return write(conformer_set(run, chosen, ensemble))


def conformer_set(run: Run, chosen: Shown, ensemble: Ensemble) -> ConformerSet:
    """What is shown, with all that its files say about it."""
    properties = {
        "smiles": written(run.record.mol),
        "software": f"Diffusion explorer {_version()}",
        **run.result.properties(ensemble),
        "duplicates_below_RMSD": f"{chosen.selection.duplicates:g}",
        "cluster_RMSD": f"{chosen.selection.cluster:g}",
    }
    if chosen.method == "file":
        properties = {"smiles": properties["smiles"], "method": ensemble.source}
    rows: dict[str, list[object]] = {
        "RMSD_to_the_lowest": chosen.to_lowest.tolist(),
        "cluster": chosen.cluster.tolist(),
        "found_times": chosen.copies.tolist(),
        "clashing_atom_pairs": chosen.found.clashes.tolist(),
    }
    weights = chosen.weights
    if weights is not None:
        rows[f"boltzmann_weight_{KELVIN:.0f}K"] = weights.tolist()
    return ConformerSet(run.record.mol, ensemble, properties, rows)


def _version() -> str:
    try:
        return version("diffusion-explorer")
    except PackageNotFoundError:  # the folder as it is, not installed
        return "from its folder"


def _trajectories(run: Run, chosen: Shown, conformer: int) -> list[Download]:
    """The reverse process of one conformer, noise first."""
    frames = run.process.frames[:, int(chosen.order[conformer])]
    sigmas = run.process.sigmas.tolist()
    name = f"{file_stem(run.record)}_trajectory_{conformer + 1}"
    return [
        Download(
            "trajectory",
            f"{len(frames)} frames ({suffix.upper()})",
            f"{name}.{suffix}",
            partial(write, run.record.mol, frames, sigmas),
        )
        for suffix, write in (("pdb", to_trajectory_pdb), ("xyz", to_trajectory_xyz))
    ]


def shown_sdf(run: Run, method: str, duplicates: float, cluster: float) -> str:
    """What the page shows of a run, as the SDF of its download."""
    chosen = shown(method, finish(measured(run, method)), Selection(duplicates, cluster))
    return to_sdf_file(conformer_set(run, chosen, chosen.ensemble))


def overlay_sdf(run: Run, chosen: Shown) -> str:
    """The conformers shown, superposed by their heavy atoms, as plain SDF records for a viewer."""
    return to_sdf(run.record.mol, chosen.ensemble.superposed().xyz)


def part(chosen: Shown, which: str, row: int | None) -> Shown:
    """Some of the conformers shown.

    Args:
        chosen: All of them.
        which: "all", "lowest", "clusters" (the lowest of each) or "row".
        row: The conformer whose row is chosen; None for the lowest.
    """
    if which == "all":
        return chosen
    if which == "clusters":
        return chosen.take(chosen.leaders)
    return chosen.take(np.array([row or 0 if which == "row" else 0]))
