"""The files of a finished run: every one that holds coordinates, by name, with what makes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

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
from engine.experiments.molecule.record import Record
from engine.molecule import Ensemble

Section = Literal["samples", "relaxed", "start", "trajectory"]


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
#: Formats of conformers: suffix, label, writer. The SDF has a label of its own in every section.
FORMATS: tuple[tuple[str, str, Callable[[ConformerSet], str]], ...] = (
    ("sdf", "", to_sdf_file),
    ("pdb", "PDB", to_pdb_file),
    ("xyz", "XYZ", to_xyz_file),
    ("csv", "Table (CSV)", to_csv_file),
)


def downloads(
    run: Run, relaxed: Ensemble | None = None, superposed: bool = False, conformer: int = 0
) -> tuple[Download, ...]:
    """All files of a run.

    Args:
        run: The finished run.
        relaxed: Its samples after a force field, if there are any.
        superposed: Whether conformers are laid on the first by their heavy atoms.
        conformer: The sample whose reverse process the trajectory files hold.
    """
    groups: list[tuple[Section, str, str, Ensemble]] = [
        ("samples", f"Download {len(run.samples)} conformers (SDF)", "", run.samples)
    ]
    if relaxed is not None:
        groups.append(("relaxed", "Download them relaxed (SDF)", "_relaxed", relaxed))
    groups.append(("start", "Starting structures (SDF)", "_start", run.classical))
    found: list[Download] = []
    for section, first, suffix, ensemble in groups:
        name = f"{file_stem(run.record)}_conformers{suffix}"
        for extension, label, write in FORMATS:
            make = partial(_written, write, run, ensemble, superposed)
            found.append(Download(section, label or first, f"{name}.{extension}", make))
    return (*found, *_trajectories(run, conformer))


def file_stem(record: Record) -> str:
    """The molecule's name as the beginning of a file name."""
    letters = re.sub(r"[^A-Za-z0-9]+", "_", record.molecule.name[:LONGEST_NAME])
    return letters.strip("_").lower() or "molecule"


def _written(
    write: Callable[[ConformerSet], str], run: Run, ensemble: Ensemble, superposed: bool
) -> str:
    return write(conformer_set(run, ensemble.superposed() if superposed else ensemble))


def conformer_set(run: Run, ensemble: Ensemble) -> ConformerSet:
    """An ensemble of a run, with all that its files say about it."""
    return ConformerSet(run.record.mol, ensemble, run.result.properties(ensemble))


def _trajectories(run: Run, conformer: int) -> tuple[Download, ...]:
    """The reverse process of one conformer, noise first."""
    frames, sigmas = run.process.frames[:, conformer], run.process.sigmas.tolist()
    name = f"{file_stem(run.record)}_trajectory_{conformer + 1}"
    return tuple(
        Download(
            "trajectory",
            f"{len(frames)} frames ({suffix.upper()})",
            f"{name}.{suffix}",
            partial(write, run.record.mol, frames, sigmas),
        )
        for suffix, write in (("pdb", to_trajectory_pdb), ("xyz", to_trajectory_xyz))
    )


def samples_sdf(run: Run) -> str:
    """The samples as an SDF, the same as the download's."""
    return to_sdf_file(conformer_set(run, run.samples))


def overlay_sdf(run: Run) -> str:
    """The samples, superposed by their heavy atoms, as plain SDF records for a viewer."""
    return to_sdf(run.record.mol, run.samples.superposed().xyz)
