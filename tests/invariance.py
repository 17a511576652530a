"""One assertion for every claim of invariance, with the tolerance tied to the dtype."""

from collections.abc import Callable

import torch
from torch import Tensor

TOLERANCE = {torch.float32: 1e-4, torch.float64: 1e-9}


def random_rotation(generator: torch.Generator, mirror: bool = False) -> Tensor:
    """A uniformly random (3, 3) orthogonal matrix, float64, of determinant 1 or -1."""
    q, r = torch.linalg.qr(torch.randn(3, 3, generator=generator, dtype=torch.float64))
    q = q * torch.sign(torch.diagonal(r))
    wanted = -1.0 if mirror else 1.0
    if torch.linalg.det(q) * wanted < 0:
        q = torch.cat([-q[:, :1], q[:, 1:]], 1)
    return q


def assert_same(function: Callable[[], Tensor], other: Callable[[], Tensor], sign: float = 1.0):
    """``other()`` equals ``sign * function()`` relative to the size of the output.

    A function that is zero everywhere is refused: it would pass any test of invariance.
    """
    expected, found = function(), other()
    scale = float(expected.abs().max())
    assert scale > 1e-6, "the output is zero, so this would prove nothing"
    error = float((found - sign * expected).abs().max()) / max(scale, 1.0)
    assert error < TOLERANCE[expected.dtype], f"differs by {error:.2e}"
