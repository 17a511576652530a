"""Sizes of chains: radius of gyration, end-to-end distance, bond lengths, distance matrices."""

from __future__ import annotations

from torch import Tensor


def radius_of_gyration(chains: Tensor) -> Tensor:
    """(n,) root mean squared distance of the beads of ``chains`` (n, L, d) from their centre."""
    centred = chains - chains.mean(dim=-2, keepdim=True)
    return centred.square().sum(dim=-1).mean(dim=-1).sqrt()


def end_to_end(chains: Tensor) -> Tensor:
    """(n,) distance between the first and the last bead of ``chains`` (n, L, d)."""
    return (chains[..., -1, :] - chains[..., 0, :]).norm(dim=-1)


def bond_lengths(chains: Tensor) -> Tensor:
    """(n, L - 1) distances between neighbouring beads of ``chains`` (n, L, d)."""
    return chains.diff(dim=-2).norm(dim=-1)


def distance_matrix(chains: Tensor) -> Tensor:
    """(n, L, L) distances between all beads of ``chains`` (n, L, d); zero diagonal."""
    return (chains.unsqueeze(-2) - chains.unsqueeze(-3)).norm(dim=-1)
