"""The networks of the polymer laboratory: a plain perceptron, and two that know more.

They take points (B, D) and the noise level alpha_bar, () or (B,); the laboratory's chains are
points (B, 24) in units of the data's ``scale``. Radii of gyration are in sigma.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

from engine.networks.perceptron import Perceptron, phase, sinusoidal_embedding
from engine.polymer.data import MEAN_SIZE, SPREAD_SIZE, size

TIME = 64  #: inputs that carry the noise level


class NoiseNet(nn.Module):
    """eps from x_t (B, D), alpha_bar () or (B,) and, if it is conditional, a radius of gyration.

    The level enters by its phase (``engine.networks.perceptron``), embedded in ``TIME`` numbers
    beside x_t. A conditional network has two more inputs: the standardised radius and 1, or 0
    and 0 where there is no condition.
    """

    def __init__(
        self, dim: int, width: int, depth: int, generator: Generator, conditional: bool = False
    ) -> None:
        super().__init__()
        self.conditional = conditional
        self.net = _eps_net(dim + TIME + 2 * conditional, dim, width, depth, generator)

    def forward(self, x_t: Tensor, alpha_bar: Tensor, target: Tensor | None = None) -> Tensor:
        """The expected noise (B, D); ``target`` (B,) in sigma, NaN without a condition."""
        inputs = [x_t, _level(x_t, alpha_bar)]
        if self.conditional:
            inputs.append(_condition(x_t, target))
        return self.net(torch.cat(inputs, dim=-1))


class PairNet(nn.Module):
    """The same, with the distances between all beads as inputs and a force along each of them.

    For each pair at distance r the network is given g = (r - sqrt(alpha_bar) m) / n, with m the
    mean distance of that pair in the data and n = sqrt(1 - alpha_bar), and answers with a force
    a + k g along the line between the two. Bonds, which hardly vary in length, are then linear in
    its inputs. As the chains are centred, their centre shows the mean noise exactly.
    """

    usual: Tensor
    apart: Tensor
    centre: Tensor
    net: Perceptron

    def __init__(
        self, beads: int, width: int, depth: int, generator: Generator, conditional: bool = False
    ) -> None:
        super().__init__()
        self.conditional = conditional
        pairs = beads * (beads - 1) // 2
        self.register_buffer("usual", torch.ones(pairs))
        inputs = 2 * beads + pairs + TIME + 2 * conditional
        self.net = _eps_net(inputs, 2 * beads + 2 * pairs, width, depth, generator)
        # Products with constant matrices, several times as fast as to pick the beads of each pair:
        # x to all differences along the first axis, then all along the second; and to the centre.
        first, second = torch.eye(beads)[torch.combinations(torch.arange(beads)).T]
        axes = torch.eye(2)
        apart = (first - second)[None, :, :, None] * axes[:, None, None, :]
        self.register_buffer("apart", apart.reshape(2 * pairs, -1).T.contiguous(), persistent=False)
        centre = torch.kron(torch.full((beads, beads), 1 / beads), axes)
        self.register_buffer("centre", centre, persistent=False)

    def fit_distances(self, x_0: Tensor) -> None:
        """Take the mean distance of every pair from data x_0 (N, 2 L)."""
        self.usual.copy_(self._distances(x_0)[0].mean(dim=0))

    def forward(self, x_t: Tensor, alpha_bar: Tensor, target: Tensor | None = None) -> Tensor:
        """The expected noise (B, 2 L); ``target`` (B,) in sigma, NaN without a condition."""
        alpha_bar = alpha_bar.reshape(-1, 1)
        signal, noise = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        r, apart = self._distances(x_t)
        g = ((r - signal * self.usual) / noise).clamp(-8, 8)
        inputs = [x_t, g, _level(x_t, alpha_bar[:, 0])]
        if self.conditional:
            inputs.append(_condition(x_t, target))
        out = self.net(torch.cat(inputs, dim=-1))
        free, a, k = out.split([x_t.shape[1], len(self.usual), len(self.usual)], dim=-1)
        push = (torch.addcmul(a, k, g) / r).unsqueeze(1) * apart
        eps = torch.addmm(free, push.flatten(1), self.apart.T)
        return torch.addmm(eps, x_t / noise - free, self.centre)

    def _distances(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Distances (B, P), and differences (B, 2, P) from the second bead of each pair."""
        apart = (x @ self.apart).unflatten(1, (2, -1))
        return apart.square().sum(dim=1).clamp(min=1e-8).sqrt(), apart


class SizeNet(nn.Module):
    """The property network: p(R_g | x_t) = N(mean, std^2), from noisy chains and their own R_g.

    The mean departs from that of the data in proportion to sqrt(alpha_bar): pure noise carries no
    information, and the gradient of a guide stays finite there.
    """

    def __init__(self, dim: int, width: int, depth: int, generator: Generator) -> None:
        super().__init__()
        self.net = Perceptron([dim + 1 + TIME, *[width] * depth, 2], generator)

    def forward(self, x_t: Tensor, alpha_bar: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation (B,) of the radius of gyration, in sigma."""
        inputs = torch.cat([x_t, size(x_t)[:, None], _level(x_t, alpha_bar)], dim=-1)
        out = self.net(inputs)
        mean = MEAN_SIZE + SPREAD_SIZE * alpha_bar.sqrt() * out[:, 0]
        return mean, SPREAD_SIZE * (out[:, 1] - 1).clamp(-6, 2).exp()


def _eps_net(n_in: int, n_out: int, width: int, depth: int, generator: Generator) -> Perceptron:
    """A perceptron whose output is 0 before training."""
    net = Perceptron([n_in, *[width] * depth, n_out], generator)
    last = net.layers[-1]
    assert isinstance(last, nn.Linear)
    nn.init.zeros_(last.weight)
    return net


def _condition(x_t: Tensor, target: Tensor | None) -> Tensor:
    """(B, 2) the standardised radius ``target`` (B,) and 1; 0 and 0 for NaN or None."""
    if target is None:
        return x_t.new_zeros(len(x_t), 2)
    known = ~target.isnan()
    value = torch.where(known, (target - MEAN_SIZE) / SPREAD_SIZE, 0.0)
    return torch.stack([value, known.to(x_t)], dim=-1)


def _level(x_t: Tensor, alpha_bar: Tensor) -> Tensor:
    """(B, TIME) the embedded noise level."""
    return sinusoidal_embedding(phase(alpha_bar), TIME).to(x_t).expand(len(x_t), TIME)
