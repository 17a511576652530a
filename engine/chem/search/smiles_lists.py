"""Lists of SMILES: reading them, the molecules that ship with RDKit, and what to compare by."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdkit import Chem, RDConfig
from rdkit.Chem import rdMolDescriptors
from rdkit.rdBase import BlockLogs

from engine.chem.reading import MoleculeError

#: Molecules that ship with RDKit, below its data folder.
SHIPPED = ("NCI/first_5K.smi", "Pains/test_data/wehi_mols.csv")


def read_list(path: str | Path) -> Iterator[tuple[str, str]]:
    """(SMILES, source) of a file: .csv with a column ``smiles``, else one SMILES per line.

    A .csv without a header has its SMILES in the first column. The source is that of the column
    ``source`` if there is one, otherwise the file's name.

    Raises:
        MoleculeError: if a .csv file has neither.
    """
    path = Path(path)
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        if path.suffix.lower() == ".csv":
            yield from _read_csv(csv.reader(file), path)
            return
        for line in file:
            words = line.split()
            if words and not words[0].startswith("#"):
                yield words[0], path.stem


def written(mol: Chem.Mol) -> str:
    """The SMILES of ``mol``, hydrogens left out; stereo and charges kept."""
    return Chem.MolToSmiles(Chem.RemoveHs(mol))


def _read_csv(rows: Iterator[list[str]], path: Path) -> Iterator[tuple[str, str]]:
    """The same for the rows of a table."""
    first = next(rows, [])
    names = [name.strip().lower() for name in first]
    if "smiles" in names:
        column = names.index("smiles")
    elif first and identify(first[0]):
        column = 0
        yield first[0], path.stem
    else:
        raise MoleculeError(f"{path} has no column called smiles.")
    origin = names.index("source") if "source" in names else None
    for row in rows:
        if len(row) > column:
            yield row[column], path.stem if origin is None else row[origin]


def shipped_lists() -> list[Path]:
    """The lists of ``SHIPPED`` that this installation of RDKit has."""
    paths = [Path(RDConfig.RDDataDir) / name for name in SHIPPED]
    return [path for path in paths if path.exists()]


@dataclass(frozen=True)
class Identity:
    """What a molecule is compared by.

    Attributes:
        isomer: canonical isomeric SMILES.
        skeleton: canonical SMILES without stereo, which all stereoisomers share.
        rotors: rotatable bonds as RDKit counts them: no terminal groups, no amides.
    """

    isomer: str
    skeleton: str
    rotors: int


def identify(smiles: str) -> Identity | None:
    """The identity of a molecule, or None if its SMILES cannot be read."""
    with BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return None
    return Identity(
        Chem.MolToSmiles(mol),
        Chem.MolToSmiles(mol, isomericSmiles=False),
        int(rdMolDescriptors.CalcNumRotatableBonds(mol)),
    )
