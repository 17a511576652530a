"""All data sets by their key.

A new data set is one entry in the file of its kind, with its exact distribution beside its draws:
``engine.data.gaussians``, ``planar``, ``helices`` or ``polymers``.
"""

from __future__ import annotations

from engine.data.contract import Dataset
from engine.data.gaussians import LINE, RING, Mixture
from engine.data.helices import HELICES, Helix
from engine.data.planar import PLANE, Planar
from engine.data.polymers import DATA_FILES, POLYMERS, Polymer

__all__ = ["DATASETS", "DATA_FILES", "Dataset", "Helix", "Mixture", "Planar", "Polymer"]

DATASETS: dict[str, Dataset] = {
    dataset.key: dataset for dataset in (*LINE, *PLANE, *RING, *HELICES, *POLYMERS)
}
