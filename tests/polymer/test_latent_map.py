"""Ways across the latent plane."""

import torch
from torch import Generator

from engine.polymer.latent_map import ascent, grid, line
from engine.polymer.vae import VAE

NET = VAE(6, 2, 16, Generator().manual_seed(0))


def height(x: torch.Tensor) -> torch.Tensor:
    return x.square().sum(dim=-1).sqrt()


def test_the_first_number_grows_along_a_row_and_the_second_from_row_to_row() -> None:
    points = grid(2.0, 9)
    assert points[0, 0].tolist() == [-2, -2] and points[0, -1].tolist() == [2, -2]
    assert points[-1, 0].tolist() == [-2, 2] and points[4, 4].tolist() == [0, 0]


def test_a_line_keeps_its_ends_and_its_pace() -> None:
    path = line(torch.tensor([0.0, 1.0]), torch.tensor([2.0, -1.0]), 5)
    assert path[0].tolist() == [0, 1] and path[-1].tolist() == [2, -1]
    torch.testing.assert_close(path.diff(dim=0), torch.tensor([[0.5, -0.5]] * 4))


def test_an_ascent_goes_up_and_stays_on_the_map() -> None:
    path = ascent(NET, height, torch.tensor([0.3, -0.2]), 40, 0.05, 3.0)
    heights = height(NET.decode(path))
    assert path.shape == (41, 2) and path.abs().max() <= 3.0
    assert heights[-1] > heights[0]
    assert (heights[:10].diff() > 0).all()
