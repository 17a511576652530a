"""From a molecule to conformers, by torsional diffusion on local structures of ETKDGv3."""

from engine.conformers.denoising import ReverseProcess, Snapshot, denoise
from engine.conformers.generation import Checks, Conformers, check, generate, generate_together
from engine.conformers.local_structures import unstrained
from engine.conformers.options import ConformerOptions
from engine.conformers.relaxation import relax
from engine.conformers.selection import choose

__all__ = [
    "Checks",
    "ConformerOptions",
    "Conformers",
    "ReverseProcess",
    "Snapshot",
    "check",
    "choose",
    "denoise",
    "generate",
    "generate_together",
    "relax",
    "unstrained",
]
