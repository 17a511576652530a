"""The network on coordinates: what it must follow, and what it must not see."""

from __future__ import annotations

from functools import cache

import pytest
import torch
from torch import Tensor, nn

from engine.cartesian.graph import NEAR, Graph, Parts, collate, repeat
from engine.cartesian.model import CoordinateDenoiser
from engine.cartesian.network import CoordinateNet, NetworkOptions
from engine.cartesian.process import draw
from engine.molecule import Molecule
from tests.invariance import random_rotation
from tests.molecules import IBUPROFEN, record

EXACT = 1e-10
SMALL = NetworkOptions(hidden=24, far=8, layers=3, rounds=2)
LEVELS = torch.tensor([0.999, 0.5, 0.01], dtype=torch.float64)


@cache
def made() -> tuple[CoordinateNet, Molecule, Graph, Tensor]:
    torch.manual_seed(0)
    network = CoordinateNet(SMALL).double()
    for layer in network.layers:  # as far as a trained one moves atoms
        nn.init.xavier_uniform_(layer.force.weight)
        nn.init.xavier_uniform_(layer.far_force.weight)
    molecule = record(IBUPROFEN)
    graph = repeat(molecule, 3).to(torch.float64)
    return (
        network,
        molecule,
        graph,
        draw(graph.mask, torch.Generator().manual_seed(1), LEVELS.dtype),
    )


def away(found: Tensor, expected: Tensor) -> float:
    return float(((found - expected).abs().max() / expected.abs().max()).detach())


@pytest.mark.parametrize("mirror", [False, True])
def test_it_turns_and_is_mirrored_with_the_molecule(mirror: bool) -> None:
    network, _, graph, x_t = made()
    rotation = random_rotation(torch.Generator().manual_seed(3), mirror)
    expected = network(x_t, LEVELS, graph)
    signal = LEVELS.sqrt()[:, None, None]
    assert away(expected, signal * x_t) > 0.01, "it moves the atoms, or this would prove nothing"
    assert away(network(x_t @ rotation.T, LEVELS, graph), expected @ rotation.T) < EXACT


def test_where_the_molecule_is_does_not_matter() -> None:
    network, _, graph, x_t = made()
    shift = torch.tensor([5.0, -3.0, 2.0], dtype=torch.float64)
    expected = network(x_t, LEVELS, graph)
    assert away(network(x_t + shift, LEVELS, graph), expected) < EXACT
    assert float(expected.sum(1).abs().max().detach()) < 1e-12, "the centre of mass stays at 0"


def test_it_follows_a_renumbering() -> None:
    network, molecule, graph, x_t = made()
    order = torch.randperm(molecule.n_atoms, generator=torch.Generator().manual_seed(1))
    place = order.argsort()
    n = molecule.n_atoms

    def renamed(pairs: Tensor) -> Tensor:
        return pairs // n * n + place[pairs % n]

    other = Graph(
        graph.mask,
        graph.features[:, order],
        renamed(graph.near).flip(0),  # nor does it matter which of two atoms is named first
        graph.near_class,
        renamed(graph.far),
        graph.far_class,
    )
    expected = network(x_t, LEVELS, graph)
    assert away(network(x_t[:, order], LEVELS, other), expected[:, order]) < EXACT


def test_neither_padding_nor_neighbours_in_the_batch_change_anything() -> None:
    network, molecule, _, x_t = made()
    larger = record("CCCCCCCCCCCCCC(=O)OC", 1)
    assert larger.n_atoms > molecule.n_atoms
    graph = collate([Parts.of(molecule), Parts.of(larger)]).to(torch.float64)
    wide = torch.randn(2, larger.n_atoms, 3, dtype=torch.float64)
    wide[0, : molecule.n_atoms] = x_t[1]
    found = network(wide, LEVELS[[1, 1]], graph)
    alone = network(x_t[1:2], LEVELS[1:2], repeat(molecule, 1).to(torch.float64))
    assert away(found[:1, : molecule.n_atoms], alone) < EXACT
    assert float(found[0, molecule.n_atoms :].abs().max().detach()) == 0


def test_near_pairs_are_bonds_angles_and_torsions() -> None:
    _, molecule, graph, _ = made()
    n = molecule.n_atoms
    assert graph.near.shape[1] + graph.far.shape[1] == 3 * n * (n - 1) // 2
    classes = molecule.pair_class[graph.near[0, :10] % n, graph.near[1, :10] % n]
    assert set(classes.tolist()) <= set(NEAR) and classes.tolist() == graph.near_class[:10].tolist()


def test_the_denoiser_asks_the_same_network() -> None:
    network, molecule, graph, x_t = made()
    denoiser = CoordinateDenoiser(network, molecule)
    found = denoiser(x_t, 0.5)
    assert away(found, network(x_t, torch.full_like(LEVELS, 0.5), graph)) < EXACT
    assert float((denoiser(x_t, 1.0) - x_t).abs().max().detach()) < 0.3, "no noise, hardly a step"
