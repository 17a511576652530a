"""The EGNN follows rotations, shifts, mirrors and renumbering; padding changes nothing."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.cartesian import EGNN, EGNNOptions, all_pairs
from tests.invariance import random_rotation

EXACT = 1e-10


def made(seed: int = 0) -> tuple[EGNN, Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    network = EGNN(EGNNOptions(features=5, edges=2, hidden=16, layers=3)).double()
    for layer in network.layers:
        nn.init.xavier_uniform_(layer.move[-1].weight)  # as far as a trained one moves nodes
    h = torch.randn(2, 9, 5, generator=generator, dtype=torch.float64)
    x = torch.randn(2, 9, 3, generator=generator, dtype=torch.float64)
    edges = torch.randn(2, 9, 9, 2, generator=generator, dtype=torch.float64)
    return network, h, x, edges + edges.transpose(1, 2)


def away(found: Tensor, expected: Tensor) -> float:
    return float(((found - expected).abs().max() / expected.abs().max()).detach())


@pytest.mark.parametrize("mirror", [False, True])
def test_it_turns_and_is_mirrored_with_its_input(mirror: bool) -> None:
    network, h, x, edges = made()
    rotation = random_rotation(torch.Generator().manual_seed(3), mirror)
    features, places = network(h, x, edges)
    assert away(places, x) > 0.01, "it moves the nodes, or this would prove nothing"
    turned_features, turned = network(h, x @ rotation.T, edges)
    assert away(turned, places @ rotation.T) < EXACT
    assert away(turned_features, features) < EXACT


def test_it_moves_with_its_input() -> None:
    network, h, x, edges = made()
    shift = torch.tensor([5.0, -3.0, 2.0], dtype=torch.float64)
    features, places = network(h, x, edges)
    moved_features, moved = network(h, x + shift, edges)
    assert away(moved - shift, places) < EXACT and away(moved_features, features) < EXACT


def test_it_follows_a_renumbering() -> None:
    network, h, x, edges = made()
    order = torch.randperm(9, generator=torch.Generator().manual_seed(1))
    _, places = network(h, x, edges)
    _, found = network(h[:, order], x[:, order], edges[:, order][:, :, order])
    assert away(found, places[:, order]) < EXACT


def test_padded_nodes_change_nothing() -> None:
    network, h, x, edges = made()
    mask = torch.ones(2, 12, dtype=torch.bool)
    mask[:, 9:] = False
    grow = nn.functional.pad
    _, places = network(h, x, edges)
    _, found = network(
        grow(h, (0, 0, 0, 3), value=1.0),
        grow(x, (0, 0, 0, 3), value=0.5),
        grow(edges, (0, 0, 0, 3, 0, 3)),
        all_pairs(mask, torch.float64),
    )
    assert away(found[:, :9], places) < EXACT
    assert away(found[:, 9:], torch.full_like(found[:, 9:], 0.5)) == 0


def test_a_plain_network_fails_the_same_assertion() -> None:
    _, _, x, _ = made()
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Linear(27, 32), nn.SiLU(), nn.Linear(32, 27)).double()
    rotation = random_rotation(torch.Generator().manual_seed(3))
    out = plain(x.flatten(1)).view_as(x)
    turned = plain((x @ rotation.T).flatten(1)).view_as(x)
    assert away(turned, out @ rotation.T) > 0.1


def test_the_steps_of_a_layer_add_up() -> None:
    network, h, x, edges = made()
    first = network.steps(h, x, edges)[0]
    assert away(x + first.shifts.sum(2), first.x) < EXACT
    assert torch.allclose(first.squared, torch.cdist(x, x).square())
    assert float(first.gates.diagonal(dim1=1, dim2=2).abs().max()) == 0
