"""A network that reads bond orders off the shape of a molecule without hydrogens.

Atoms and bonds start from their features (``skeleton.features``) and exchange messages along the
bonds, five times over; out come the log-probabilities of the state of every atom (missing
hydrogens, formal charge, pi bonds) and of the kind of every bond. With weights ``W`` and rectifier
``r``, for a bond from i to j with features e,

    m_ij = r(h_i W1 + e_ij W2 + b1),   h_j += r(h_j W3 + sum_i m_ij W4 + b2),
    e_ij += r(e_ij W5 + (h_i + h_j) W6 + b3),

the message passing of Gilmer et al. 2017 (arXiv:1704.01212). ``python -m engine.train bonds``
trains it on the PDB's dictionary of components. The equations are written once, for NumPy arrays,
which is all that reading a molecule needs, and for the tensors of the training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import safetensors.numpy

from engine.chem.reading.perception.skeleton import (
    ATOM_FEATURES,
    BOND_FEATURES,
    Skeleton,
    features,
)
from engine.paths import ASSETS

WEIGHTS = ASSETS / "weights" / "bonds.safetensors"
WIDTH = 64
ROUNDS = 5
#: Kinds of bond, in the order of the output.
KINDS = ("single", "double", "triple", "aromatic")
#: States of an atom: missing hydrogens, formal charge, pi bonds.
STATES = tuple(
    (hydrogens, charge, pi) for hydrogens in range(5) for charge in (-1, 0, 1) for pi in range(4)
)

#: A NumPy array, or a tensor while training.
Array = Any


def shapes() -> dict[str, tuple[int, ...]]:
    """The shape of every weight, by its name."""
    square, row = (WIDTH, WIDTH), (WIDTH,)
    found: dict[str, tuple[int, ...]] = {
        "atoms.weight": (ATOM_FEATURES, WIDTH),
        "atoms.bias": row,
        "bonds.weight": (BOND_FEATURES, WIDTH),
        "bonds.bias": row,
    }
    for k in range(ROUNDS):
        found |= {f"{k}.weight{n}": square for n in range(1, 7)}
        found |= {f"{k}.bias{n}": row for n in range(1, 4)}
    for name, count in (("states", len(STATES)), ("kinds", len(KINDS))):
        found |= {f"{name}.hidden": square, f"{name}.hidden_bias": row}
        found |= {f"{name}.weight": (WIDTH, count), f"{name}.bias": (count,)}
    return found


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the network is asked about; one molecule, or several side by side.

    Every bond carries a message each way: number k from its first atom to its second, number
    E + k back; number 2 E is the empty message, for atoms with fewer neighbours than the most.

    Attributes:
        atoms: (N, ATOM_FEATURES).
        bonds: (E, BOND_FEATURES).
        ends: (E, 2), the atoms of each bond.
        source, carrier: (2 E + 1,), the atom and the bond that each message comes from.
        filled: (2 E + 1, 1), 0 for the empty message, else 1.
        neighbours: (N, MAX_DEGREE), the messages that come to each atom.
    """

    atoms: Array
    bonds: Array
    ends: Array
    source: Array
    carrier: Array
    filled: Array
    neighbours: Array

    @classmethod
    def of(cls, skeleton: Skeleton, xyz: np.ndarray) -> Inputs:
        """The inputs of ``skeleton`` with its coordinates, (N, 3) Angstrom."""
        count = np.arange(len(skeleton.bonds))
        filled = np.ones((2 * len(count) + 1, 1), dtype=np.float32)
        filled[-1] = 0
        return cls(
            *features(skeleton, xyz),
            skeleton.bonds,
            np.concatenate([skeleton.bonds[:, 0], skeleton.bonds[:, 1], [0]]),
            np.concatenate([count, count, [0]]),
            filled,
            skeleton.neighbours(),
        )


def forward(weights: Mapping[str, Array], given: Inputs) -> tuple[Array, Array]:
    """Scores of the states of every atom, (N, S), and of the kinds of every bond, (E, 4)."""
    w = weights
    h = (given.atoms @ w["atoms.weight"] + w["atoms.bias"]).clip(0)
    e = (given.bonds @ w["bonds.weight"] + w["bonds.bias"]).clip(0)
    for k in range(ROUNDS):
        along, over = h @ w[f"{k}.weight1"], e @ w[f"{k}.weight2"] + w[f"{k}.bias1"]
        messages = (along[given.source] + over[given.carrier]).clip(0) * given.filled
        heard = messages[given.neighbours].sum(1)
        h = h + (h @ w[f"{k}.weight3"] + heard @ w[f"{k}.weight4"] + w[f"{k}.bias2"]).clip(0)
        both = (h @ w[f"{k}.weight6"])[given.ends].sum(1)
        e = e + (e @ w[f"{k}.weight5"] + both + w[f"{k}.bias3"]).clip(0)
    scores = []
    for name, hidden in (("states", h), ("kinds", e)):
        last = (hidden @ w[f"{name}.hidden"] + w[f"{name}.hidden_bias"]).clip(0)
        scores.append(last @ w[f"{name}.weight"] + w[f"{name}.bias"])
    return scores[0], scores[1]


def log_probabilities(skeleton: Skeleton, xyz: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the probabilities of states, (N, S), and of kinds of bonds, (E, 4).

    Raises:
        FileNotFoundError: if the weights are missing.
    """
    states, kinds = forward(_weights(), Inputs.of(skeleton, xyz))
    return _normalised(states), _normalised(kinds)


@cache
def _weights() -> dict[str, np.ndarray]:
    """The shipped weights, in single precision."""
    stored = safetensors.numpy.load_file(WEIGHTS)
    return {name: value.astype(np.float32) for name, value in stored.items()}


def _normalised(scores: np.ndarray) -> np.ndarray:
    """Logarithms of the probabilities in each row."""
    scores = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))
