"""Both ways round the square: change the input and ask, f(g x), or ask and change, g f(x).

f is the noise that a network predicts for a shape x_t. A rotation, a mirror or a renumbering g
changes f(x) as it does x; a shift leaves it alone, since noise is a difference of places. The error
is |f(g x) - g f(x)| / |f(x)|, the mean over ``DRAWS`` random changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from engine.cartesian.plain import Velocity
from engine.cartesian.pupils import PUPILS
from engine.cartesian.shapes import BEADS, centred, rotations, spirals, turned
from engine.experiments.arrays import Array, Exported
from engine.experiments.symmetry.trio import SHIPPED, Pupils, trio_of
from engine.networks.perceptron import alpha_bar_of_phase
from engine.options import number
from engine.process import diffuse
from engine.progress import Step, Steps
from engine.streams import stream

DRAWS = 20  #: random changes that an error is the mean of
FAR = 2.0  #: length of a shift


@dataclass(frozen=True, eq=False)
class Move:
    """A change g of a shape: x -> (x M^T + s), its rows in another order.

    Attributes:
        matrix: (3, 3) orthogonal M.
        shift: (3,) s.
        order: (N,) which row of x each row is.
    """

    matrix: Tensor = field(default_factory=lambda: torch.eye(3))
    shift: Tensor = field(default_factory=lambda: torch.zeros(3))
    order: Tensor = field(default_factory=lambda: torch.arange(BEADS))

    def places(self, x: Tensor) -> Tensor:
        """Places (..., N, 3), changed."""
        return (turned(x, self.matrix.to(x)) + self.shift.to(x))[..., self.order, :]

    def differences(self, f: Tensor) -> Tensor:
        """Differences of places (..., N, 3), changed."""
        return turned(f, self.matrix.to(f))[..., self.order, :]


def _mirrored(generator: Generator) -> Move:
    return Move(rotations(1, generator)[0] @ torch.diag(torch.tensor([-1.0, 1.0, 1.0])))


def _shifted(generator: Generator) -> Move:
    way = torch.nn.functional.normalize(torch.randn(3, generator=generator), dim=0)
    return Move(shift=FAR * way)


@dataclass(frozen=True)
class Change:
    """One way to change the input.

    Attributes:
        key, label: in addresses and on the page.
        help: what it is.
        drag: what a hand on the picture does.
        draw: a random one.
    """

    key: str
    label: str
    help: str
    drag: str
    draw: Callable[[Generator], Move]


CHANGES: dict[str, Change] = {
    change.key: change
    for change in (
        Change("rotate", "Rotate", "Turn the whole input.", "Drag a picture to rotate the input.",
               lambda g: Move(rotations(1, g)[0])),
        Change("shift", "Shift", "Move the whole input.", "Drag a picture to shift the input.",
               _shifted),
        Change("mirror", "Mirror", "Reflect the input in a plane.",
               "Drag a picture to turn the mirror (dashed).", _mirrored),
        Change("renumber", "Renumber", "Hand over the beads in another order.",
               "Drag a picture to shuffle the numbers.",
               lambda g: Move(order=torch.randperm(BEADS, generator=g))),
    )
}  # fmt: skip


@dataclass(frozen=True)
class TurnSettings:
    """Which networks, and which noised shape they are given.

    Attributes:
        networks: those of the page.
        noise: the phase u of x_t; alpha_bar = cos^2(pi u / 2).
        seed: of the shape and its noise.
    """

    networks: Pupils = SHIPPED
    noise: float = number(
        0.35,
        "Noise",
        "Phase of the noised shape: 0 is data, 1 is noise.",
        (0.1, 0.9, 0.05),
    )
    seed: int = 0

    @property
    def alpha_bar(self) -> float:
        """The noise level."""
        return float(alpha_bar_of_phase(torch.tensor(self.noise)))


@dataclass(frozen=True, eq=False)
class Turning(Exported):
    """What the networks make of one noised shape, and how they follow its changes.

    Attributes:
        settings: what was asked for.
        x_0, eps, x_t: (9, 3).
        predicted: (9, 3) noise by each pupil.
        errors: by pupil and change, the mean of ``DRAWS``.
        nets: the networks.
    """

    settings: TurnSettings
    x_0: Tensor
    eps: Tensor
    x_t: Tensor
    predicted: dict[str, Tensor]
    errors: dict[str, dict[str, float]]
    nets: dict[str, Velocity]

    def described(self) -> dict[str, Array]:
        """The shape and what is predicted for it."""
        arrays = {
            "x_0": Array(self.x_0, "(9, 3) a clean shape"),
            "eps": Array(self.eps, "(9, 3) its noise"),
            "x_t": Array(self.x_t, "(9, 3) the noised shape"),
        }
        for key, f in self.predicted.items():
            arrays[f"noise_{key}"] = Array(f, f"(9, 3) noise predicted by {PUPILS[key].label}")
            values = [*self.errors[key].values()]
            about = f"mean relative difference of f(g x) and g f(x), g = {', '.join(CHANGES)}"
            arrays[f"error_{key}"] = Array(values, about)
        return arrays


def noised_shape(settings: TurnSettings) -> tuple[Tensor, Tensor, Tensor]:
    """x_0, eps and x_t (9, 3)."""
    x_0 = spirals(1, stream(settings.seed, "data"))[0]
    eps = centred(torch.randn(x_0.shape, generator=stream(settings.seed, "forward")))
    return x_0, eps, diffuse(x_0, torch.tensor(settings.alpha_bar), eps)


@torch.no_grad()
def difference(net: Velocity, x: Tensor, alpha_bar: float, move: Move) -> float:
    """|f(g x) - g f(x)| / |f(x)| for a shape x (N, 3) and f the predicted noise."""
    level = torch.tensor(alpha_bar, dtype=x.dtype)
    changed = net.noise(move.places(x)[None], level, move.order)[0]
    expected = move.differences(net.noise(x[None], level)[0])
    return float((changed - expected).norm() / expected.norm())


def mean_difference(
    net: Velocity, x: Tensor, alpha_bar: float, change: str, seed: int = 0
) -> float:
    """The mean of ``DRAWS`` differences for random changes of one kind."""
    generator = stream(seed, "choice")
    moves = [CHANGES[change].draw(generator) for _ in range(DRAWS)]
    return sum(difference(net, x, alpha_bar, move) for move in moves) / DRAWS


def turn(settings: TurnSettings) -> Steps[Turning]:
    """Ask each network, and measure how it follows each change."""
    trio = yield from trio_of(settings.networks)
    yield Step(0, 1, "Asking the networks")
    x_0, eps, x_t = noised_shape(settings)
    level = torch.tensor(settings.alpha_bar)
    nets = {key: denoiser.net for key, denoiser in trio.denoisers.items()}
    with torch.no_grad():
        predicted = {key: net.noise(x_t[None], level)[0] for key, net in nets.items()}
    errors = {
        key: {
            change: mean_difference(net, x_t, settings.alpha_bar, change, settings.seed)
            for change in CHANGES
        }
        for key, net in nets.items()
    }
    return Turning(settings, x_0, eps, x_t, predicted, errors, nets)
