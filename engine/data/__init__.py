"""Toy data sets, each with its exact distribution where one is known.

Points on a line and in the plane, helices, and chains of a polymer simulation; all about as wide as
noise of variance 1. Data of one's own is read by ``engine.data.own``::

    from torch import Generator
    from engine.data import DATASETS

    x_0 = DATASETS["swiss_roll"].sample(1000, Generator().manual_seed(0))  # (1000, 2)
"""

from engine.data.contract import Dataset
from engine.data.curves import Curve
from engine.data.datasets import DATASETS, Helix, Mixture, Planar, Polymer
from engine.data.mixture import GaussianMixture
from engine.data.subset import Subset

__all__ = [
    "DATASETS",
    "Curve",
    "Dataset",
    "GaussianMixture",
    "Helix",
    "Mixture",
    "Planar",
    "Polymer",
    "Subset",
]  # fmt: skip
