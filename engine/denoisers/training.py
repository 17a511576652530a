"""Training a denoiser on a toy data set: one generator for the command line and the page.

The loss is the squared error of the velocity v (``engine.networks.perceptron.Preconditioned``),
averaged over phases u uniform in [0, 1], that is noise levels alpha_bar = cos^2(pi u / 2). Phases
are stratified over the batch. Adam, a learning rate that warms up and falls to zero like half a
cosine, and an exponential moving average of the weights, which is what samples.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.data import Dataset
from engine.denoisers.learned import Learned
from engine.networks import MLP, Preconditioned, descend
from engine.networks.descent import check_options, warmed_up
from engine.networks.perceptron import alpha_bar_of_phase
from engine.options import count, number

AXES_FROM = 8000  #: draws that the principal axes are taken from


@dataclass(frozen=True)
class FitOptions:
    """How to train.

    Raises:
        ValueError: if an option is out of range.
    """

    steps: int = count(2000, "Steps", "Updates of the weights.", (100, 20_000, 100))
    batch_size: int = count(512, "Batch", "Data points in one update.", (32, 4096, 32))
    learning_rate: float = number(
        2e-3,
        "Learning rate",
        "Size of the first updates; it falls to zero towards the end.",
        (1e-4, 1e-2, 1e-4),
        "%.4f",
    )
    width: int = count(128, "Width", "Units in each hidden layer.", (16, 512, 16))
    depth: int = count(3, "Depth", "Hidden layers.", (1, 6, 1))
    ema: float = number(
        0.995,
        "Averaging",
        "The weights that sample are a moving average; nearer 1 looks further back.",
        (0.9, 0.9999, 0.0001),
        "%.4f",
    )

    def __post_init__(self) -> None:
        counts = {n: getattr(self, n) for n in ("steps", "batch_size", "width", "depth")}
        check_options(counts, self.learning_rate, self.ema)


@dataclass(frozen=True, eq=False)
class FitProgress:
    """Where a training run stands.

    Attributes:
        step, total: updates made and to make.
        loss: mean squared error of v in this batch.
        denoiser: samples with the averaged weights. They move on as training does: draw from it
        before
            asking for the next step, or deepcopy it.
    """

    step: int
    total: int
    loss: float
    denoiser: Learned


def fit(dataset: Dataset, options: FitOptions, generator: Generator) -> Iterator[FitProgress]:
    """Train on ``dataset``, yielding after every update; stop iterating to cancel.

    The initial weights, data, phases and noise all come from ``generator``: the same seed gives the
    same network (on the same machine and number of threads).
    """
    net = new_network(dataset, options, generator)
    averaged = copy.deepcopy(net).eval().requires_grad_(False)
    denoiser = Learned(averaged)

    def loss() -> Tensor:
        return velocity_loss(net, dataset.sample(options.batch_size, generator), generator)

    for step, value in descend(
        net, averaged, loss, options.steps, options.learning_rate, options.ema, warmed_up
    ):
        yield FitProgress(step, options.steps, value, denoiser)


def new_network(dataset: Dataset, options: FitOptions, generator: Generator) -> Preconditioned:
    """An untrained network; that of a chain is told the principal axes of the chains.

    Chains vary much in a few directions and hardly in most, points about equally in all.
    """
    net = Preconditioned(MLP(dataset.dim, options.width, options.depth, generator))
    if dataset.chain_shape is not None:
        net.fit_axes(dataset.sample(AXES_FROM, generator))
    return net


def velocity_loss(net: Preconditioned, x_0: Tensor, generator: Generator) -> Tensor:
    """Mean squared error of v over a batch x_0 (B, D), one stratified phase for each point."""
    n = len(x_0)
    u = (torch.arange(n) + torch.rand(n, generator=generator)) / n
    eps = torch.randn(x_0.shape, generator=generator)
    return net.loss(x_0, eps, alpha_bar_of_phase(u)[:, None])
