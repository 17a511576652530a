"""CIF files: the STAR syntax, and the ligands and components of mmCIF."""
