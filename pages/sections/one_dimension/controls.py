"""The controls of one dimension."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.datasets import Dataset
from engine.experiments.film import Process
from engine.options import count
from pages.ui import process_controls, widgets


@dataclass(frozen=True)
class PathCount:
    """How many paths are drawn."""

    n: int = count(
        300, "Paths", "More paths: steadier mean and variance, a denser picture.", (20, 1000, 20)
    )


def controls(data: Dataset) -> Process:
    """The sidebar."""
    return process_controls.controls(
        data, lambda: widgets.options(PathCount, "paths").n, default="exact", fold=True
    )
