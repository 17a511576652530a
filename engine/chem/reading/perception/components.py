"""The chemical component dictionary of the Protein Data Bank: residue names and their molecules.

``assets/data/components.tsv.xz`` holds one line for every component made of elements that the
model knows: its name and its SMILES without stereo, which the coordinates of a file tell better.
The dictionary is in the public domain (CC0 1.0, https://www.wwpdb.org/data/ccd; Westbrook et al.
2015, doi:10.1093/bioinformatics/btu789). ``python -m engine.train components`` makes the file.
"""

from __future__ import annotations

import lzma
from functools import cache

from rdkit import Chem

from engine.paths import ASSETS

PATH = ASSETS / "data" / "components.tsv.xz"


def component(name: str) -> Chem.Mol | None:
    """The molecule of a residue name, without hydrogens; None for a name that is not listed."""
    smiles = listed().get(name)
    return Chem.MolFromSmiles(smiles) if smiles else None


def line(name: str, mol: Chem.Mol) -> str:
    """The line of the file that lists ``mol``, a molecule without hydrogens, by its ``name``."""
    return f"{name}\t{Chem.MolToSmiles(mol, isomericSmiles=False)}\n"


@cache
def listed() -> dict[str, str]:
    """The SMILES of every component by its name."""
    text = lzma.decompress(PATH.read_bytes()).decode()
    return dict(line.split("\t") for line in text.splitlines())
