"""Molecules from text and files, ready for the model."""

from engine.chem.errors import MoleculeError
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.reader import (
    EXTENSIONS,
    MAX_BYTES,
    Reading,
    from_file,
    from_smiles,
    list_records,
    read_file,
    read_text,
)

__all__ = [
    "EXTENSIONS",
    "MAX_BYTES",
    "MoleculeError",
    "Reading",
    "ReadingChoices",
    "from_file",
    "from_smiles",
    "list_records",
    "read_file",
    "read_text",
]
