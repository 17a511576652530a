"""Symmetry: networks that turn with their input, networks that do not, and what that costs."""
