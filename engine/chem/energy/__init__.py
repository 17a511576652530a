"""Embedding in 3D and energies: ETKDGv3, MMFF94s and UFF; ``quantum`` has GFN-FF and GFN2-xTB."""

from engine.chem.energy.embedding import each, embed
from engine.chem.energy.force_field import ForceField, boltzmann_weights

__all__ = ["ForceField", "boltzmann_weights", "each", "embed"]
