"""The tutorial's network: an EGNN, then a perceptron on the four atoms of every torsion.

    h     = EGNN(project(features) + project(time), x)
    eps_m = MLP(h_a, h_b, h_c, h_d, sin tau_m, cos tau_m),  the mean over both ways of reading abcd

x is *the conformer as given*, as in the tutorial: one for all noised states, the first
that the network was trained on, which its weights bring along. That has a merit and a price. One
pass through the EGNN serves all noised copies at one time, so training takes seconds. But no
torsion knows of the others: the model is a product of one distribution for each torsion, and what
it learns from several conformers it mixes. Were x the very conformer that was noised, its distances
would tell the torsions that are to be found. Of another molecule it takes the coordinates as they
are. The mean over both ways of reading is not in the tutorial, whose answer depends on which end of
a torsion is written first.

The output is invariant under rotation, translation and atom order. In a mirror the features of the
EGNN stay and sin tau changes its sign: so the network can tell a molecule from its mirror image, as
an EGNN alone cannot; but its answer does not flip its sign there, as the true score does. That has
to be learned, and one conformer does not teach it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from engine.networks.egnn import EGNN, EGNNOptions, all_pairs
from engine.networks.perceptron import phase, sinusoidal_embedding
from engine.torsional.batch import Batch
from engine.torsional.geometry import dihedrals

#: Angstrom are brought to about 1 by this factor, so that squared distances do not drown the rest.
SCALE = 0.3
TIME = 32  #: sines and cosines of the time


@dataclass(frozen=True)
class ScratchNetOptions:
    """Sizes of the network; ``atoms`` of the conformer that it brings along, 0 for none."""

    atom_features: int = 28
    hidden: int = 64
    layers: int = 3
    atoms: int = 0


class ScratchNet(nn.Module):
    """The noise of every torsion of a noised conformer.

    Attributes:
        given: (A, 3) Angstrom, the conformer as given; ``atoms_given`` (A, F) its features.
    """

    given: Tensor
    atoms_given: Tensor

    def __init__(self, options: ScratchNetOptions, generator: Generator | None = None) -> None:
        """``generator``: of the first weights; None leaves them to the global one."""
        super().__init__()
        self.options, width = options, options.hidden
        self.project = nn.Linear(options.atom_features, width)
        self.time = nn.Sequential(nn.Linear(TIME, width), nn.SiLU(), nn.Linear(width, width))
        self.egnn = EGNN(EGNNOptions(features=width, hidden=width, layers=options.layers))
        self.norm = nn.LayerNorm(width)
        self.four = nn.Linear(4 * width, width)
        self.level = nn.Linear(width, width, bias=False)
        self.angle = nn.Linear(2, width, bias=False)
        self.out = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 1))
        self.register_buffer("given", torch.zeros(options.atoms, 3))
        self.register_buffer("atoms_given", torch.zeros(options.atoms, options.atom_features))
        if generator is not None:
            _draw(self, generator)

    def forward(self, batch: Batch, level: Tensor) -> Tensor:
        """Noise (B, M) at levels sqrt(1 - alpha_bar) (B,), zero where a rotor is padding."""
        tau = dihedrals(batch.xyz, batch.quartets)
        if self.knows(batch):
            levels, which = level.unique(return_inverse=True)
            four, time = self.atoms_of_torsions(levels, batch.quartets[0])
            four, time = four[which], time[which]
        else:
            h, time = self.nodes(batch.features, batch.xyz, batch.atom_mask, level)
            four = h[torch.arange(len(h), device=h.device)[:, None, None], batch.quartets]
        return self.read(four, time, tau[:, None])[:, 0] * batch.rotor_mask

    def knows(self, batch: Batch) -> bool:
        """Whether these are conformers of the molecule that it brings along."""
        known, seen = self.atoms_given, batch.features
        return len(known) == seen.shape[1] and bool((known == seen).all())

    def atoms_of_torsions(self, level: Tensor, quartets: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, M, 4, H) of the conformer as given at levels (B,), and the time (B, H).

        quartets: (M, 4).
        """
        count = len(level)
        mask = torch.ones(count, len(self.given), dtype=torch.bool, device=level.device)
        features = self.atoms_given.to(level.dtype).expand(count, -1, -1)
        h, time = self.nodes(
            features, self.given.to(level.dtype).expand(count, -1, -1), mask, level
        )
        return h[:, quartets], time

    def nodes(
        self, features: Tensor, xyz: Tensor, mask: Tensor, level: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What the EGNN makes of atoms: (B, N, H), and the time (B, H).

        features (B, N, F); xyz (B, N, 3) Angstrom; mask (B, N) bool; level (B,).
        """
        time = self.time(sinusoidal_embedding(phase(1 - level.square()), TIME))
        start = self.project(features) + time[:, None]
        h, _ = self.egnn(start, xyz * SCALE, None, all_pairs(mask, xyz.dtype))
        return self.norm(h), time

    def read(self, four: Tensor, time: Tensor, tau: Tensor) -> Tensor:
        """Noise (B, D, M) of D states each from atoms (B, M, 4, H), time (B, H), tau (B, D, M)."""
        angle = self.angle(torch.stack([tau.sin(), tau.cos()], -1))
        level = self.level(time)[:, None]
        ends = [self.four(atoms.flatten(2)) + level for atoms in (four, four.flip(2))]
        both = [self.out(atoms[:, None] + angle)[..., 0] for atoms in ends]
        return (both[0] + both[1]) / 2


@torch.no_grad()
def _draw(net: ScratchNet, generator: Generator) -> None:
    """First weights as layers have them by themselves, from ``generator``."""
    for layer in net.modules():
        if isinstance(layer, nn.Linear):
            bound = layer.in_features**-0.5
            layer.weight.uniform_(-bound, bound, generator=generator)
            if layer.bias is not None:
                layer.bias.uniform_(-bound, bound, generator=generator)
    for exchange in net.egnn.layers:
        exchange.move[-1].weight.mul_(0.01)  # type: ignore[index, union-attr]
