"""Bond orders, charges and missing hydrogens where a source leaves them out."""

from engine.chem.reading.perception.bond_orders import has_hydrogens, is_saturated, perceive
from engine.chem.reading.perception.ligand import Hints, infer

__all__ = ["Hints", "has_hydrogens", "infer", "is_saturated", "perceive"]
