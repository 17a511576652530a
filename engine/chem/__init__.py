"""Everything that works with RDKit. ``Mol`` is RDKit's molecule, for the type hints of others.

``reading`` brings molecules in, ``structure`` describes them, ``energy`` embeds and relaxes them,
``search`` finds reference conformers, ``writing`` makes files.
"""

from rdkit import Chem
from rdkit.Chem import Mol

from engine.chem.examples import MOLECULES, Example
from engine.chem.reading import MoleculeError

# Molecules travel between processes with their names, fields and unrounded coordinates.
Chem.SetDefaultPickleProperties(
    Chem.PropertyPickleOptions.AllProps | Chem.PropertyPickleOptions.CoordsAsDouble
)

__all__ = ["MOLECULES", "Example", "Mol", "MoleculeError"]
