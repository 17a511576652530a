"""The conformers of a few records: what one process does at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

from engine.chem import Mol
from engine.chem.reading import MoleculeError, ReadingChoices, read_file, read_text
from engine.chem.writing import ConformerSet, to_sdf_file
from engine.conformers.generation import Conformers, generate_together
from engine.conformers.library.records import Record
from engine.conformers.options import ConformerOptions
from engine.torsional import TorsionalModel, load


@dataclass(frozen=True)
class Settings:
    """What the conformers of all records are made with.

    Attributes:
        conformers: of each molecule.
        options: of how they are made.
        seed: of everything random, the same for every record, so that a molecule's conformers
            depend neither on its place in the list nor on who makes them.
        model: a key of ``engine.torsional.MODELS``.
        largest: of several separate molecules take the largest.
    """

    conformers: int
    options: ConformerOptions
    seed: int = 1
    model: str = "torus"
    largest: bool = False


@dataclass(frozen=True)
class Task:
    """Records to make conformers of on ``device``."""

    records: tuple[Record, ...]
    settings: Settings
    device: str = "cpu"


@dataclass(frozen=True)
class Outcome:
    """What became of the record ``number``: its SDF, or the reason why there is none."""

    number: int
    name: str
    sdf: str = ""
    reason: str = ""


def conform(task: Task) -> list[Outcome]:
    """The outcome of every record of a task, whose molecules go through the network together."""
    torch.set_num_threads(1)
    settings = task.settings
    read = [_read(record, settings.largest) for record in task.records]
    made = iter(
        generate_together(
            [mol for mol in read if isinstance(mol, Mol)],
            _model(settings.model, task.device),
            settings.conformers,
            settings.options,
            settings.seed,
        )
    )
    return [
        _written(record, mol, next(made)) if isinstance(mol, Mol) else _refused(record, mol)
        for record, mol in zip(task.records, read, strict=True)
    ]


@lru_cache(maxsize=1)
def _model(name: str, device: str) -> TorsionalModel:
    return load(name, device)


def _refused(record: Record, error: MoleculeError) -> Outcome:
    return Outcome(record.number, record.name, reason=str(error))


def _written(record: Record, mol: Mol, made: Conformers | MoleculeError) -> Outcome:
    if isinstance(made, MoleculeError):
        return _refused(record, made)
    properties = {"record": record.number} | made.properties(made.samples)
    written = ConformerSet(mol, made.samples, properties)
    return Outcome(record.number, record.name, to_sdf_file(written))


def _read(record: Record, largest: bool) -> Mol | MoleculeError:
    """The molecule of a record, or why there is none; without a name it is called by its number."""
    try:
        return _molecule(record, largest)
    except MoleculeError as error:
        return error


def _molecule(record: Record, largest: bool) -> Mol:
    choices = ReadingChoices(largest=largest)
    default = f"record {record.number}"
    if record.extension == ".sdf":
        data = record.text.encode("utf-8", "replace")
        return read_file(f"{default}.sdf", data, choices).mol
    mol = read_text(record.text, choices=choices).mol
    mol.SetProp("_Name", mol.GetProp("_Name") or record.name or default)
    return mol
