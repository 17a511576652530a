"""Scaffolds: the ring systems of a molecule with their linkers."""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold
from rdkit.rdBase import BlockLogs


def scaffold(smiles: str) -> str:
    """Canonical SMILES of the ring systems and their linkers (Bemis and Murcko 1996).

    That of the whole molecule where there is no ring, so that chains are not all one family; the
    text itself where it cannot be read.
    """
    with BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return smiles
    return MurckoScaffold.MurckoScaffoldSmiles(mol=mol) or Chem.MolToSmiles(mol)
