"""Molecules for the tests of the torsional model, made once."""

from functools import lru_cache

import numpy as np
from rdkit import Chem

from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import to_molecule
from engine.molecule import Molecule

IBUPROFEN = "CC(C)Cc1ccc(cc1)[C@@H](C)C(=O)O"
#: A chiral drug of 61 atoms with a sulfoxide, an ether chain and a morpholine.
DRUG = "COc1ccc2nc(sc2c1)[S@](=O)Cc1ncc(C)c(OCCCN2CCOCC2)c1C"


@lru_cache(maxsize=8)
def chem(smiles: str) -> Chem.Mol:
    """RDKit's molecule with hydrogens and one conformer."""
    return from_smiles(smiles)


@lru_cache(maxsize=8)
def record(smiles: str, conformers: int = 3) -> Molecule:
    """The record with ``conformers`` local structures."""
    return to_molecule(chem(smiles)).with_xyz(seeds(smiles, conformers))


@lru_cache(maxsize=8)
def seeds(smiles: str, conformers: int) -> np.ndarray:
    """(conformers, N, 3) local structures from a fixed seed."""
    return embed(chem(smiles), conformers, seed=3)
