"""The noise process on the 3N coordinates of a molecule, without its centre of mass.

    x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) P eps,    eps ~ N(0, I),    P x = x - mean x

P projects on the 3N - 3 dimensions in which the mean of the atoms is zero (every atom counts
once, whatever its mass). The state, the noise and the prediction all lie there, so a molecule
never drifts and the density is one on shapes and their orientation alone (Xu et al. 2022, GeoDiff,
arXiv 2203.02923, section 4.3). The schedules are those of ``engine.noise``.

Coordinates are divided by ``SCALE``, the same for every molecule: then a noise level means the same
in Angstrom, beside a bond of 1.5 Angstrom, whatever the size of the molecule.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.process import diffuse

#: Angstrom: root mean square of a centred coordinate over the 1,380 training molecules, each
#: counting once (single molecules lie between 1.8 and 4.1).
SCALE = 2.65


def centred(x: Tensor, mask: Tensor) -> Tensor:
    """P x (B, N, 3): the mean over the atoms of ``mask`` (B, N) is zero, and so is all padding."""
    here = mask[..., None].to(x)
    mean = (x * here).sum(-2, keepdim=True) / here.sum(-2, keepdim=True)
    return (x - mean) * here


def to_state(xyz: Tensor, mask: Tensor) -> Tensor:
    """Angstrom (B, N, 3) to x_0, centred, of about unit variance."""
    return centred(xyz, mask) / SCALE


def to_angstrom(x: Tensor) -> Tensor:
    """A state (..., N, 3) in Angstrom."""
    return x * SCALE


def draw(mask: Tensor, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """P eps (B, N, 3) for the atoms of ``mask`` (B, N)."""
    eps = torch.randn((*mask.shape, 3), generator=generator, dtype=dtype)
    return centred(eps, mask)


def noised(x_0: Tensor, mask: Tensor, alpha_bar: Tensor, generator: torch.Generator) -> Tensor:
    """x_t (B, N, 3) of centred x_0 (B, N, 3) at the levels ``alpha_bar`` (B,)."""
    return diffuse(x_0, alpha_bar[:, None, None], draw(mask, generator, x_0.dtype))
