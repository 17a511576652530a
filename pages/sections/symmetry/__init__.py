"""What the page Symmetry shows."""
