"""MOL, SDF and MOL2 files."""
