"""The exact denoiser over an ensemble: gives references back, follows rotations, knows hands."""

from __future__ import annotations

import torch

from engine.cartesian.exact import AlignedEnsemble, rotations
from engine.cartesian.process import draw, noised, to_state
from tests.invariance import random_rotation

XYZ = 3 * torch.randn(4, 9, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
MASK = torch.ones(4, 9, dtype=torch.bool)


def test_at_little_noise_it_gives_the_reference_back() -> None:
    x_0 = to_state(XYZ, MASK)
    rotation = random_rotation(torch.Generator().manual_seed(1))
    x_t = noised(x_0 @ rotation, MASK, torch.full((4,), 0.9999), torch.Generator().manual_seed(2))
    weights, _ = AlignedEnsemble(XYZ).posterior(x_t, 0.9999)
    assert torch.allclose(weights, torch.eye(4, dtype=weights.dtype), atol=1e-6)
    assert float((AlignedEnsemble(XYZ)(x_t, 0.9999) - x_0 @ rotation).abs().max()) < 0.02


def test_it_turns_with_the_state() -> None:
    x_t = draw(MASK, torch.Generator().manual_seed(3), torch.float64)
    rotation = random_rotation(torch.Generator().manual_seed(4))
    denoiser = AlignedEnsemble(XYZ)
    found, expected = denoiser(x_t @ rotation, 0.3), denoiser(x_t, 0.3) @ rotation
    assert float((found - expected).abs().max()) < 1e-10
    assert float(found.sum(1).abs().max()) < 1e-10


def test_rotations_are_proper_and_best() -> None:
    x_0 = to_state(XYZ, MASK)
    turned = x_0 @ random_rotation(torch.Generator().manual_seed(5))
    found = rotations(x_0, turned)
    assert torch.allclose(torch.linalg.det(found), torch.ones(4, 4, dtype=found.dtype))
    assert float((x_0[2] @ found[2, 2] - turned[2]).abs().max()) < 1e-10


def test_it_knows_a_molecule_from_its_mirror_image() -> None:
    one, mirror = XYZ[:1], XYZ[:1] * torch.tensor([1.0, 1.0, -1.0])
    x_t = to_state(mirror, MASK[:1])
    weights, _ = AlignedEnsemble(torch.cat([one, mirror])).posterior(x_t, 0.99)
    assert float(weights[0, 1]) > 0.999


def test_weights_are_even_where_the_state_says_nothing() -> None:
    same = XYZ[:1].expand(3, -1, -1)
    x_t = draw(MASK[:1], torch.Generator().manual_seed(6), torch.float64)
    weights, _ = AlignedEnsemble(same).posterior(x_t, 0.5)
    assert torch.allclose(weights, torch.full_like(weights, 1 / 3))
