"""Wrapping, the schedule, and the two ends of the tutorial's process against closed forms."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from engine.torsional.process import WRAPPED_NORMAL
from engine.torsional.scratch import resultant_length
from engine.torsional.scratch.process import COSINE, T, alpha_bars, draw_times, perturb, wrapped
from engine.torsional.torus import wrap


def test_wrapping_keeps_sine_and_cosine_and_agrees_with_the_remainder() -> None:
    angle = torch.linspace(-20, 20, 1001, dtype=torch.float64)
    found = wrapped(angle)
    assert (found.abs() <= math.pi).all()
    torch.testing.assert_close(found.sin(), angle.sin(), rtol=0, atol=1e-12)
    torch.testing.assert_close(found, wrap(angle), rtol=0, atol=1e-12)


def test_the_resultant_length_of_wrapped_normals_is_known() -> None:
    generator = torch.Generator().manual_seed(0)
    for sigma in (0.3, 1.0, math.pi):
        draws = wrapped(sigma * torch.randn(200_000, generator=generator, dtype=torch.float64))
        assert float(resultant_length(draws)) == pytest.approx(math.exp(-(sigma**2) / 2), abs=5e-3)
    assert float(resultant_length(torch.tensor([0.4, 0.4]))) == pytest.approx(1)
    assert float(resultant_length(torch.tensor([0.0, math.pi]))) == pytest.approx(0, abs=1e-6)


def test_training_ends_in_a_heap_and_sampling_starts_uniform() -> None:
    generator = torch.Generator().manual_seed(0)
    clean = math.pi - 2 * math.pi * torch.rand(200_000, generator=generator)
    states, eps = perturb(clean, alpha_bars()[T].float(), generator)
    assert float(resultant_length(states)) == pytest.approx(math.exp(-0.5), abs=5e-3)
    assert float(eps.abs().max()) <= math.pi
    start = COSINE.start((200_000,), generator)
    assert float(resultant_length(start)) == pytest.approx(math.exp(-(math.pi**2) / 2), abs=5e-3)


def test_levels_fall_from_one_radian_to_nothing() -> None:
    levels = COSINE.levels(50)
    assert len(levels) == 51 and levels[-1] == 0
    assert levels[0] == pytest.approx(1, abs=1e-6)
    assert all(before > after for before, after in pairwise(levels))
    for steps in (0, T + 1):
        with pytest.raises(ValueError, match="steps"):
            COSINE.levels(steps)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_the_true_score_of_one_angle_leads_to_it(eta: float) -> None:
    generator = torch.Generator().manual_seed(1)
    clean = torch.tensor([0.5, -1.2, 2.0], dtype=torch.float64)
    angle = COSINE.start((400, 3), generator).double()
    levels = COSINE.levels(200)
    for level, after in pairwise(levels):
        mean = math.sqrt(1 - level**2) * clean
        score = -wrapped(angle - mean) / level**2
        z = torch.randn(angle.shape, generator=generator, dtype=angle.dtype)
        angle = COSINE.step(angle, score, level, after, eta, z)
    assert float(wrapped(angle - clean).abs().max()) < 0.02


def test_every_part_of_the_time_has_its_draw() -> None:
    generator = torch.Generator().manual_seed(2)
    drawn = torch.stack([draw_times(4, generator) for _ in range(4000)])
    assert int(drawn.min()) >= 1 and int(drawn.max()) <= T
    parts = (drawn - 1) * 4 // T
    assert (parts == torch.arange(4)).all()
    assert float(drawn.float().mean()) == pytest.approx((T + 1) / 2, rel=0.01)


def test_the_wrapped_normal_counts_from_nowhere() -> None:
    """Its steps are the same wherever angles count from; the tutorial's are not."""
    angle, score = torch.tensor([[0.3]]), torch.tensor([[0.7]])
    z = torch.zeros(1, 1)
    for process, moved in ((WRAPPED_NORMAL, True), (COSINE, False)):
        here = process.step(angle, score, 0.9, 0.8, 1.0, z)
        there = process.step(angle + 1, score, 0.9, 0.8, 1.0, z) - 1
        assert bool(torch.isclose(here, there, atol=1e-6).all()) == moved


def test_forward_noise_ends_as_the_closed_form_says() -> None:
    """Step by step the chain comes to sqrt(alpha_bar) tau_0, with noise of the level."""
    generator = torch.Generator().manual_seed(3)
    angle = torch.full((20_000, 1), 0.4, dtype=torch.float64)
    for level, following in pairwise(reversed(COSINE.levels(40)[20:])):
        angle = COSINE.noise(angle, level, following, generator)
    spread = COSINE.levels(40)[20]
    mean = torch.atan2(angle.sin().mean(), angle.cos().mean())
    assert float(mean) == pytest.approx(math.sqrt(1 - spread**2) * 0.4, abs=0.02)
    assert float(resultant_length(angle)) == pytest.approx(math.exp(-(spread**2) / 2), abs=0.01)
