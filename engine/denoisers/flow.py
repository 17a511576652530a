"""Flow matching: a network trained on the velocity of straight lines, and its samplers.

Lipman et al. 2023 (arXiv 2210.02747), eq. 20 to 23 with sigma_min = 0; time u runs from data to
noise here, as everywhere in this project::

    z_u = (1 - u) x_0 + u eps,    v(z, u) = E[eps - x_0 | z_u = z],    dz / du = v
    loss = |v_theta(z_u, u) - (eps - x_0)|^2,    u uniform in [0, 1]

In another scale the lines are the variance-preserving process: with c = sqrt(alpha_bar) +
sqrt(1 - alpha_bar), z = x_t / c is the point at u = sqrt(1 - alpha_bar) / c. Hence
E[x_0 | x_t] = z - u v, a flow network is a denoiser, and its flow is the probability-flow ODE. What
differs is what the network is trained to say, how often at which noise, and the clock that the
sampler keeps.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn.functional import mse_loss

from engine.networks import MLP, checkpoint


def time_of(alpha_bar: float) -> float:
    """The time u in [0, 1] at which the line has the noise level alpha_bar."""
    signal, noise = math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
    return noise / (signal + noise)


def alpha_bar_of(u: float) -> float:
    """The noise level alpha_bar = (1 - u)^2 / ((1 - u)^2 + u^2) at time u in [0, 1]."""
    return (1 - u) ** 2 / ((1 - u) ** 2 + u**2)


def scale_of(alpha_bar: float) -> float:
    """C = sqrt(alpha_bar) + sqrt(1 - alpha_bar), by which x_t is larger than z."""
    return math.sqrt(alpha_bar) + math.sqrt(1 - alpha_bar)


def flow_loss(net: MLP, x_0: Tensor, generator: Generator) -> Tensor:
    """Mean squared error of the velocity over a batch x_0 (B, D), one stratified time a point."""
    n = len(x_0)
    u = (torch.arange(n) + torch.rand(n, generator=generator)) / n
    eps = torch.randn(x_0.shape, generator=generator)
    return mse_loss(net(torch.lerp(x_0, eps, u[:, None]), u), eps - x_0)


class Flow:
    """A trained velocity as a denoiser.

    Attributes:
        net: points z (B, D) and a time u () to velocities v (B, D).
        card: the checkpoint's card; empty for a network still in training.
    """

    #: Points handled at once, so that memory stays bounded.
    chunk = 4096

    def __init__(self, net: MLP, card: dict[str, Any] | None = None) -> None:
        self.net, self.card = net, card or {}

    def velocity(self, z: Tensor, u: float) -> Tensor:
        """V (B, D) at points z (B, D) and time u."""
        time = torch.tensor(u, dtype=z.dtype, device=z.device)
        return torch.cat([self.net(part, time) for part in z.split(self.chunk)])

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        z, u = x_t / scale_of(alpha_bar), time_of(alpha_bar)
        return z - u * self.velocity(z, u)


def weights_path(key: str) -> Path:
    """Where the flow network of the data set ``key`` stands."""
    return checkpoint.WEIGHTS / f"toy_{key}_flow{checkpoint.SUFFIX}"


def is_trained(key: str) -> bool:
    """Whether a flow network for the data set ``key`` is on disk."""
    return weights_path(key).is_file()


def load(key: str) -> Flow:
    """The trained flow of the data set ``key``, with its card.

    Raises:
        FileNotFoundError: if no weights stand in assets/weights.
        ValueError: if the file is not a checkpoint of a flow network.
    """
    return load_file(weights_path(key))


def load_file(path: Path) -> Flow:
    """The trained flow in the file ``path``; raises as ``load`` does."""
    return Flow(*checkpoint.restore(path, _untrained, "a flow network"))


def _untrained(card: checkpoint.Card) -> MLP | None:
    """The network that a card describes, if it is one of these."""
    if card.get("network") != "flow":
        return None
    options = card["hyperparameters"]
    return MLP(card["dim"], options["width"], options["depth"], Generator())
