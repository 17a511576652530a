"""Networks, the loop that trains them, and the files they are kept in.

A perceptron sees x_t and an embedding of the noise level; ``Preconditioned`` turns its velocity
into an estimate of x_0. An EGNN sees nodes in space. Checkpoints are safetensors files, each with a
JSON card.
"""

from engine.networks.checkpoint import restore, save
from engine.networks.descent import descend
from engine.networks.egnn import EGNN, EGNNOptions
from engine.networks.perceptron import MLP, Preconditioned, parameter_count

__all__ = [
    "EGNN", "MLP", "EGNNOptions", "Preconditioned", "descend", "parameter_count", "restore", "save",
]  # fmt: skip
