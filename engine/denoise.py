"""Denoisers: what a sampler needs to know about the data.

The contract: a denoiser is a callable ``(x_t (B, D), alpha_bar: float) -> (B, D)`` that returns
its estimate of E[x_0 | x_t]. It is told the noise level, not the step, so that it serves every
schedule. By Tweedie's formula it is equivalent to the score of the noisy marginal (see
``engine.forward``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Generator, Tensor

from engine import checkpoint
from engine.data import GaussianMixture
from engine.forward import score_from_x0
from engine.nets import MLP, Preconditioned


class Denoiser(Protocol):
    """x_t (B, D) and the noise level alpha_bar in [0, 1] to an estimate of E[x_0 | x_t] (B, D)."""

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor: ...


def score(denoiser: Denoiser, x_t: Tensor, alpha_bar: float) -> Tensor:
    """The score of the noisy marginal (B, D) that ``denoiser`` implies; alpha_bar < 1."""
    return score_from_x0(x_t, denoiser(x_t, alpha_bar), alpha_bar)


@dataclass(frozen=True, eq=False)
class ExactMixture:
    """E[x_0 | x_t] for a Gaussian mixture, in closed form.

    Each component k alone gives m_k + (sqrt(alpha_bar) s_k^2 / v_k) (x_t - sqrt(alpha_bar) m_k)
    with v_k = alpha_bar s_k^2 + 1 - alpha_bar; they are averaged by their probability given x_t.
    """

    mixture: GaussianMixture

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        noisy = self.mixture.diffused(alpha_bar)
        share = noisy.component_log_prob(x_t).softmax(dim=-1)
        gain = math.sqrt(alpha_bar) * self.mixture.stds.square() / noisy.stds.square()
        shift = x_t.unsqueeze(-2) - noisy.means.to(x_t)
        each = self.mixture.means.to(x_t) + gain.to(x_t)[:, None] * shift
        return (share.unsqueeze(-1) * each).sum(dim=-2)


@dataclass(frozen=True, eq=False)
class ExactEmpirical:
    """E[x_0 | x_t] for a finite set of points, in closed form: the optimum that only memorises.

    A mean of the points weighted by softmax(-|x_t - sqrt(alpha_bar) x_i|^2 / 2 (1 - alpha_bar))
    (Karras et al. 2022, arXiv 2206.00364, eq. 57). Memory stays at ``chunk`` times N distances.

    Attributes
    ----------
    points: (N, D) the data.
    chunk: rows of x_t handled at once.
    """

    points: Tensor
    chunk: int = 512

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        points = self.points.to(x_t)
        means = math.sqrt(alpha_bar) * points
        parts = []
        for part in x_t.split(self.chunk):
            distance = torch.cdist(part, means, compute_mode="donot_use_mm_for_euclid_dist")
            weight = (-0.5 / (1 - alpha_bar) * distance.square()).softmax(dim=-1)
            parts.append(weight @ points)
        return torch.cat(parts)


@dataclass(frozen=True, eq=False)
class Oracle:
    """Knows the answer: returns the very points x_0 (B, D) that were noised."""

    x_0: Tensor

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        return self.x_0.to(x_t).expand_as(x_t)


class Learned:
    """A trained network as a denoiser.

    Attributes
    ----------
    net: the network, which estimates x_0 (``engine.nets.Preconditioned``).
    card: the checkpoint's card; empty for a network still in training.
    """

    #: Points handled at once, so that memory stays bounded.
    chunk = 4096

    def __init__(self, net: Preconditioned, card: dict[str, Any] | None = None) -> None:
        self.net, self.card = net, card or {}

    @torch.no_grad()
    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        level = torch.tensor(alpha_bar, dtype=x_t.dtype, device=x_t.device)
        return torch.cat([self.net(part, level) for part in x_t.split(self.chunk)])


def weights_path(key: str) -> Path:
    """Where the weights of the data set ``key`` stand."""
    return checkpoint.WEIGHTS / f"toy_{key}{checkpoint.SUFFIX}"


def is_trained(key: str) -> bool:
    """Whether weights for the data set ``key`` are on disk."""
    return weights_path(key).is_file()


def load(key: str) -> Learned:
    """The trained denoiser of the data set ``key``, with its card.

    Raises
    ------
    FileNotFoundError: if no weights stand in assets/weights.
    ValueError: if the file is not a checkpoint of this kind of network.
    """
    return load_file(weights_path(key))


def load_file(path: Path) -> Learned:
    """The trained denoiser in the file ``path``; raises as ``load`` does."""
    state_dict, card = checkpoint.load(path)
    if card.get("network") != "mlp":
        raise ValueError(f"{path.name} holds {card.get('network')!r}, not a toy network.")
    options = card["hyperparameters"]
    net = Preconditioned(MLP(card["dim"], options["width"], options["depth"], Generator()))
    needed = {name: tensor.shape for name, tensor in net.state_dict().items()}
    if needed != {name: tensor.shape for name, tensor in state_dict.items()}:
        raise ValueError(f"The weights in {path.name} do not fit the network that its card names.")
    net.load_state_dict(state_dict)
    return Learned(net.eval().requires_grad_(False), card)
