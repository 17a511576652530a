"""Points in the plane: each data set's draws and, where it is known, its exact distribution.

A draw gives (n, 2) float32; each function divides by a constant so that the root mean square of a
coordinate is about 1. A new data set is a function, its ``Curve`` if it is one, and an entry of
``PLANE``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Generator, Tensor

from engine.data.contract import Dataset
from engine.data.curves import Curve, polar, uniform
from engine.data.mixture import GaussianMixture


class Planar(Dataset):
    """Points in the plane from a function (n, generator) -> (n, 2); plain numbers.

    Where the points lie about a curve, its quadrature is their exact distribution.
    """

    group = "2d"

    def __init__(
        self,
        key: str,
        label: str,
        help: str,
        draw: Callable[[int, Generator], Tensor],
        curve: Curve | None = None,
    ) -> None:
        super().__init__(key, label, help, 2)
        self.curve, self._draw = curve, draw

    def sample(self, n: int, generator: Generator) -> Tensor:
        return self._draw(n, generator)

    def quadrature(self) -> GaussianMixture | None:
        return None if self.curve is None else self.curve.mixture()


def _spiral(a: Tensor) -> Tensor:
    return polar(a, a)


ROLL = Curve((_spiral,), 1.5 * math.pi, 4.5 * math.pi, noise=0.5, size=7.0)


def swiss_roll(n: int, generator: Generator) -> Tensor:
    """A spiral seen from the side, as in scikit-learn's make_swiss_roll with noise 0.5."""
    return ROLL.thickened(_spiral(ROLL.places(n, generator)), generator)


def _upper_moon(a: Tensor) -> Tensor:
    return polar(1.0, a)


def _lower_moon(a: Tensor) -> Tensor:
    return a.new_tensor([1.0, 0.5]) - polar(1.0, a)


MOONS = Curve(
    (_upper_moon, _lower_moon), 0, math.pi, noise=0.06, centre=(0.5, 0.25), size=0.7, nodes=96
)


def moons(n: int, generator: Generator) -> Tensor:
    """Two interleaved half circles, as in scikit-learn's make_moons with noise 0.06."""
    a = MOONS.places(n, generator)
    lower = torch.rand(n, generator=generator) < 0.5
    return MOONS.thickened(torch.where(lower[:, None], _lower_moon(a), _upper_moon(a)), generator)


RADII = 1.6, 0.8
RINGS = Curve(
    tuple(partial(polar, radius) for radius in RADII),
    0, 2 * math.pi, noise=0.06, nodes=160, closed=True,
)  # fmt: skip


def circles(n: int, generator: Generator) -> Tensor:
    """Two rings with one centre, one half as wide as the other."""
    radius = torch.where(torch.rand(n, generator=generator) < 0.5, *RADII)
    return RINGS.thickened(polar(radius, RINGS.places(n, generator)), generator)


def checkerboard(n: int, generator: Generator) -> Tensor:
    """Eight squares of a board of four by four, side 0.9 each."""
    column = torch.randint(4, (n,), generator=generator)
    row = 2 * torch.randint(2, (n,), generator=generator) + column % 2
    corner = torch.stack([column, row], dim=-1) - 2.0
    return 0.9 * (corner + torch.rand(n, 2, generator=generator))


def pinwheel(n: int, generator: Generator) -> Tensor:
    """Five curved arms (Johnson et al. 2016, arXiv 1603.06277, figure 1)."""
    along = 1 + 0.3 * torch.randn(n, generator=generator)
    across = 0.1 * torch.randn(n, generator=generator)
    arm = torch.randint(5, (n,), generator=generator) * (2 * math.pi / 5)
    turn = arm + 0.25 * along.exp()
    x = along * turn.cos() - across * turn.sin()
    y = along * turn.sin() + across * turn.cos()
    return torch.stack([x, y], dim=-1) / 0.75


def _arm(a: Tensor, turned: Tensor | float = 0.0) -> Tensor:
    return polar(a / 4.7, a + turned)


#: A place 3 pi sqrt(u) with u uniform has a density proportional to itself.
ARMS = Curve(
    (_arm, partial(_arm, turned=math.pi)),
    0, 3 * math.pi, noise=0.05, nodes=384, density=torch.clone,
)  # fmt: skip


def two_spirals(n: int, generator: Generator) -> Tensor:
    """Two arms of one and a half turns that wind out of the centre on opposite sides."""
    a = ARMS.high * uniform(n, generator).sqrt()
    turned = torch.randint(2, (n,), generator=generator) * math.pi
    return ARMS.thickened(_arm(a, turned), generator)


def _letter(a: Tensor) -> Tensor:
    return torch.stack([a.sin(), a.sign() * (a.cos() - 1)], dim=-1)


def _letter_turned(a: Tensor) -> Tensor:
    return _letter(-a)


#: Half of the letter and the same turned round: smooth pieces, without the bend of c at a = 0.
LETTER = Curve((_letter, _letter_turned), 0, 1.5 * math.pi, noise=0.06, size=1.02, nodes=144)


def s_curve(n: int, generator: Generator) -> Tensor:
    """The letter S, as in scikit-learn's make_s_curve seen from the side, noise 0.06."""
    return LETTER.thickened(_letter(uniform(n, generator, -LETTER.high, LETTER.high)), generator)


PLANE: tuple[Dataset, ...] = (
    Planar("swiss_roll", "Swiss roll", "A rolled-up line, thickened a little.", swiss_roll, ROLL),
    Planar("moons", "Moons", "Two interleaved half circles.", moons, MOONS),
    Planar("circles", "Circles", "Two rings, one inside the other.", circles, RINGS),
    Planar("checkerboard", "Checkerboard", "Eight squares with sharp edges.", checkerboard),
    Planar("pinwheel", "Pinwheel", "Five curved arms.", pinwheel),
    Planar("two_spirals", "Two spirals", "Two arms wound around each other.", two_spirals, ARMS),
    Planar("s_curve", "S curve", "The letter S.", s_curve, LETTER),
)
