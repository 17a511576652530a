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
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor
from torch.nn.functional import mse_loss

from engine import checkpoint
from engine.nets import MLP
from engine.noise import Schedule
from engine.sampler import Sampler, Step
from engine.solvers import euler


def time_of(alpha_bar: float) -> float:
    """The time u in [0, 1] at which the line has the noise level alpha_bar."""
    signal, noise = math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
    return noise / (signal + noise)


def alpha_bar_of(u: float) -> float:
    """The noise level alpha_bar = (1 - u)^2 / ((1 - u)^2 + u^2) at time u in [0, 1]."""
    return (1 - u) ** 2 / ((1 - u) ** 2 + u**2)


def scale_of(alpha_bar: float) -> float:
    """c = sqrt(alpha_bar) + sqrt(1 - alpha_bar), by which x_t is larger than z."""
    return math.sqrt(alpha_bar) + math.sqrt(1 - alpha_bar)


def flow_loss(net: MLP, x_0: Tensor, generator: Generator) -> Tensor:
    """Mean squared error of the velocity over a batch x_0 (B, D), one stratified time a point."""
    n = len(x_0)
    u = (torch.arange(n) + torch.rand(n, generator=generator)) / n
    eps = torch.randn(x_0.shape, generator=generator)
    return mse_loss(net(torch.lerp(x_0, eps, u[:, None]), u), eps - x_0)


class Flow:
    """A trained velocity as a denoiser.

    Attributes
    ----------
    net: points z (B, D) and a time u () to velocities v (B, D).
    card: the checkpoint's card; empty for a network still in training.
    """

    #: Points handled at once, so that memory stays bounded.
    chunk = 4096

    def __init__(self, net: MLP, card: dict[str, Any] | None = None) -> None:
        self.net, self.card = net, card or {}

    @torch.no_grad()
    def velocity(self, z: Tensor, u: float) -> Tensor:
        """v (B, D) at points z (B, D) and time u."""
        time = torch.tensor(u, dtype=z.dtype, device=z.device)
        return torch.cat([self.net(part, time) for part in z.split(self.chunk)])

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        z, u = x_t / scale_of(alpha_bar), time_of(alpha_bar)
        return z - u * self.velocity(z, u)


@dataclass(frozen=True)
class FlowSampler(Sampler):
    """A solver of dz/du = v on evenly spaced times u, from pure noise (u = 1) to data (u = 0).

    The schedule only lends its T to the clock, t = T u. Any denoiser will do, since
    v = (z - x_0) / u.
    """

    def levels(self, schedule: Schedule) -> list[tuple[float, float]]:
        steps = min(self.steps, schedule.T)
        times = [i / steps for i in range(steps, -1, -1)]
        return [(schedule.T * u, alpha_bar_of(u)) for u in times]

    @abstractmethod
    def mean(self, step: Step) -> Tensor:
        """x_s (B, ...)."""

    def transition(self, step: Step) -> tuple[Tensor, float]:
        return self.mean(step), 0.0


@dataclass(frozen=True)
class FlowEuler(FlowSampler):
    """z_s = z_t + (u_s - u_t) v(z_t, u_t).

    In the scale of x_t this is the Euler step of ``engine.solvers``, and so DDIM, between the same
    levels; only the levels differ.
    """

    key: ClassVar[str] = "flow_euler"
    label: ClassVar[str] = "Flow matching, Euler"
    help: ClassVar[str] = "The network's velocity, straight on along each slope. Order 1."
    order: ClassVar[int] = 1

    def mean(self, step: Step) -> Tensor:
        return euler(step)


@dataclass(frozen=True)
class FlowHeun(FlowSampler):
    """z_s = z_t + (u_s - u_t) (v + v') / 2, with v' = v(z', u_s) at the end z' of an Euler step."""

    key: ClassVar[str] = "flow_heun"
    label: ClassVar[str] = "Flow matching, Heun"
    help: ClassVar[str] = (
        "The mean of the velocities at both ends of each step: two network calls a step. Order 2."
    )
    order: ClassVar[int] = 2

    def evaluations(self, schedule: Schedule) -> int:
        return 2 * min(self.steps, schedule.T) - 1

    def mean(self, step: Step) -> Tensor:
        trial = euler(step)
        if step.alpha_bar_s >= 1:
            return trial
        u_t, u_s = time_of(step.alpha_bar_t), time_of(step.alpha_bar_s)
        scale_t, scale_s = scale_of(step.alpha_bar_t), scale_of(step.alpha_bar_s)
        z_t = step.x_t / scale_t
        v = (z_t - step.x_0) / u_t
        v_there = (trial / scale_s - step.denoiser(trial, step.alpha_bar_s)) / u_s
        return scale_s * (z_t + (u_s - u_t) * (v + v_there) / 2)


FLOW_SAMPLERS: dict[str, type[FlowSampler]] = {
    sampler.key: sampler for sampler in (FlowEuler, FlowHeun)
}


def weights_path(key: str) -> Path:
    """Where the flow network of the data set ``key`` stands."""
    return checkpoint.WEIGHTS / f"toy_{key}_flow{checkpoint.SUFFIX}"


def is_trained(key: str) -> bool:
    """Whether a flow network for the data set ``key`` is on disk."""
    return weights_path(key).is_file()


def load(key: str) -> Flow:
    """The trained flow of the data set ``key``, with its card.

    Raises
    ------
    FileNotFoundError: if no weights stand in assets/weights.
    ValueError: if the file is not a checkpoint of a flow network.
    """
    return load_file(weights_path(key))


def load_file(path: Path) -> Flow:
    """The trained flow in the file ``path``; raises as ``load`` does."""
    state_dict, card = checkpoint.load(path)
    if card.get("network") != "flow":
        raise ValueError(f"{path.name} holds {card.get('network')!r}, not a flow network.")
    options = card["hyperparameters"]
    net = MLP(card["dim"], options["width"], options["depth"], Generator())
    needed = {name: tensor.shape for name, tensor in net.state_dict().items()}
    if needed != {name: tensor.shape for name, tensor in state_dict.items()}:
        raise ValueError(f"The weights in {path.name} do not fit the network that its card names.")
    net.load_state_dict(state_dict)
    return Flow(net.eval().requires_grad_(False), card)
