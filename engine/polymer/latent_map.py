"""The latent plane of the VAE as a map: a grid over it, lines across it, and ways uphill."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.polymer.vae import VAE

#: Points (n, D) to a number for each (n,); differentiable.
Height = Callable[[Tensor], Tensor]


def grid(reach: float, cells: int) -> Tensor:
    """(cells, cells, 2) points of the plane from -reach to reach.

    The first number grows along a row, the second from row to row.
    """
    axis = torch.linspace(-reach, reach, cells)
    return torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=-1)


def line(start: Tensor, end: Tensor, points: int) -> Tensor:
    """(points, K) evenly spaced from start (K,) to end (K,)."""
    return torch.lerp(start, end, torch.linspace(0, 1, points).unsqueeze(-1))


@torch.enable_grad()
def ascent(
    vae: VAE, height: Height, start: Tensor, steps: int, stride: float, reach: float
) -> Tensor:
    """(steps + 1, K) a walk from start (K,) to where what is decoded has a larger ``height``.

    Args:
        vae: whose decoder (B, K) to (B, D) is followed.
        height: of decoded points.
        start: a latent point.
        steps: of the walk.
        stride: length of a step, along the gradient.
        reach: bound of each latent number.
    """
    path = [start]
    for _ in range(steps):
        z = path[-1].detach().requires_grad_()
        (uphill,) = torch.autograd.grad(height(vae.decode(z[None])).sum(), z)
        step = stride * uphill / uphill.norm().clamp(min=1e-12)
        path.append((z.detach() + step).clamp(-reach, reach))
    return torch.stack(path)
