"""Measures: how well a model knows its data. Numbers only.

Distances between samples and data, in units of the data's own spread from draw to draw; the error
of a score and what it may cost; likelihood by the probability-flow ODE and by the variational
bound; memorisation; shapes of chains and helices; coverage of a reference ensemble.
"""

from engine.evaluation.coverage import Coverage, torsion_coverage
from engine.evaluation.distances import (
    DISTANCES,
    EnergyRatio,
    Judge,
    energy_distance,
    energy_ratio,
    nearest_distances,
    nearest_others,
    sliced_wasserstein,
    wasserstein_1d,
)
from engine.evaluation.helix import HelixShape, helix_shape
from engine.evaluation.likelihood import FlowOptions, kl_divergence, log_likelihood
from engine.evaluation.memorisation import Memory
from engine.evaluation.score_error import compare, kl_bound, over_time
from engine.evaluation.variational_bound import Bound, bound

__all__ = [
    "DISTANCES", "Bound", "Coverage", "EnergyRatio", "FlowOptions", "HelixShape", "Judge", "Memory",
    "bound", "compare", "energy_distance", "energy_ratio", "helix_shape", "kl_bound",
    "kl_divergence", "log_likelihood", "nearest_distances", "nearest_others", "over_time",
    "sliced_wasserstein", "torsion_coverage", "wasserstein_1d",
]  # fmt: skip
