"""The latent plane of the VAE as a map: what each point decodes to, ways across it and uphill."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.vae import VAE

Measure = Callable[[Tensor], Tensor]


def grid(reach: float, cells: int) -> Tensor:
    """(cells, cells, 2) points of the plane from -reach to reach; row 0 has the lowest second."""
    axis = torch.linspace(-reach, reach, cells)
    return torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=-1)


@torch.no_grad()
def chart(vae: VAE, measure: Measure, reach: float, cells: int) -> Tensor:
    """(cells, cells) of ``measure``, (n, D) to (n,), at what the points of ``grid`` decode to."""
    return measure(vae.decode(grid(reach, cells).flatten(0, 1))).reshape(cells, cells)


def line(start: Tensor, end: Tensor, points: int) -> Tensor:
    """(points, K) evenly spaced from start (K,) to end (K,)."""
    return torch.lerp(start, end, torch.linspace(0, 1, points).unsqueeze(-1))


@torch.enable_grad()
def climb(
    vae: VAE, measure: Measure, start: Tensor, steps: int, stride: float, reach: float
) -> Tensor:
    """(steps + 1, K) a walk from start (K,) towards a larger ``measure`` of what is decoded.

    Each step goes ``stride`` along the gradient; the walk stays within ``reach`` in each number.
    """
    path = [start]
    for _ in range(steps):
        z = path[-1].detach().requires_grad_()
        (uphill,) = torch.autograd.grad(measure(vae.decode(z[None])).sum(), z)
        step = stride * uphill / uphill.norm().clamp(min=1e-12)
        path.append((z.detach() + step).clamp(-reach, reach))
    return torch.stack(path)
