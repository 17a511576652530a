"""Three pupils of one lesson: shapes that all lie along x (``engine.cartesian.shapes``).

An EGNN, a plain network, and a plain network that sees each shape turned in a random direction.
All minimise the squared error of the velocity v, with noise that has no centre of mass and with
phases u uniform in [0, 1], that is alpha_bar = cos^2(pi u / 2). A new pupil is one entry of
``PUPILS``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

from engine.cartesian.plain import Equivariant, Plain, Velocity
from engine.cartesian.shapes import BEADS, centred, rotations, spirals, turned
from engine.networks import checkpoint, descend
from engine.networks.descent import check_options, warmed_up
from engine.networks.perceptron import alpha_bar_of_phase
from engine.options import count, number
from engine.process import diffuse

SURE = 0.6  #: phase up to which errors are measured


@dataclass(frozen=True)
class Pupil:
    """One way to learn.

    Attributes:
        key: its name in addresses and file names.
        label: on a page.
        help: a sentence about it.
        network: builds it: nodes, width, depth, generator.
        width, depth: of that network.
        rotated: whether it sees each shape in a random direction.
    """

    key: str
    label: str
    help: str
    network: Callable[[int, int, int, Generator], Velocity]
    width: int
    depth: int
    rotated: bool = False

    def build(self, generator: Generator) -> Velocity:
        """The untrained network."""
        return self.network(BEADS, self.width, self.depth, generator)


PUPILS: dict[str, Pupil] = {
    pupil.key: pupil
    for pupil in (
        Pupil("egnn", "EGNN", "Sees distances between beads, moves beads along differences.",
              Equivariant, 32, 2),
        Pupil("plain", "Plain network", "Sees 27 coordinates in a row.", Plain, 128, 3),
        Pupil("augmented", "Plain, random rotations",
              "The same network; every shape is turned at random before it is shown.",
              Plain, 128, 3, rotated=True),
    )
}  # fmt: skip


@dataclass(frozen=True)
class LessonOptions:
    """How the pupils are trained.

    Raises:
        ValueError: if an option is out of range.
    """

    steps: int = count(400, "Updates", "Updates of each network.", (50, 2000, 50))
    shapes: int = count(256, "Training shapes", "All that the networks are shown.", (4, 1024, 4))
    batch_size: int = count(32, "Batch", "Shapes in one update.", (16, 256, 16))
    learning_rate: float = number(
        6e-3, "Learning rate", "Of the largest updates.", (5e-4, 1e-2, 5e-4), "%.4f"
    )
    ema: float = number(
        0.98, "Averaging", "Of the weights that sample.", (0.9, 0.999, 0.001), "%.3f"
    )

    def __post_init__(self) -> None:
        counts = {name: getattr(self, name) for name in ("steps", "shapes", "batch_size")}
        check_options(counts, self.learning_rate, self.ema)


class ShapeDenoiser:
    """A trained network as a denoiser of shapes (B, N, 3), whose noise has no centre of mass.

    Attributes:
        net: the network.
        card: of its checkpoint; empty for a network still in training.
    """

    def __init__(self, net: Velocity, card: dict[str, Any] | None = None) -> None:
        self.net, self.card = net, card or {}

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        return centred(self.net.clean(centred(x_t), torch.tensor(alpha_bar, dtype=x_t.dtype)))


@dataclass(frozen=True, eq=False)
class Progress:
    """A training after an update: loss of the batch, and the denoiser, which moves on with it."""

    step: int
    loss: float
    denoiser: ShapeDenoiser


def velocity_loss(net: Velocity, x_0: Tensor, generator: Generator) -> Tensor:
    """Mean squared error of v for shapes x_0 (B, N, 3), one stratified phase for each."""
    u = (torch.arange(len(x_0)) + torch.rand(len(x_0), generator=generator)) / len(x_0)
    x_t, v = noised(x_0, u, generator)
    return (net(x_t, u) - v).square().mean()


def noised(x_0: Tensor, u: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """x_t and v (B, N, 3) of shapes x_0 at phases u (B,)."""
    eps = centred(torch.randn(x_0.shape, generator=generator))
    alpha_bar = alpha_bar_of_phase(u)[:, None, None]
    v = alpha_bar.sqrt() * eps - (1 - alpha_bar).sqrt() * x_0
    return diffuse(x_0, alpha_bar, eps), v


def fit(
    pupil: Pupil, options: LessonOptions, generator: Generator, once: bool = False
) -> Iterator[Progress]:
    """Train one pupil, yielding after every update.

    Args:
        pupil: which.
        options: how.
        generator: of weights, batches, noise and rotations; shapes depend on their number alone.
        once: turn each shape once and for all, and not anew whenever it is shown.
    """
    shapes = spirals(options.shapes, Generator().manual_seed(options.shapes))
    if pupil.rotated and once:
        shapes = turned(shapes, rotations(len(shapes), generator))
    net = pupil.build(generator)
    averaged = copy.deepcopy(net).eval().requires_grad_(False)
    denoiser = ShapeDenoiser(averaged)

    def loss() -> Tensor:
        chosen = torch.randint(len(shapes), (options.batch_size,), generator=generator)
        x_0 = shapes[chosen]
        if pupil.rotated and not once:
            x_0 = turned(x_0, rotations(len(x_0), generator))
        return velocity_loss(net, x_0, generator)

    for step, value in descend(
        net, averaged, loss, options.steps, options.learning_rate, options.ema, warmed_up
    ):
        yield Progress(step, value, denoiser)


@torch.no_grad()
def error(net: Velocity, n: int = 512, seed: int = 1) -> float:
    """Squared error of v over that of answering 0, on n unseen shapes in every direction.

    At phases up to ``SURE``, alpha_bar = 0.35, where it can still be seen how a shape lies; at more
    noise nobody could tell.
    """
    generator = Generator().manual_seed(seed)
    x_0 = turned(spirals(n, generator), rotations(n, generator))
    u = SURE * (torch.arange(n) + 0.5) / n
    x_t, v = noised(x_0, u, generator)
    return float((net(x_t, u) - v).square().mean() / v.square().mean())


def weights_path(key: str) -> Path:
    """Where the weights of the pupil ``key`` stand."""
    return checkpoint.WEIGHTS / f"symmetry_{key}{checkpoint.SUFFIX}"


@cache
def shipped(key: str) -> ShapeDenoiser:
    """The trained pupil that ships, loaded once in a process.

    Raises:
        MissingAssetError: if its weights are missing.
        AssetError: if the file does not hold this pupil.
    """
    return load_file(weights_path(key))


def load_file(path: Path) -> ShapeDenoiser:
    """The trained pupil in the file ``path``; raises as ``shipped`` does."""
    return ShapeDenoiser(*checkpoint.restore(path, _untrained, "a pupil of shapes"))


def _untrained(card: checkpoint.Card) -> Velocity | None:
    """The network that a card describes, if it is one of these."""
    pupil = PUPILS.get(str(card.get("pupil")))
    return None if pupil is None else pupil.build(Generator())
