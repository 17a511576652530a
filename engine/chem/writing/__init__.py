"""Conformers as files: SDF, PDB, XYZ and a table."""

from engine.chem.writing.conformer_set import ConformerSet
from engine.chem.writing.pdb import to_pdb_file, to_trajectory_pdb
from engine.chem.writing.sdf import to_sdf, to_sdf_file
from engine.chem.writing.table import to_csv_file
from engine.chem.writing.xyz import to_trajectory_xyz, to_xyz_file

__all__ = [
    "ConformerSet",
    "to_csv_file",
    "to_pdb_file",
    "to_sdf",
    "to_sdf_file",
    "to_trajectory_pdb",
    "to_trajectory_xyz",
    "to_xyz_file",
]
