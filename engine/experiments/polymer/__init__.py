"""What the polymer page runs."""
