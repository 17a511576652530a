"""Training on the conformers of one molecule: noise on their torsions, squared error of the noise.

The tutorial makes 50 epochs on one conformer of ibuprofen, that is 50 updates, with Adam at 1e-4:
these bring the loss from 1.00 to 0.96 (docs/conformers.md). Here a batch is
hundreds of noised copies, the first rate is higher, and it falls like half a cosine; all options.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.molecule import Molecule
from engine.networks.descent import check_options, constant, descend, warmed_up
from engine.options import choice, count, switch
from engine.torsional.geometry import dihedrals
from engine.torsional.scratch.model import FromScratch
from engine.torsional.scratch.network import ScratchNet, ScratchNetOptions
from engine.torsional.scratch.process import alpha_bars, draw_times, perturb

TIMES = 4  #: times t in one update, at most: the EGNN runs once for each
EMA = 0.98  #: weight of the past in the average of the weights


@dataclass(frozen=True)
class ScratchOptions:
    """How to train.

    Raises:
        ValueError: if an option is out of range.
    """

    steps: int = count(
        400, "Updates", "Steps of gradient descent. The tutorial makes 50.", (50, 2000, 50)
    )
    batch_size: int = choice(
        512,
        "Batch",
        "Noised copies in one update. The tutorial takes 1.",
        (1, 64, 256, 512, 1024),
    )
    learning_rate: float = choice(
        4e-3,
        "Learning rate",
        "Size of the first updates (optimiser: Adam). The tutorial takes 0.0001, at which so few "
        "updates change next to nothing.",
        {1e-4: "0.0001", 1e-3: "0.001", 2e-3: "0.002", 4e-3: "0.004", 8e-3: "0.008"},
    )
    decay: bool = switch(
        True,
        "Learning-rate decay",
        "The learning rate climbs shortly, then falls to zero like half a cosine.",
    )

    def __post_init__(self) -> None:
        counts = {name: getattr(self, name) for name in ("steps", "batch_size")}
        check_options(counts, self.learning_rate, EMA)


#: As the tutorial has it.
TUTORIAL = ScratchOptions(steps=50, batch_size=1, learning_rate=1e-4, decay=False)


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a training stands.

    Attributes:
        step: updates made.
        loss: of this batch; 1 for a network that answers 0.
        model: with the averaged weights, which move on: deepcopy it to keep it.
    """

    step: int
    loss: float
    model: FromScratch


def fit(
    molecule: Molecule, xyz: np.ndarray, options: ScratchOptions, generator: Generator
) -> Iterator[Progress]:
    """Train on the conformers xyz (K, N, 3), Angstrom, yielding after every update.

    All randomness comes from ``generator``. Stop iterating to cancel.

    Raises:
        ValueError: if there is no conformer or no rotatable bond.
    """
    if not len(xyz) or not molecule.n_rotors:
        raise ValueError("Training needs a conformer and a bond that rotates.")
    places = torch.from_numpy(np.array(xyz, dtype=np.float32))
    net = _untrained(molecule, places[0], generator)
    averaged = copy.deepcopy(net).eval().requires_grad_(False)
    model = FromScratch(averaged, {}, "scratch")
    quartets = torch.from_numpy(molecule.quartets)
    clean = dihedrals(places, quartets)
    times = min(TIMES, options.batch_size)
    draws = options.batch_size // times

    def loss() -> Tensor:
        chosen = torch.randint(len(clean), (times, draws), generator=generator)
        alpha_bar = alpha_bars()[draw_times(times, generator)].float()
        noised, eps = perturb(clean[chosen], alpha_bar[:, None, None], generator)
        four, time = net.atoms_of_torsions((1 - alpha_bar).sqrt(), quartets)
        return (net.read(four, time, noised) - eps).square().mean()

    pace = warmed_up if options.decay else constant
    for step, value in descend(
        net, averaged, loss, options.steps, options.learning_rate, EMA, pace
    ):
        yield Progress(step, value, model)


def _untrained(molecule: Molecule, xyz: Tensor, generator: Generator) -> ScratchNet:
    """A network that brings the conformer xyz (N, 3) along."""
    features = torch.from_numpy(molecule.atom_features)
    sizes = ScratchNetOptions(atom_features=features.shape[1], atoms=len(features))
    net = ScratchNet(sizes, generator)
    net.given.copy_(xyz)
    net.atoms_given.copy_(features)
    return net
