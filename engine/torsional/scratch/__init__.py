"""The tutorial's own torsional model: EGNN, cosine DDPM, angles wrapped by atan2.

Variance-preserving noise on angles, wrapped, without a wrapped density: the loss is the squared
error of Gaussian noise, which is blind to the turns that wrapping takes away, and every angle is
pulled to an arbitrary zero. ``engine.torsional`` itself (Jing et al. 2022) does it with both.
"""

from engine.torsional.scratch.model import FromScratch
from engine.torsional.scratch.network import ScratchNet, ScratchNetOptions
from engine.torsional.scratch.process import CosineAngles, resultant_length
from engine.torsional.scratch.training import Progress, ScratchOptions, fit

__all__ = [
    "CosineAngles",
    "FromScratch",
    "Progress",
    "ScratchNet",
    "ScratchNetOptions",
    "ScratchOptions",
    "fit",
    "resultant_length",
]
