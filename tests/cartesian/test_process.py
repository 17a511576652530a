"""Noise on coordinates without the centre of mass: closed form, degrees of freedom, padding."""

from __future__ import annotations

import torch

from engine.cartesian.process import SCALE, centred, draw, noised, to_angstrom, to_state

MASK = torch.tensor([[True] * 7, [True] * 4 + [False] * 3])


def test_noise_has_no_centre_and_no_padding() -> None:
    eps = draw(MASK, torch.Generator().manual_seed(0), torch.float64)
    assert float(eps.sum(1).abs().max()) < 1e-12
    assert float(eps[1, 4:].abs().max()) == 0


def test_noise_has_3n_minus_3_degrees_of_freedom() -> None:
    mask = MASK[1:].expand(20_000, -1)
    square = draw(mask, torch.Generator().manual_seed(0)).square().sum((1, 2))
    assert abs(float(square.mean()) - 9) < 0.1  # of 12 without the projection
    assert abs(float(square.var()) - 18) < 1.0, "chi squared with 9 degrees of freedom"


def test_the_forward_process_has_its_closed_form() -> None:
    generator = torch.Generator().manual_seed(1)
    x_0 = to_state(4 * torch.randn(1, 5, 3, generator=generator), torch.ones(1, 5, dtype=bool))
    many, mask = x_0.expand(40_000, -1, -1), torch.ones(40_000, 5, dtype=torch.bool)
    x_t = noised(many, mask, torch.full((40_000,), 0.3), generator)
    assert torch.allclose(x_t.mean(0), 0.3**0.5 * x_0[0], atol=0.02)
    # One of five atoms: the projection takes a fifth of its variance.
    assert torch.allclose(x_t.var(0), torch.tensor(0.7 * 4 / 5), atol=0.02)


def test_at_the_ends_it_is_data_and_noise() -> None:
    x_0 = to_state(torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(2)), MASK)
    clean = noised(x_0, MASK, torch.ones(2), torch.Generator().manual_seed(3))
    noise = noised(x_0, MASK, torch.zeros(2), torch.Generator().manual_seed(3))
    assert torch.equal(clean, x_0)
    assert torch.equal(noise, draw(MASK, torch.Generator().manual_seed(3)))


def test_angstrom_there_and_back() -> None:
    xyz = torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(4)) + 5
    assert torch.equal(to_angstrom(to_state(xyz, MASK)), to_state(xyz, MASK) * SCALE)
    assert torch.allclose(to_state(xyz, MASK) * SCALE, centred(xyz, MASK), atol=1e-6)
