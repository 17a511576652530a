"""A network on coordinates that knows bonds: springs between near atoms, messages between all.

It predicts the velocity v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0, written as x_0, which
for data of unit variance is the preconditioning of Karras et al. 2022 (arXiv 2206.00364, table 1):
at little noise it only has to correct, at much noise only to predict.

    x    = sqrt(alpha_bar) x_t                                             the best guess without it
    m_ij = phi_m(h_i + h_j, |x_i - x_j|, ...)                              messages, m_ij = m_ji
    x_i += sum_j f_ij (x_i - x_j) / |x_i - x_j|,    f_ij = f_ji            layer by layer
    h_i += phi_h(h_i, sum_j m_ij)

For near pairs (bonds, 1-3, 1-4) the topology alone gives a distance and how far it is known,
L_ij and tau_ij, both learned, and with sigma = SCALE sqrt((1 - alpha_bar) / alpha_bar)::

    f_ij = sigma^2 / (sigma^2 + tau_ij^2) w(m_ij) (L_ij - |x_i - x_j|) + noise v(m_ij)

the first of which is the exact score of one Gaussian distance, up to w. Far pairs within a radius
have v alone. So scores of distances are carried to coordinates along differences, as in GeoDiff (Xu
et al. 2022, arXiv 2203.02923, eq. 8 to 11), and what comes out turns, is mirrored and
renumbered with the molecule (``engine.networks.egnn``). The forces of a pair cancel, so
the centre of mass stays where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from engine.cartesian.graph import Graph
from engine.cartesian.process import SCALE, centred
from engine.molecule import PAIR_CLASSES
from engine.options import setting

#: Angstrom: below this the direction between two atoms fades, so that it has no jump at zero.
_SOFT = 0.1
_CLASSES = len(PAIR_CLASSES)


@dataclass(frozen=True)
class NetworkOptions:
    """Sizes."""

    features: int = setting(28, "of an atom")
    hidden: int = setting(96, "width of atoms and near pairs")
    far: int = setting(32, "width of far pairs")
    layers: int = setting(6, "that move the atoms")
    rounds: int = setting(3, "of messages over the bare topology before")
    radius: float = setting(10.0, "Angstrom, within which far pairs see each other")


@dataclass(frozen=True, eq=False)
class Topology:
    """What follows from the molecule alone, whatever its shape: asked once, used at every step.

    Attributes:
        h: (B * N, H) atoms. pair: (P, H) near pairs.
        length, spread: (P,) Angstrom, L_ij and tau_ij.
    """

    h: Tensor
    pair: Tensor
    length: Tensor
    spread: Tensor


def _mlp(*widths: int) -> nn.Sequential:
    parts: list[nn.Module] = []
    for a, b in pairwise(widths):
        parts += [nn.Linear(a, b), nn.SiLU()]
    return nn.Sequential(*parts[:-1])


def _bumps(d: Tensor, count: int, last: float) -> Tensor:
    """(P,) -> (P, count): Gaussians at 0 .. ``last``, as wide as they are apart."""
    centres = torch.linspace(0, last, count, dtype=d.dtype)
    return torch.exp(-0.5 * ((d[:, None] - centres) * (count - 1) / last).square())


def _both(values: Tensor, pairs: Tensor, atoms: int, sign: float = 1.0) -> Tensor:
    """(P, C) of pairs summed over the pairs of every atom (atoms, C); j gets ``sign`` times it."""
    out = values.new_zeros(atoms, values.shape[1])
    out.index_add_(0, pairs[0], values)
    return out.index_add_(0, pairs[1], values, alpha=sign)


class Encoder(nn.Module):
    """Messages over near pairs without any coordinates."""

    def __init__(self, o: NetworkOptions) -> None:
        super().__init__()
        self.enter = nn.Linear(o.features, o.hidden)
        self.kinds = nn.ModuleList(nn.Embedding(_CLASSES, o.hidden) for _ in range(o.rounds))
        self.sends = nn.ModuleList(nn.Linear(o.hidden, o.hidden) for _ in range(o.rounds))
        self.updates = nn.ModuleList(
            _mlp(2 * o.hidden, o.hidden, o.hidden) for _ in range(o.rounds)
        )
        self.kind = nn.Embedding(_CLASSES, o.hidden)
        self.pair = _mlp(2 * o.hidden, o.hidden, o.hidden)
        self.spring = nn.Linear(o.hidden, 2)
        self.start = nn.Embedding(_CLASSES, 2)
        nn.init.zeros_(self.start.weight)

    def forward(self, graph: Graph) -> Topology:
        """Everything that does not depend on the shape."""
        h = self.enter(graph.features.flatten(0, 1))
        i, j = graph.near
        for kind, send, update in zip(self.kinds, self.sends, self.updates, strict=True):
            sent = send(h)
            message = nn.functional.silu(sent[i] + sent[j] + kind(graph.near_class))
            h = h + update(torch.cat([h, _both(message, graph.near, len(h)) / 8], -1))
        pair = self.pair(torch.cat([h[i] + h[j] + self.kind(graph.near_class), h[i] * h[j]], -1))
        spring = self.spring(nn.functional.silu(pair)) + self.start(graph.near_class)
        return Topology(h, pair, 1 + softplus(spring[:, 0]), 0.01 + softplus(spring[:, 1] - 2))


class Layer(nn.Module):
    """One exchange of messages, near and far, that moves the atoms."""

    def __init__(self, o: NetworkOptions) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(o.hidden)
        self.near = nn.Linear(o.hidden, o.hidden)
        self.seen = nn.Linear(16 + 8 + 2, o.hidden, bias=False)
        self.message = nn.Sequential(nn.SiLU(), nn.Linear(o.hidden, o.hidden), nn.SiLU())
        self.force = nn.Linear(o.hidden, 2)
        self.far = nn.Linear(o.hidden, o.far)
        self.far_seen = nn.Linear(12 + 8 + 2, o.far, bias=False)
        self.far_force = nn.Linear(o.far, 1)
        self.update = _mlp(2 * o.hidden + o.far, o.hidden, o.hidden)
        for head in (self.force, self.far_force):
            nn.init.xavier_uniform_(head.weight, gain=0.01)
            nn.init.zeros_(head.bias)
        with torch.no_grad():
            self.force.bias[0] = 0.1  # springs begin by pulling a little


class CoordinateNet(nn.Module):
    """E[x_0 | x_t] of molecules from their noised coordinates, equivariant under E(3)."""

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        self.encoder = Encoder(options)
        self.noise = _mlp(17, options.hidden, options.hidden)
        self.layers = nn.ModuleList(Layer(options) for _ in range(options.layers))

    def forward(
        self, x_t: Tensor, alpha_bar: Tensor, graph: Graph, topology: Topology | None = None
    ) -> Tensor:
        """The estimate of x_0 (B, N, 3), centred, zero where padded.

        Args:
            x_t: (B, N, 3) state, see ``engine.cartesian.process``; its centre does not matter.
            alpha_bar: (B,) in [0, 1].
            graph: the molecules.
            topology: what ``encoder`` gave for them; asked again if left out.
        """
        known = self.encoder(graph) if topology is None else topology
        count = graph.mask.shape[1]
        x_t = centred(x_t, graph.mask)
        signal, noise = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        state = _Pass(self.options, known, graph, x_t, signal, noise)
        h = known.h + self.noise(_level(signal, noise)).repeat_interleave(count, 0)
        x = (x_t * signal[:, None, None] * SCALE).flatten(0, 1)
        for layer in self._layers():
            h, x = state.through(layer, h, x)
        return centred(x.view_as(x_t) / SCALE, graph.mask)

    def _layers(self) -> Iterator[Layer]:
        yield from self.layers  # type: ignore[misc]  # that a ModuleList holds modules is all it says


def _level(signal: Tensor, noise: Tensor) -> Tensor:
    """(B, 17): waves of the angle of the noise level, and its logarithm."""
    log = torch.log(noise.clamp_min(1e-4) / signal.clamp_min(1e-4))
    waves = log[:, None] * torch.tensor([0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4], dtype=log.dtype)
    return torch.cat([log[:, None] / 4, waves.sin(), waves.cos()], -1)


class _Pass:
    """What all layers share at one state."""

    def __init__(
        self,
        o: NetworkOptions,
        known: Topology,
        graph: Graph,
        x_t: Tensor,
        signal: Tensor,
        noise: Tensor,
    ) -> None:
        self.known, self.near = known, graph.near
        flat, count = x_t.flatten(0, 1), graph.mask.shape[1]
        start = flat * (signal * SCALE).repeat_interleave(count)[:, None]
        apart = (start[graph.far[0]] - start[graph.far[1]]).norm(dim=-1)
        kept = apart < o.radius
        self.far, kind = graph.far[:, kept], graph.far_class[kept]
        self.reach = 0.5 * (1 + torch.cos(apart[kept] * (math.pi / o.radius)))[:, None]
        self.kind = torch.stack([kind == 0, kind != 0], -1).to(x_t)
        self.seen, self.far_seen = (
            _bumps((flat[p[0]] - flat[p[1]]).norm(dim=-1), 8, 5.0) for p in (self.near, self.far)
        )
        row = self.near[0] // count
        sigma = SCALE * noise / signal.clamp_min(1e-3)
        square = sigma[row].square()
        self.gate = square / (square + known.spread.square())
        self.width = (square.clamp_max(1.0) + known.spread.square()).sqrt()
        self.noise = noise[row]
        self.far_noise = noise[self.far[0] // count]

    def through(self, layer: Layer, h: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """After one layer: h (B * N, H) and x (B * N, 3) in Angstrom."""
        atoms, normed = len(h), layer.norm(h)
        i, j = self.near
        gap = x[i] - x[j]
        d = (gap.square().sum(-1) + _SOFT**2).sqrt()
        off = self.known.length - d
        strain = torch.tanh(off / self.width)
        seen = torch.cat(
            [_bumps(d, 16, 6.0), self.seen, torch.stack([strain, torch.tanh(off)], -1)], -1
        )
        sent = layer.near(normed)
        message = layer.message(sent[i] + sent[j] + layer.seen(seen) + self.known.pair)
        pull, push = layer.force(message).unbind(-1)
        force = self.gate * pull * off + self.noise * push
        x_new = x + _both(gap * (force / d)[:, None], self.near, atoms, -1.0)
        k, m = self.far
        gap = x[k] - x[m]
        d = (gap.square().sum(-1) + _SOFT**2).sqrt()
        sent = layer.far(normed)
        seen = layer.far_seen(torch.cat([_bumps(d, 12, 9.0), self.far_seen, self.kind], -1))
        other = nn.functional.silu(sent[k] + sent[m] + seen) * self.reach
        push = layer.far_force(other)[:, 0] * self.far_noise
        x_new = x_new + _both(gap * (push / d)[:, None], self.far, atoms, -1.0)
        collected = [
            normed,
            _both(message, self.near, atoms) / 8,
            _both(other, self.far, atoms) / 8,
        ]
        return h + layer.update(torch.cat(collected, -1)), x_new
