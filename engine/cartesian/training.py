"""Training the network on coordinates: the squared error of the velocity, over all noise levels.

    loss = |x_0' - x_0|^2 / (1 - alpha_bar) / (3N - 3)   of x_0' = network(x_t)

which is the mean squared error of v (Salimans and Ho 2022, arXiv 2202.00512). Noise over signal is
drawn from a log-normal (Karras et al. 2022, arXiv 2206.00364, table 1) around 0.7 Angstrom: there
bonds and angles are decided. Nothing is turned or mirrored at random: the network follows anyway.

The distances that it reads from the topology learn beside it, by the likelihood of the distances
of the data under N(L_ij, tau_ij^2).

Every batch holds molecules of similar sizes, of each one conformer, drawn evenly.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.cartesian.graph import Graph, Parts, collate
from engine.cartesian.network import CoordinateNet, Topology
from engine.cartesian.process import SCALE, noised, to_state
from engine.molecule import Molecule
from engine.networks import descend
from engine.options import setting

#: Noise over signal (Angstrom) at which validation is reported.
VALIDATION_SIGMAS = (0.1, 0.3, 1.0, 3.0)
_VALIDATION_BATCH = 16
#: Updates within which the learning rate climbs.
_WARM = 100
#: Share of the topology's own loss.
_LENGTHS = 0.1


@dataclass(frozen=True)
class TrainingOptions:
    """How long and how."""

    minutes: float = setting(40.0, "wall clock; sets the decay of the learning rate")
    steps: int = setting(0, "so many updates instead, whatever they take; 0: by the clock")
    batch_size: int = setting(8, "conformers per step")
    learning_rate: float = setting(1.5e-3, "at its highest")
    clip: float = setting(2.0, "longest gradient")
    ema: float = setting(0.998, "of the averaged weights")
    centre: float = setting(0.25, "median of noise over signal, in units of SCALE")
    width: float = setting(1.4, "standard deviation of its logarithm")
    seed: int = setting(1, "of weights, noise and order")
    validate_every: int = setting(300, "steps")


@dataclass(frozen=True, eq=False)
class Progress:
    """A moment of training.

    Attributes:
        step, fraction: updates so far; share of the time spent.
        loss: mean of the training batches since the last report.
        validation: loss by noise over signal in Angstrom; 1 is about what predicting no noise has.
        network: the averaged weights, which change as training goes on.
    """

    step: int
    fraction: float
    loss: float
    validation: dict[float, float]
    network: CoordinateNet


class TrainingSet:
    """Molecules with their conformers ``Molecule.xyz``, sorted by size.

    Raises:
        ValueError: if there is no molecule.
    """

    def __init__(self, molecules: Sequence[Molecule]) -> None:
        if not molecules:
            raise ValueError("There is no molecule to train on.")
        ordered = sorted(molecules, key=lambda m: m.n_atoms)
        self.parts = [Parts.of(m) for m in ordered]
        self.xyz = [torch.from_numpy(m.xyz) for m in ordered]

    def draw(self, count: int, generator: Generator) -> tuple[Graph, Tensor]:
        """``count`` neighbours in size, of each one conformer: graph and x_0 (B, N, 3)."""
        last = max(1, len(self.parts) - count + 1)
        first = int(torch.randint(last, (), generator=generator))
        rows = range(first, min(first + count, len(self.parts)))
        picks = [int(torch.randint(len(self.xyz[r]), (), generator=generator)) for r in rows]
        graph = collate([self.parts[r] for r in rows])
        return graph, packed([self.xyz[r][k] for r, k in zip(rows, picks, strict=True)], graph)


def packed(xyz: Sequence[Tensor], graph: Graph) -> Tensor:
    """Conformers (n, 3) Angstrom of the molecules of a batch as x_0 (B, N, 3)."""
    out = torch.zeros(*graph.mask.shape, 3)
    for row, positions in zip(out, xyz, strict=True):
        row[: len(positions)] = positions
    return to_state(out, graph.mask)


def levels(count: int, o: TrainingOptions, generator: Generator) -> Tensor:
    """(B,) alpha_bar, one in each of ``count`` equal shares of the log-normal."""
    share = (torch.arange(count) + torch.rand(count, generator=generator)) / count
    share = share[torch.randperm(count, generator=generator)].clamp(1e-4, 1 - 1e-4)
    normal = math.sqrt(2) * torch.erfinv(2 * share - 1)
    return 1 / (1 + (math.log(o.centre) + o.width * normal).exp().square())


def velocity_loss(x_0: Tensor, found: Tensor, alpha_bar: Tensor, mask: Tensor) -> Tensor:
    """(B,) mean squared error of v per degree of freedom, for estimates ``found`` of x_0."""
    error = (found - x_0).square().sum((1, 2))
    return error / (1 - alpha_bar) / (3 * mask.sum(1) - 3)


def length_loss(topology: Topology, graph: Graph, x_0: Tensor) -> Tensor:
    """() minus the mean log likelihood of the near distances of x_0, but for a constant."""
    flat = x_0.flatten(0, 1) * SCALE
    d = (flat[graph.near[0]] - flat[graph.near[1]]).norm(dim=-1)
    return (((d - topology.length) / topology.spread).square() / 2 + topology.spread.log()).mean()


def fit(
    network: CoordinateNet,
    data: TrainingSet,
    validation: Sequence[Molecule],
    options: TrainingOptions,
) -> Iterator[Progress]:
    """Train ``network``, yielding at every validation and at the end."""
    generator = Generator().manual_seed(options.seed)
    averaged = copy.deepcopy(network).eval().requires_grad_(False)
    start, exam = time.monotonic(), validation_batches(validation)

    def fraction(step: int) -> float:
        if options.steps:
            return step / options.steps
        return (time.monotonic() - start) / (60 * options.minutes)

    def pace(step: int, steps: int) -> float:  # noqa: ARG001  # steps are not known by the clock
        decay = 0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, fraction(step))))
        return min(1.0, step / _WARM) * decay

    def loss() -> Tensor:
        graph, x_0 = data.draw(options.batch_size, generator)
        alpha_bar = levels(len(x_0), options, generator)
        x_t = noised(x_0, graph.mask, alpha_bar, generator)
        topology = network.encoder(graph)
        found = network(x_t, alpha_bar, graph, topology)
        error = velocity_loss(x_0, found, alpha_bar, graph.mask).mean()
        return error + _LENGTHS * length_loss(topology, graph, x_0)

    rate, losses = options.learning_rate, []
    updates = descend(network, averaged, loss, 10**9, rate, options.ema, pace, options.clip)
    for step, value in updates:
        losses.append(value)
        done = fraction(step)
        if step % options.validate_every == 0 or done >= 1:
            mean, losses = sum(losses) / len(losses), []
            yield Progress(step, min(1.0, done), mean, validate(averaged, exam), averaged)
        if done >= 1:
            return


@dataclass(frozen=True, eq=False)
class ValidationBatch:
    """A batch at one noise level sigma (Angstrom): clean, and noised."""

    sigma: float
    graph: Graph
    x_0: Tensor
    alpha_bar: Tensor
    x_t: Tensor


def validation_batches(molecules: Sequence[Molecule]) -> list[ValidationBatch]:
    """Fixed noised batches at every validation sigma, the first conformer of each molecule."""
    generator, found = Generator().manual_seed(0), []
    ordered = sorted(molecules, key=lambda m: m.n_atoms)
    for sigma in VALIDATION_SIGMAS:
        for first in range(0, len(ordered), _VALIDATION_BATCH):
            some = ordered[first : first + _VALIDATION_BATCH]
            graph = collate([Parts.of(m) for m in some])
            x_0 = packed([torch.from_numpy(m.xyz[0]) for m in some], graph)
            alpha_bar = torch.full((len(some),), 1 / (1 + (sigma / SCALE) ** 2))
            x_t = noised(x_0, graph.mask, alpha_bar, generator)
            found.append(ValidationBatch(sigma, graph, x_0, alpha_bar, x_t))
    return found


@torch.inference_mode()
def validate(network: CoordinateNet, batches: Sequence[ValidationBatch]) -> dict[float, float]:
    """Mean loss at each validation sigma."""
    losses: dict[float, list[Tensor]] = {}
    for b in batches:
        found = network(b.x_t, b.alpha_bar, b.graph)
        error = velocity_loss(b.x_0, found, b.alpha_bar, b.graph.mask)
        losses.setdefault(b.sigma, []).append(error)
    return {sigma: float(torch.cat(values).mean()) for sigma, values in losses.items()}
