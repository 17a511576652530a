"""What the page Coordinates or torsions shows."""
