"""Diffusion on the torus of a molecule's torsions (Jing et al. 2022, arXiv 2206.01729)."""

from engine.process import State
from engine.torsional.batch import Batch, collate, repeat
from engine.torsional.forward import diffuse
from engine.torsional.model import TorsionalModel, devices
from engine.torsional.models import LABELS, MODELS, load
from engine.torsional.network import TorsionNet, TorsionNetOptions
from engine.torsional.sampler import SampleOptions, Start, sample, sample_together

__all__ = [
    "LABELS",
    "MODELS",
    "Batch",
    "SampleOptions",
    "Start",
    "State",
    "TorsionNet",
    "TorsionNetOptions",
    "TorsionalModel",
    "collate",
    "devices",
    "diffuse",
    "load",
    "repeat",
    "sample",
    "sample_together",
]
