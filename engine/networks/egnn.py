"""E(n) equivariant graph neural network (Satorras et al. 2021, arXiv 2102.09844, eq. 3 to 6).

    m_ij  = phi_e(h_i, h_j, |x_i - x_j|^2, a_ij)
    x_i' = x_i + C sum_j e_ij (x_i - x_j) / (|x_i - x_j| + 1) phi_x(m_ij)
    h_i' = h_i + phi_h(h_i, sum_j e_ij m_ij),    e_ij = sigmoid(phi_inf(m_ij))

Messages see distances alone, coordinates move along differences: so the output turns, moves and is
mirrored with the input, and follows every renumbering of the atoms. Mirrors are included, that is
E(3) and not only SE(3): it cannot tell a molecule from its mirror image.

The differences are divided by |x_i - x_j| + 1, as in the authors' code for molecules, which keeps
steps of many layers finite.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class EGNNOptions:
    """Sizes: ``features`` of a node and ``edges`` of a pair that go in, and of the layers."""

    features: int
    edges: int = 0
    hidden: int = 64
    layers: int = 3


@dataclass(frozen=True, eq=False)
class Step:
    """What one layer computes, pair by pair: for the picture of a single message-passing step.

    Attributes:
        squared: (B, N, N), distances |x_i - x_j|^2.
        messages: (B, N, N, H), m_ij, zero where there is no pair.
        gates: (B, N, N), e_ij, zero where there is no pair.
        weights: (B, N, N), phi_x(m_ij).
        shifts: (B, N, N, 3), what j adds to x_i.
        h: (B, N, H) and x: (B, N, 3), after the layer.
    """

    squared: Tensor
    messages: Tensor
    gates: Tensor
    weights: Tensor
    shifts: Tensor
    h: Tensor
    x: Tensor


class Layer(nn.Module):
    """One exchange of messages: equations 3 to 6."""

    def __init__(self, o: EGNNOptions) -> None:
        super().__init__()
        width = o.hidden
        self.source = nn.Linear(width, width)
        self.target = nn.Linear(width, width, bias=False)
        self.pair = nn.Linear(1 + o.edges, width, bias=False)
        self.message = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.gate = nn.Linear(width, 1)
        last = nn.Linear(width, 1)
        nn.init.xavier_uniform_(last.weight, gain=0.01)  # layers begin by moving hardly anything
        self.move = nn.Sequential(nn.Linear(width, width), nn.SiLU(), last)
        self.update = nn.Sequential(nn.Linear(2 * width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, h: Tensor, x: Tensor, edges: Tensor | None, pairs: Tensor) -> Step:
        """One layer of features h (B, N, H) at x (B, N, 3).

        edges: (B, N, N, E) or None. pairs: (B, N, N) of 0 and 1.
        """
        gap = x[:, :, None] - x[:, None]
        squared = gap.square().sum(-1)
        seen = squared[..., None] if edges is None else torch.cat([squared[..., None], edges], -1)
        hidden = self.target(h)[:, :, None] + self.source(h)[:, None] + self.pair(seen)
        messages = self.message(hidden) * pairs[..., None]
        gates = torch.sigmoid(self.gate(messages))[..., 0] * pairs
        weights = self.move(messages)[..., 0]
        reach = (squared + 1e-12).sqrt() + 1
        count = pairs.sum(-1).clamp_min(1)[:, :, None, None]
        shifts = gap * (gates * weights / reach)[..., None] / count
        collected = (gates[..., None] * messages).sum(2)
        new = h + self.update(torch.cat([h, collected], -1))
        return Step(squared, messages, gates, weights, shifts, new, x + shifts.sum(2))


class EGNN(nn.Module):
    """A stack of layers on graphs of up to N nodes, padded."""

    def __init__(self, options: EGNNOptions) -> None:
        super().__init__()
        self.options = options
        self.enter = nn.Linear(options.features, options.hidden)
        self.layers = nn.ModuleList(Layer(options) for _ in range(options.layers))

    def forward(
        self,
        h: Tensor,
        x: Tensor,
        edges: Tensor | None = None,
        pairs: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Features and places of the nodes after all layers.

        Args:
            h: (B, N, F), invariant features of the nodes.
            x: (B, N, 3), their places.
            edges: (B, N, N, E), invariant features of the pairs.
            pairs: (B, N, N), 1 where j sends to i, else 0; all pairs but i = j if left out.

        Returns:
            (B, N, H) invariant features, (B, N, 3) places.
        """
        step = self.steps(h, x, edges, pairs)[-1]
        return step.h, step.x

    def steps(
        self,
        h: Tensor,
        x: Tensor,
        edges: Tensor | None = None,
        pairs: Tensor | None = None,
    ) -> list[Step]:
        """The same, layer by layer."""
        if pairs is None:
            n = x.shape[1]
            pairs = (1 - torch.eye(n, dtype=x.dtype, device=x.device)).expand(len(x), n, n)
        found: list[Step] = []
        h = self.enter(h)
        for layer in self.layers:
            found.append(layer(h, x, edges, pairs))
            h, x = found[-1].h, found[-1].x
        return found


def all_pairs(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """(B, N) bool, which nodes there are -> (B, N, N), 1 for every pair of two of them."""
    both = mask[:, :, None] & mask[:, None]
    return (both & ~torch.eye(mask.shape[1], dtype=torch.bool, device=mask.device)).to(dtype)
