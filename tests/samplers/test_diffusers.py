"""Samplers against an independent implementation: the schedulers of Hugging Face diffusers.

Both are given the same eps function, the same noise and the same times, in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.data import GaussianMixture
from engine.denoisers import exact
from engine.noise import SCHEDULES, Cosine, Linear, Schedule
from engine.process import eps_from_x0
from engine.samplers import DDIM, DDPM, DPMSolver, Sampler, sample

diffusers = pytest.importorskip("diffusers", reason="diffusers is not installed")

DOUBLE = torch.float64
T = 1000
MIXTURE = GaussianMixture.of([3, 2, 1], [[-1.0, 0.5], [1.2, 0.3], [0.1, -1.4]], [0.3, 0.2, 0.4])
DENOISER = exact(MIXTURE)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(4)


def start() -> Tensor:
    return torch.randn(64, 2, generator=torch.Generator().manual_seed(1), dtype=DOUBLE)


def ours(schedule: Schedule, sampler: Sampler) -> list[Tensor]:
    """(64, 2) states after each step."""
    return [s.x for s in sample(DENOISER, schedule, start(), sampler, generator())][1:]


def theirs(
    scheduler: Any, schedule: Schedule, steps: int, **options: Callable[[], Any]
) -> list[Tensor]:
    """(64, 2) states after each step of a diffusers scheduler, with float64 tables."""
    scheduler.betas, scheduler.alphas = schedule.betas, schedule.alphas
    scheduler.alphas_cumprod = schedule.alpha_bars
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "sigmas"):
        zero = torch.zeros(1, dtype=DOUBLE)
        levels = schedule.alpha_bars[scheduler.timesteps]
        scheduler.sigmas = torch.cat([((1 - levels) / levels).sqrt(), zero])
    x, states = start(), []
    given = {name: make() for name, make in options.items()}
    for t in scheduler.timesteps:
        alpha_bar = float(schedule.alpha_bars[t])
        eps = eps_from_x0(x, DENOISER(x, alpha_bar), alpha_bar)
        x = scheduler.step(eps, t, x, **given).prev_sample
        states.append(x)
    return states


def common(schedule: Schedule) -> dict[str, Any]:
    """What all schedulers are told; "trailing" visits T, T - T/N, ..., as this project does."""
    return dict(
        num_train_timesteps=schedule.T,
        trained_betas=schedule.betas.tolist(),
        timestep_spacing="trailing",
    )


def assert_same(found: list[Tensor], expected: list[Tensor]) -> None:
    assert len(found) == len(expected)
    for step, (ours_, theirs_) in enumerate(zip(found, expected, strict=True)):
        torch.testing.assert_close(ours_, theirs_, rtol=0, atol=1e-5, msg=f"step {step} differs")


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("steps", [20, 250])
@pytest.mark.parametrize("eta", [0.0, 0.6, 1.0])
def test_ddim_agrees(key: str, steps: int, eta: float) -> None:
    schedule = SCHEDULES[key](T=T)
    scheduler = diffusers.DDIMScheduler(**common(schedule), clip_sample=False)
    expected = theirs(scheduler, schedule, steps, eta=lambda: eta, generator=generator)
    assert_same(ours(schedule, DDIM(steps=steps, eta=eta)), expected)


@pytest.mark.parametrize("schedule", [Linear(T=T), Cosine(T=200)], ids=lambda s: s.key)
@pytest.mark.parametrize(
    ("name", "variance"), [("fixed_small", "posterior"), ("fixed_large", "beta")]
)
def test_ddpm_with_all_steps_agrees(schedule: Schedule, name: str, variance: str) -> None:
    scheduler = diffusers.DDPMScheduler(**common(schedule), variance_type=name, clip_sample=False)
    expected = theirs(scheduler, schedule, schedule.T, generator=generator)
    assert_same(ours(schedule, DDPM(steps=schedule.T, variance=variance)), expected)


@pytest.mark.parametrize("steps", [20, 250])
def test_ddpm_with_few_steps_agrees(steps: int) -> None:
    schedule = Linear(T=T)
    scheduler = diffusers.DDPMScheduler(
        **common(schedule), variance_type="fixed_small", clip_sample=False
    )
    expected = theirs(scheduler, schedule, steps, generator=generator)
    assert_same(ours(schedule, DDPM(steps=steps)), expected)


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("steps", [8, 20, 250])
def test_dpm_solver_agrees(key: str, steps: int) -> None:
    schedule = SCHEDULES[key](T=T)
    scheduler = diffusers.DPMSolverMultistepScheduler(
        **common(schedule), algorithm_type="dpmsolver++", solver_order=2, final_sigmas_type="zero"
    )
    expected = theirs(scheduler, schedule, steps)
    assert_same(ours(schedule, DPMSolver(steps=steps, spacing="time")), expected)
