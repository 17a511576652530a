"""What the molecule page runs: reading, sampling, comparing, exporting."""
