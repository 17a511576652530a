"""Diffusion of a molecule's 3N coordinates, and the networks that respect their symmetry."""

from engine.cartesian.egnn import EGNN, EGNNOptions, Step, all_pairs

__all__ = ["EGNN", "EGNNOptions", "Step", "all_pairs"]
