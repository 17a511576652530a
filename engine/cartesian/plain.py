"""Two networks for the same task, one that respects the symmetry of space and one that does not.

Both are asked for the velocity v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0 of noised places,
from which follow

    x_0 = sqrt(alpha_bar) x_t - sqrt(1 - alpha_bar) v
    eps = sqrt(1 - alpha_bar) x_t + sqrt(alpha_bar) v

``Equivariant`` is an EGNN (``engine.networks.egnn``) on x_t without its centre of mass: v is the
shift x' - x. ``Plain`` is a perceptron on all 3N coordinates in a row.
"""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Generator, Tensor, nn

from engine.cartesian.shapes import centred
from engine.networks import MLP
from engine.networks.egnn import EGNN, EGNNOptions, Step
from engine.networks.perceptron import phase, sinusoidal_embedding

EMBEDDING, OCTAVES = 8, 2.0  #: of the phase, for the nodes of the EGNN


class Velocity(nn.Module):
    """A network of N nodes: places x_t (B, N, 3) and phases u (B,) or () to v (B, N, 3).

    ``order`` (N,), where the rows of x stand in another order, says the number of each bead along
    the chain.
    """

    nodes: int

    @abstractmethod
    def forward(self, x: Tensor, u: Tensor, order: Tensor | None = None) -> Tensor:
        """The velocity v (B, N, 3)."""

    def place(self, x: Tensor) -> Tensor:
        """What of the places (B, N, 3) the network sees."""
        return x

    def clean(self, x: Tensor, alpha_bar: Tensor) -> Tensor:
        """The estimate of x_0 (B, N, 3) at alpha_bar ()."""
        v = self(x, phase(alpha_bar))
        return alpha_bar.sqrt() * self.place(x) - (1 - alpha_bar).sqrt() * v

    def noise(self, x: Tensor, alpha_bar: Tensor, order: Tensor | None = None) -> Tensor:
        """The estimate of eps (B, N, 3) at alpha_bar ()."""
        v = self(x, phase(alpha_bar), order)
        return (1 - alpha_bar).sqrt() * self.place(x) + alpha_bar.sqrt() * v


class Equivariant(Velocity):
    """The EGNN.

    A node is told its number along the chain and the phase; a pair its distance, beside the square
    that every EGNN sees, and how many bonds are between the two.
    """

    def __init__(self, nodes: int, width: int, depth: int, generator: Generator) -> None:
        super().__init__()
        self.nodes = nodes
        options = EGNNOptions(nodes + EMBEDDING, edges=nodes, hidden=width, layers=depth)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
            self.egnn = EGNN(options)

    def features(self, u: Tensor, order: Tensor | None = None) -> Tensor:
        """(B, N, F) of the nodes at phases u (B,)."""
        names = torch.eye(self.nodes, dtype=u.dtype)
        names = names if order is None else names[order]
        told = sinusoidal_embedding(u, EMBEDDING, OCTAVES)[:, None]
        return torch.cat([names.expand(len(u), -1, -1), told.expand(-1, self.nodes, -1)], dim=-1)

    def edges(self, x: Tensor, order: Tensor | None = None) -> Tensor:
        """(B, N, N, N) of the pairs at x (B, N, 3): distance, and bonds between as one of N - 1."""
        k = torch.arange(self.nodes) if order is None else order
        apart = (k[:, None] - k).abs()
        bonds = torch.eye(self.nodes, dtype=x.dtype)[apart][..., 1:].expand(len(x), -1, -1, -1)
        squared = (x[:, :, None] - x[:, None]).square().sum(-1, keepdim=True)
        return torch.cat([(squared + 1e-12).sqrt(), bonds], dim=-1)

    def steps(self, x: Tensor, u: Tensor, order: Tensor | None = None) -> list[Step]:
        """What each layer computes for x (B, N, 3) at phases u (B,) or ()."""
        told = self.features(u.expand(len(x)), order)
        return self.egnn.steps(told, self.place(x), self.edges(x, order))

    def forward(self, x: Tensor, u: Tensor, order: Tensor | None = None) -> Tensor:
        """The velocity v (B, N, 3), of no total."""
        return centred(self.steps(x, u, order)[-1].x - self.place(x))

    def place(self, x: Tensor) -> Tensor:
        """The places (B, N, 3) about their centre of mass."""
        return centred(x)


class Plain(Velocity):
    """The perceptron. It knows a bead by its row alone, so no ``order`` can help it."""

    def __init__(self, nodes: int, width: int, depth: int, generator: Generator) -> None:
        super().__init__()
        self.nodes = nodes
        self.net = MLP(3 * nodes, width, depth, generator)

    def forward(self, x: Tensor, u: Tensor, order: Tensor | None = None) -> Tensor:
        """The velocity v (B, N, 3)."""
        v: Tensor = self.net(x.flatten(1), u)
        return v.view_as(x)
