"""The map of the latent plane, and walks across it."""

from __future__ import annotations

import pytest
import torch

from engine.experiments.polymer.latent_map import (
    CELLS,
    COLOURS,
    REACH,
    Kind,
    MapSettings,
    Walk,
    decode_plane,
    walk,
)
from engine.polymer import MEASURES, held_out, shipped
from engine.polymer.data import to_chains, to_points
from engine.polymer.latent_map import grid
from engine.polymer.vae import VAE
from engine.progress import finish

NET = shipped("vae").network(VAE)


@pytest.mark.parametrize("measure", COLOURS)
def test_values_are_the_measure_of_what_each_point_decodes_to(measure: str) -> None:
    made = finish(decode_plane(MapSettings(measure=measure)))
    for row, column in ((0, 0), (3, 60), (40, 12)):
        z = torch.stack([made.axis[column], made.axis[row]])
        chain = to_chains(NET.decode(z[None]))
        torch.testing.assert_close(made.decoded[row, column], chain[0], rtol=1e-4, atol=1e-5)
        value = MEASURES[measure].of(chain)[0]
        torch.testing.assert_close(made.values[row, column], value, rtol=1e-4, atol=1e-5)


def test_between_grid_points_the_map_hardly_differs_from_the_decoder() -> None:
    """The browser interpolates; a bead is off by a few hundredths of its size at most."""
    chains = finish(decode_plane(MapSettings())).decoded
    middle = (chains[:-1, :-1] + chains[1:, :-1]) / 2
    middle = (middle + (chains[:-1, 1:] + chains[1:, 1:]) / 2) / 2
    points = grid(REACH, CELLS)
    exact = to_chains(NET.decode((points[:-1, :-1] + points[1:, 1:]).flatten(0, 1) / 2))
    exact = exact.detach().reshape(middle.shape)
    assert (middle - exact).abs().max() < 0.1
    assert (middle - exact).square().mean().sqrt() < 0.01


def test_a_walk_between_two_chains_ends_at_their_codes() -> None:
    path = finish(walk(MapSettings(), Walk("between", seed=4)))
    codes, _ = NET.encode(to_points(held_out()))
    for end in (path[0], path[-1]):
        assert (codes - end).norm(dim=1).min() < 1e-4


@pytest.mark.parametrize(("kind", "sign"), [("up", 1), ("down", -1)])
def test_a_walk_follows_the_gradient(kind: Kind, sign: int) -> None:
    path = finish(walk(MapSettings(measure="ends"), Walk(kind, (0.4, -0.3))))
    ends = sign * MEASURES["ends"].of(to_chains(NET.decode(path)))
    torch.testing.assert_close(path[0], torch.tensor([0.4, -0.3]))
    assert (ends[:10].diff() > 0).all() and ends[-1] > ends[0]
    assert path.abs().max() <= REACH
