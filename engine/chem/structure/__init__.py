"""What a molecule is: its bonds, torsions, features, drawing, and checks on coordinates."""

from engine.chem.structure.axes import find_axes, label_axes, label_axis
from engine.chem.structure.depiction import Depiction, depict
from engine.chem.structure.description import Description, clusters, describe, distinct
from engine.chem.structure.features import to_molecule, with_conformers
from engine.chem.structure.geometry import (
    count_clashes,
    hands_changed,
    max_angle_change,
    max_bond_change,
    stereo_errors,
)
from engine.chem.structure.rmsd import mappings, rmsd_matrix
from engine.chem.structure.torsions import (
    DEFINITIONS,
    BondReport,
    explain,
    identify_rotatable_bonds,
)

__all__ = [
    "DEFINITIONS",
    "BondReport",
    "Depiction",
    "Description",
    "clusters",
    "count_clashes",
    "depict",
    "describe",
    "distinct",
    "explain",
    "find_axes",
    "hands_changed",
    "identify_rotatable_bonds",
    "label_axes",
    "label_axis",
    "mappings",
    "max_angle_change",
    "max_bond_change",
    "rmsd_matrix",
    "stereo_errors",
    "to_molecule",
    "with_conformers",
]
