"""Everything that works with RDKit. ``Mol`` is RDKit's molecule, for the type hints of others."""

from rdkit.Chem import Mol

__all__ = ["Mol"]
