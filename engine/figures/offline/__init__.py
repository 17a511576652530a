"""Pages that play in a browser without a network."""
