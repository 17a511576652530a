"""The bytes of a file of molecules as text."""

from __future__ import annotations

from engine import encoding
from engine.chem.errors import MoleculeError


def decode(data: bytes) -> str:
    """The text of a file with a line feed at the end of every line.

    Raises:
        MoleculeError: if this is no text.
    """
    text = encoding.decode(data)
    if "\x00" in text:
        raise MoleculeError(
            "This is a binary file, not a text file; save the molecule as SDF, MOL, MOL2 or PDB."
        )
    return text
