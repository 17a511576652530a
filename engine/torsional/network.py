"""A learned force field in torsion space: the score network of torsional diffusion.

Atoms carry scalars and polar vectors that pass messages to neighbours (after PaiNN, Schuett et
al. 2021, arXiv 2102.03150). Two readings of every rotatable bond b-c make its score:

* Fourier: each quartet a-b-c-d contributes ``sum_k w_k sin(k tau)``, ``w_k`` from the scalars of
  its four atoms, the same when read from d to a.
* Torque: each atom bears pseudo-forces F; the side of c feels ``u . sum r x F`` about the bond
  axis u, over the root of its moment of inertia; the side of b the same about -u.

Sines and triple products of polar vectors change sign in a mirror, scalars do not; an odd map
(linear without bias, plus tanh) joins them. So the output, one number per rotor, is invariant
under rotation, translation, atom order and the direction in which the bond is read, and flips
its sign with the mirror image: the property that matters most in Jing et al. 2022
(arXiv 2206.01729, section 4.2 and table 4).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.molecule import PAIR_CLASSES
from engine.torsional.batch import Batch
from engine.torsional.process import SIGMA_MAX, SIGMA_MIN

#: Highest multiple of a torsion angle in the Fourier part, as in ETKDG's own potential.
HARMONICS = 6
#: Where the odd features of a bond saturate.
LIMIT = 5.0


@dataclass(frozen=True)
class TorsionNetOptions:
    """Sizes of the network; ``cutoff`` in Angstrom.

    ``forces``, ``fourier`` and ``spins`` are the channels of the three parts of the output; zero
    leaves a part out.
    """

    atom_features: int = 28
    scalars: int = 64
    vectors: int = 32
    layers: int = 3
    radial: int = 16
    cutoff: float = 5.5
    forces: int = 16
    fourier: int = 4
    spins: int = 0


class Edges:
    """Directed neighbour pairs of a batch: i receives from j.

    Summing over the neighbours of every atom is what costs time: the arrays of all pairs do not fit
    into a processor's cache, so each pass over them counts. Where no gradient is wanted, on a
    processor, passes are saved.
    """

    def __init__(self, batch: Batch, cutoff: float, radial: int) -> None:
        n = batch.atom_mask.shape[1]
        gap = batch.xyz[:, None] - batch.xyz[:, :, None]
        square = (gap * gap).sum(-1)
        near = square < cutoff**2
        near &= batch.atom_mask[:, :, None] & batch.atom_mask[:, None, :]
        near &= ~torch.eye(n, dtype=torch.bool, device=near.device)
        flat = near.flatten().nonzero()[:, 0]
        conformer, pair = flat // (n * n), flat % (n * n)
        self.i = conformer * n + pair // n
        self.j = conformer * n + pair % n
        length = square.flatten()[flat].clamp_min(1e-6).sqrt()[:, None]
        self.unit = gap.reshape(-1, 3)[flat] / length
        envelope = 0.5 * (1 + torch.cos(math.pi * length / cutoff))
        waves = torch.arange(1, radial + 1, device=near.device, dtype=length.dtype)
        bessel = torch.sin(waves * math.pi * length / cutoff) / length
        kind = nn.functional.one_hot(batch.pair_class.flatten()[flat], len(PAIR_CLASSES))
        self.basis = torch.cat([bessel, kind.to(length.dtype)], -1) * envelope
        self.atoms = near.shape[0] * n
        self.fast = near.device.type == "cpu" and torch.is_inference_mode_enabled()
        if self.fast:
            self.every = torch.arange(len(self.i))
            self.first = nn.functional.pad(near.sum(-1).flatten().cumsum(0)[:-1], (1, 0))
            self.components = self.unit.T.contiguous()

    def gather(self, values: Tensor, factors: Tensor) -> Tensor:
        """``values`` (A, ...) of the sending atoms times ``factors``: (E, ...)."""
        found = values.flatten(1).index_select(0, self.j).view(-1, *values.shape[1:])
        return found.mul_(factors) if self.fast else found * factors

    def sum(self, values: Tensor) -> Tensor:
        """``values`` (E, ...) added up over the neighbours of every atom: (A, ...)."""
        if not self.fast:
            return sum_by(self.i, values, self.atoms)
        return self._bags(values.flatten(1)).view(-1, *values.shape[1:])

    def sum_along(self, values: Tensor) -> Tensor:
        """Vectors from i to j of lengths ``values`` (E, K), added up: (A, 3, K)."""
        if not self.fast:
            return sum_by(self.i, self.unit[..., None] * values[:, None], self.atoms)
        return torch.stack([self._bags(values, weights) for weights in self.components], 1)

    def _bags(self, values: Tensor, weights: Tensor | None = None) -> Tensor:
        """Rows (E, K), weighted, added up for each receiving atom; pairs come sorted by it."""
        return nn.functional.embedding_bag(
            self.every, values, self.first, mode="sum", per_sample_weights=weights
        )


def sum_by(index: Tensor, values: Tensor, size: int) -> Tensor:
    """Rows of ``values`` (E, ...) added up by ``index`` (E,) -> (size, ...)."""
    return values.new_zeros(size, *values.shape[1:]).index_add_(0, index, values)


def unit_scale(v: Tensor) -> Tensor:
    """Vectors (A, 3, V) scaled so that their mean square over channels stays below 1."""
    return v * torch.rsqrt(1 + v.square().sum(1, keepdim=True).mean(-1, keepdim=True))


class Layer(nn.Module):
    """One exchange of messages and one update of every atom."""

    def __init__(self, o: TorsionNetOptions) -> None:
        super().__init__()
        self.split = [o.scalars, o.vectors, o.vectors]
        width = sum(self.split)
        self.norm = nn.LayerNorm(o.scalars)
        self.source = nn.Sequential(
            nn.Linear(2 * o.scalars, o.scalars), nn.SiLU(), nn.Linear(o.scalars, width)
        )
        self.filter = nn.Linear(o.radial + len(PAIR_CLASSES), width, bias=False)
        self.mix = nn.Linear(o.vectors, 2 * o.vectors, bias=False)
        self.update = nn.Sequential(
            nn.Linear(2 * o.scalars + 2 * o.vectors, 2 * o.scalars),
            nn.SiLU(),
            nn.Linear(2 * o.scalars, o.scalars + o.vectors),
        )

    def forward(self, s: Tensor, v: Tensor, noise: Tensor, edges: Edges) -> tuple[Tensor, Tensor]:
        """S (A, S), v (A, 3, V), noise (A, S) -> new s, v."""
        context = torch.cat([self.norm(s), noise], -1)
        scalar, along, carry = (
            edges.gather(source, nn.functional.linear(edges.basis, weight))
            for source, weight in zip(
                self.source(context).split(self.split, -1),
                self.filter.weight.split(self.split),
                strict=True,
            )
        )
        carried = edges.gather(unit_scale(v), carry[:, None])
        s = s + edges.sum(scalar) * 0.2
        v = v + (edges.sum_along(along) + edges.sum(carried)) * 0.2
        left, right = self.mix(unit_scale(v)).chunk(2, -1)
        length = (left.square().sum(1) + 1e-6).sqrt()
        inner = (left * right).sum(1)
        change = self.update(torch.cat([self.norm(s), noise, length, inner], -1))
        ds, gate = change.split([s.shape[1], v.shape[2]], -1)
        return s + ds, v + left * gate[:, None]


class FourierHead(nn.Module):
    """Sines of multiples of each torsion, weighted from the scalars of its atoms."""

    def __init__(self, o: TorsionNetOptions) -> None:
        super().__init__()
        width = o.scalars
        self.inner, self.outer = nn.Linear(width, width), nn.Linear(width, width)
        self.noise, self.prior = nn.Linear(width, width), nn.Linear(HARMONICS, width)
        self.join = nn.Linear(2 * width, width)
        self.weights = nn.Sequential(nn.SiLU(), nn.Linear(width, o.fourier * HARMONICS))
        self.channels = o.fourier

    def forward(self, s: Tensor, noise: Tensor, batch: Batch) -> Tensor:
        """s, noise (A, S) -> (B * M, C), odd under mirror."""
        a, b, c, d = batch.paths.unbind(-1)
        near, far = self.inner(s), self.outer(s)
        left = nn.functional.silu(near[b] + far[a])
        right = nn.functional.silu(near[c] + far[d])
        both = self.join(torch.cat([left + right, left * right], -1))
        hidden = both + self.noise(noise)[b] + self.prior(batch.path_prior * 0.2)
        weights = self.weights(hidden).view(len(a), self.channels, HARMONICS)
        tau = _dihedral(batch.xyz.reshape(-1, 3), batch.paths)
        multiples = torch.arange(1, HARMONICS + 1, device=tau.device, dtype=tau.dtype)
        terms = (weights * torch.sin(tau[:, None] * multiples)[:, None]).sum(-1)
        return sum_by(batch.path_rotor, terms, batch.rotor_mask.numel()) / 3


class TorqueHead(nn.Module):
    """Torques of learned pseudo-forces on the two sides of every bond, gated by invariants."""

    def __init__(self, o: TorsionNetOptions) -> None:
        super().__init__()
        self.force = nn.Linear(o.vectors, o.forces, bias=False)
        self.pair_source = nn.Linear(o.scalars, o.scalars)
        self.pair_basis = nn.Linear(o.radial + len(PAIR_CLASSES), o.scalars, bias=False)
        self.pair_force = nn.Linear(o.scalars, o.forces, bias=False)
        self.gate = nn.Sequential(
            nn.Linear(3 * o.scalars + 1, o.scalars), nn.SiLU(), nn.Linear(o.scalars, o.forces)
        )

    def forward(self, s: Tensor, v: Tensor, noise: Tensor, edges: Edges, batch: Batch) -> Tensor:
        """S (A, S), v (A, 3, V) -> (B * M, K), odd under mirror."""
        size, n = batch.atom_mask.shape
        ends = self.pair_source(s)
        both = ends.index_select(0, edges.i) + ends.index_select(0, edges.j)
        hidden = nn.functional.silu(both) * self.pair_basis(edges.basis)
        pull = edges.sum_along(self.pair_force(hidden))
        force = self.force(unit_scale(v)) + pull * 0.2
        with torch.autocast(force.device.type, enabled=False):  # differences of large moments
            torque, inertia = _torques(batch, force.view(size, n, 3, -1).to(batch.xyz.dtype))
        s, noise = s.view(size, n, -1), noise.view(size, n, -1)
        rows = torch.arange(size, device=s.device)[:, None]
        b, c = s[rows, batch.rotors[..., 0]], s[rows, batch.rotors[..., 1]]
        level = noise[:, :1].expand_as(b)
        ends_first = torch.stack([torch.cat([c, b, level], -1), torch.cat([b, c, level], -1)])
        gate = self.gate(torch.cat([ends_first, inertia.log()[..., None]], -1))
        return (gate * torque / inertia.sqrt()[..., None]).sum(0).flatten(0, 1)


class SpinHead(nn.Module):
    """Pseudovectors of the two atoms of every bond along its axis, gated by invariants.

    A pseudovector is the cross product of two learned polar vectors of an atom: a spin of its
    surroundings, whose part along the bond has the symmetry of a torsional score.
    """

    def __init__(self, o: TorsionNetOptions) -> None:
        super().__init__()
        self.pair = nn.Linear(o.vectors, 2 * o.spins, bias=False)
        self.gate = nn.Sequential(
            nn.Linear(3 * o.scalars, o.scalars), nn.SiLU(), nn.Linear(o.scalars, o.spins)
        )

    def forward(self, s: Tensor, v: Tensor, noise: Tensor, batch: Batch) -> Tensor:
        """S (A, S), v (A, 3, V) -> (B * M, P), odd under mirror."""
        size, n = batch.atom_mask.shape
        left, right = self.pair(unit_scale(v)).chunk(2, -1)
        spin = torch.linalg.cross(left, right, dim=1).view(size, n, 3, -1)
        s, noise = s.view(size, n, -1), noise.view(size, n, -1)
        rows = torch.arange(size, device=s.device)[:, None]
        total = spin.new_zeros(*batch.rotor_mask.shape, spin.shape[-1])
        for b, c in (batch.rotors.unbind(-1), batch.rotors.flip(-1).unbind(-1)):
            axis = batch.xyz[rows, c] - batch.xyz[rows, b]
            axis = nn.functional.normalize(axis, dim=-1, eps=1e-4)
            level = noise[:, :1].expand_as(s[rows, c])
            gate = self.gate(torch.cat([s[rows, c], s[rows, b], level], -1))
            total = total + gate * (spin[rows, c] * axis[..., None]).sum(2)
        return total.flatten(0, 1)


def _torques(batch: Batch, force: Tensor) -> tuple[Tensor, Tensor]:
    """Torque (2, B, M, K) on both sides about their own outward axis, inertia (2, B, M).

    Uses linearity: sum w u . ((x - o) x F) = u . (sum w x x F - o x sum w F), so that the sums
    over atoms are two matrix products.
    """
    size, n, _, k = force.shape
    count = batch.atom_mask.sum(1).clamp_min(1)[:, None, None]
    xyz = (batch.xyz - batch.xyz.sum(1, keepdim=True) / count) * batch.atom_mask[..., None]
    force = force * batch.atom_mask[..., None, None]
    spin = torch.linalg.cross(xyz[..., None].expand_as(force), force, dim=2)
    rows = torch.arange(size, device=xyz.device)[:, None]
    origin = xyz[rows, batch.rotors[..., 1]]
    axis = nn.functional.normalize(origin - xyz[rows, batch.rotors[..., 0]], dim=-1, eps=1e-4)
    arm = xyz[:, None] - origin[:, :, None]
    reach = (arm.square().sum(-1) - (arm * axis[:, :, None]).sum(-1).square()).clamp_min(0)
    torques, inertias = [], []
    for side, sign in ((batch.moving, 1.0), (~batch.moving, -1.0)):
        weight = (side & batch.atom_mask[:, None]).to(xyz.dtype)
        total = torch.cat([spin, force], 2).reshape(size, n, 6 * k)
        moment, push = (weight @ total).view(size, -1, 6, k).split(3, 2)
        moment = moment - torch.linalg.cross(origin[..., None].expand_as(push), push, dim=2)
        torques.append(sign * (axis[..., None] * moment).sum(2))
        inertias.append((weight * reach).sum(-1) + 1.0)
    return torch.stack(torques), torch.stack(inertias)


def _dihedral(xyz: Tensor, quartets: Tensor) -> Tensor:
    """Xyz (A, 3), quartets (Q, 4) -> (Q,) radians."""
    a, b, c, d = xyz[quartets].unbind(1)
    before, axis, after = b - a, c - b, d - c
    left, right = torch.linalg.cross(before, axis), torch.linalg.cross(axis, after)
    sine = axis.norm(dim=-1) * (before * right).sum(-1)
    return torch.atan2(sine, (left * right).sum(-1))


class TorsionNet(nn.Module):
    """Score of every rotor in units of its root mean square at that noise level."""

    def __init__(self, options: TorsionNetOptions) -> None:
        super().__init__()
        self.options = o = options
        self.embed = nn.Linear(o.atom_features, o.scalars)
        self.noise = nn.Sequential(
            nn.Linear(o.radial, o.scalars), nn.SiLU(), nn.Linear(o.scalars, o.scalars)
        )
        self.origin = nn.Parameter(torch.zeros(o.scalars))
        self.layers = nn.ModuleList(Layer(o) for _ in range(o.layers))
        self.final = nn.LayerNorm(o.scalars)
        if o.fourier:
            self.fourier = FourierHead(o)
        if o.forces:
            self.torque = TorqueHead(o)
        if o.spins:
            self.spin = SpinHead(o)
        parts = o.fourier + o.forces + o.spins
        self.linear = nn.Linear(parts, 1, bias=False)
        self.odd = nn.Linear(parts, 32, bias=False)
        self.out = nn.Linear(32, 1, bias=False)

    def forward(self, batch: Batch, sigma: Tensor) -> Tensor:
        """``sigma`` (B,) in radians -> (B, M), zero where a rotor is padding."""
        size, n = batch.atom_mask.shape
        noise = self.noise(_noise_basis(sigma, self.options.radial))
        noise = noise + batch.origin[:, None] * self.origin
        noise = noise[:, None].expand(size, n, -1).reshape(size * n, -1)
        s = self.embed(batch.features).view(size * n, -1) + noise
        v = s.new_zeros(size * n, 3, self.options.vectors)
        edges = Edges(batch, self.options.cutoff, self.options.radial)
        for layer in self.layers:
            s, v = layer(s, v, noise, edges)
        s = self.final(s)
        odd = torch.cat(list(self._parts(s, v, noise, edges, batch)), -1)
        # Clashing atoms make huge forces; scores beyond a few times their r.m.s. do not occur.
        odd = odd * torch.rsqrt(1 + (odd / LIMIT) ** 2)
        score = self.linear(odd) + self.out(torch.tanh(self.odd(odd)))
        return score.view(size, -1) * batch.rotor_mask

    def _parts(
        self, s: Tensor, v: Tensor, noise: Tensor, edges: Edges, batch: Batch
    ) -> Iterator[Tensor]:
        """Each (B * M, channels), odd under mirror."""
        if self.options.fourier:
            yield self.fourier(s, noise, batch)
        if self.options.forces:
            yield self.torque(s, v, noise, edges, batch)
        if self.options.spins:
            yield self.spin(s, v, noise, batch)


def _noise_basis(sigma: Tensor, count: int) -> Tensor:
    """Gaussian bumps over log sigma from SIGMA_MIN to SIGMA_MAX, (B, count)."""
    position = torch.log(sigma / SIGMA_MIN) / math.log(SIGMA_MAX / SIGMA_MIN) * (count - 1)
    centres = torch.arange(count, device=sigma.device, dtype=sigma.dtype)
    return torch.exp(-0.5 * (position[:, None] - centres) ** 2)
