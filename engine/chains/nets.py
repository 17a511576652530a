"""The networks of the polymer laboratory: the lecture's perceptron, and two that know more.

Chains are points (B, 24) of ``DATASETS["polymer"]``, in units of its ``scale``; radii of gyration
are in sigma.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor, nn

from engine.data import DATASETS
from engine.metrics import radius_of_gyration
from engine.nets import Perceptron, phase, sinusoidal_embedding

POLYMER = DATASETS["polymer"]
BEADS = 12
TIME = 64  #: numbers that tell a network the noise level
MEAN_SIZE, SPREAD_SIZE = 1.815, 0.277  #: sigma, of the radius of gyration in the data


def size(x_0: Tensor) -> Tensor:
    """Radius of gyration (B,) in sigma of chains x_0 (B, 24)."""
    return radius_of_gyration(POLYMER.to_chain(x_0))


class NoiseNet(nn.Module):
    """eps from x_t (B, D) and alpha_bar () or (B,), and from what is asked for, if it knows that.

    The level enters by its phase (``engine.nets``), embedded in ``TIME`` numbers beside x_t. With
    ``told`` two more inputs follow: the property asked for, standardised, and 1; or 0 and 0.
    """

    def __init__(
        self, dim: int, width: int, depth: int, generator: Generator, told: bool = False
    ) -> None:
        super().__init__()
        self.told = told
        self.net = _eps_net(dim + TIME + 2 * told, dim, width, depth, generator)

    def forward(self, x_t: Tensor, alpha_bar: Tensor, asked: Tensor | None = None) -> Tensor:
        """The expected noise (B, D). asked (B,): the radius in sigma, NaN where nothing is."""
        inputs = [x_t, _level(x_t, alpha_bar)]
        if self.told:
            inputs.append(_wish(x_t, asked))
        return self.net(torch.cat(inputs, dim=-1))


class PairNet(nn.Module):
    """The same, which also sees how far apart the beads are and may push each pair along its line.

    For each pair at distance r the network is given g = (r - sqrt(alpha_bar) m) / n, with m the
    mean distance of that pair in the data and n = sqrt(1 - alpha_bar), and answers with a force
    a + k g along the line between the two. Bonds, which hardly vary in length, are then linear in
    what it sees. As the chains are centred, their centre shows the mean noise exactly.
    """

    usual: Tensor
    apart: Tensor
    centre: Tensor
    net: Perceptron

    def __init__(
        self, beads: int, width: int, depth: int, generator: Generator, told: bool = False
    ) -> None:
        super().__init__()
        self.told = told
        pairs = beads * (beads - 1) // 2
        self.register_buffer("usual", torch.ones(pairs))
        inputs = 2 * beads + pairs + TIME + 2 * told
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
        self.usual.copy_(self._lines(x_0)[0].mean(dim=0))

    def forward(self, x_t: Tensor, alpha_bar: Tensor, asked: Tensor | None = None) -> Tensor:
        """The expected noise (B, 2 L). asked (B,): the radius in sigma, NaN where nothing is."""
        alpha_bar = alpha_bar.reshape(-1, 1)
        signal, noise = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        r, apart = self._lines(x_t)
        g = ((r - signal * self.usual) / noise).clamp(-8, 8)
        inputs = [x_t, g, _level(x_t, alpha_bar[:, 0])]
        if self.told:
            inputs.append(_wish(x_t, asked))
        out = self.net(torch.cat(inputs, dim=-1))
        free, a, k = out.split([x_t.shape[1], len(self.usual), len(self.usual)], dim=-1)
        push = (torch.addcmul(a, k, g) / r).unsqueeze(1) * apart
        eps = torch.addmm(free, push.flatten(1), self.apart.T)
        return torch.addmm(eps, x_t / noise - free, self.centre)

    def _lines(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Distances (B, P), and differences (B, 2, P) from the second bead of each pair."""
        apart = (x @ self.apart).unflatten(1, (2, -1))
        return apart.square().sum(dim=1).clamp(min=1e-8).sqrt(), apart


class SizeNet(nn.Module):
    """The property network: p(R_g | x_t) = N(mean, std^2), from noisy chains and their own R_g.

    The mean departs from that of the data in proportion to sqrt(alpha_bar): from pure noise nothing
    can be told, and the pull of the guide stays finite there.
    """

    def __init__(self, dim: int, width: int, depth: int, generator: Generator) -> None:
        super().__init__()
        self.net = Perceptron([dim + 1 + TIME, *[width] * depth, 2], generator)

    def forward(self, x_t: Tensor, alpha_bar: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation (B,) of the radius of gyration, in sigma."""
        seen = torch.cat([x_t, size(x_t)[:, None], _level(x_t, alpha_bar)], dim=-1)
        out = self.net(seen)
        mean = MEAN_SIZE + SPREAD_SIZE * alpha_bar.sqrt() * out[:, 0]
        return mean, SPREAD_SIZE * (out[:, 1] - 1).clamp(-6, 2).exp()


def _eps_net(n_in: int, n_out: int, width: int, depth: int, generator: Generator) -> Perceptron:
    """A perceptron that answers 0 before training."""
    net = Perceptron([n_in, *[width] * depth, n_out], generator)
    last: Any = net.layers[-1]
    nn.init.zeros_(last.weight)
    return net


def _wish(x_t: Tensor, asked: Tensor | None) -> Tensor:
    """(B, 2) the radius asked for (B,) in sigma, standardised, and 1; 0 and 0 for NaN or None."""
    if asked is None:
        return x_t.new_zeros(len(x_t), 2)
    known = ~asked.isnan()
    value = torch.where(known, (asked - MEAN_SIZE) / SPREAD_SIZE, 0.0)
    return torch.stack([value, known.to(x_t)], dim=-1)


def _level(x_t: Tensor, alpha_bar: Tensor) -> Tensor:
    """(B, TIME) the embedded noise level."""
    return sinusoidal_embedding(phase(alpha_bar), TIME).to(x_t).expand(len(x_t), TIME)
