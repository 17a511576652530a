"""PDB files: columns, elements, bonds."""
