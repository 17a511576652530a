"""Solvers of the probability-flow ODE: order measured, closed forms, and where they stop."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser, Oracle, exact
from engine.noise import SCHEDULES, Cosine, Linear, Schedule
from engine.samplers import (
    DDIM,
    FLOW_SAMPLERS,
    SAMPLERS,
    DPMSolver,
    Euler,
    Heun,
    Sampler,
    Solver,
    Step,
    sample,
    weights,
)
from engine.samplers.contract import Prediction
from engine.samplers.ode import SIGMA_MAX, SPACINGS, sigma_of

DOUBLE = torch.float64
SOLVERS = [Euler, Heun, DPMSolver]
RING = exact(DATASETS["eight_gaussians"].mixture())  # type: ignore[arg-type]


def x_T(n: int = 100) -> Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)


def end(denoiser: Denoiser, schedule: Schedule, sampler, start: Tensor) -> Tensor:
    *_, last = sample(denoiser, schedule, start, sampler, torch.Generator())
    return last.x


def order(errors: list[float]) -> float:
    """The slope of log error over halvings of the step."""
    return sum(math.log2(a / b) for a, b in pairwise(errors)) / (len(errors) - 1)


@pytest.mark.parametrize("cls", SOLVERS)
@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("schedule", [Cosine(), Linear()], ids=lambda s: s.key)
def test_the_order_is_the_declared_one(cls: type[Solver], spacing: str, schedule: Schedule) -> None:
    """Median error over points against a fine solution, as the step is halved."""
    fine = end(RING, schedule, Heun(steps=900, spacing=spacing), x_T())
    errors = [
        float((end(RING, schedule, cls(n, spacing), x_T()) - fine).norm(dim=1).median())
        for n in (40, 80, 160)
    ]
    assert order(errors) == pytest.approx(cls.order, abs=0.25), errors


@pytest.mark.parametrize("cls", SOLVERS)
def test_a_gaussian_flows_as_its_closed_form_says(cls: type[Solver]) -> None:
    """Every point keeps its number of standard deviations from the mean.

    Up to the last step, from t = 1, where the solvers settle for the predicted x_0.
    """
    mixture, schedule = DATASETS["gaussian"].mixture(), Cosine()
    assert mixture is not None
    solver = cls(steps=400)
    levels = [alpha_bar for _, alpha_bar in solver.levels(schedule)]
    start = mixture.diffused(levels[0])
    z = torch.linspace(-2, 2, 9, dtype=DOUBLE)[:, None]
    found = end(exact(mixture), schedule, solver, start.means[0] + start.stds[0] * z)
    blur = 0.5 * (sigma_of(levels[-2]) / 0.3) ** 2  # of the last step, relative
    error = float(((found - 1) / 0.3 - z).abs().max()) / 2
    assert error < blur + {1: 1e-2, 2: 1e-4}[cls.order]


def test_euler_is_ddim_between_the_same_levels() -> None:
    """Song et al. 2021, section 4.3."""
    for schedule in (cls(T=200) for cls in SCHEDULES.values()):
        euler = end(RING, schedule, Euler(20, "time"), x_T())
        torch.testing.assert_close(euler, end(RING, schedule, DDIM(steps=20), x_T()))


def test_euler_and_heun_in_the_variables_of_the_paper() -> None:
    """Karras et al. 2022, algorithm 1, written with sigma and y = x / sqrt(alpha_bar)."""
    y, now, then = x_T(), 3.0, 1.7
    level = {sigma: 1 / (1 + sigma**2) for sigma in (now, then)}

    def denoise(y: Tensor, sigma: float) -> Tensor:
        return RING(y * level[sigma] ** 0.5, level[sigma])

    slope = (y - denoise(y, now)) / now
    trial = y + (then - now) * slope
    heun = y + (then - now) * 0.5 * (slope + (trial - denoise(trial, then)) / then)
    x = y * level[now] ** 0.5
    step = Step(x, RING(x, level[now]), level[now], level[then], RING)
    torch.testing.assert_close(Euler().mean(step) / level[then] ** 0.5, trial)
    torch.testing.assert_close(Heun().mean(step) / level[then] ** 0.5, heun)


def test_the_multistep_solver_is_exact_where_x_0_is_straight_in_lambda() -> None:
    """Its second order: the error for x_0 = lambda falls with the cube of a single step.

    The exact solution is the variation of constants, Lu et al. 2022, eq. 8.
    """

    def level(lam: float) -> float:
        return 1 / (1 + math.exp(-2 * lam))

    def exact(x: float, a: float, b: float) -> float:
        signal, noise = level(b) ** 0.5, (1 - level(b)) ** 0.5
        integral = math.exp(b) * (b - 1) - math.exp(a) * (a - 1)  # of exp(lambda) lambda
        return noise / (1 - level(a)) ** 0.5 * x + signal * math.exp(-b) * integral

    errors = []
    for h in (0.2, 0.1, 0.05):
        x, before = torch.ones(1, 1, dtype=DOUBLE), Prediction(level(-h), torch.full((1, 1), -h))
        step = Step(x, torch.zeros(1, 1), level(0.0), level(h), Oracle(x), before)
        errors.append(abs(float(DPMSolver().mean(step)) - exact(1.0, 0.0, h)))
    assert order(errors) == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize("cls", SOLVERS)
@pytest.mark.parametrize("spacing", [*SPACINGS, "time"])
@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize(("steps", "T"), [(1, 10), (2, 100), (30, 1000), (1000, 50)])
def test_levels_run_from_noise_to_data(
    cls: type[Solver], spacing: str, key: str, steps: int, T: int
) -> None:
    schedule = SCHEDULES[key](T=T)
    times, levels = zip(*cls(steps, spacing).levels(schedule), strict=True)
    assert len(times) == min(steps, T) + 1
    assert (times[0], times[-1], levels[-1]) == (T, 0, 1)
    assert all(s < t for t, s in pairwise(times)) and all(a < b for a, b in pairwise(levels))
    capped = min(sigma_of(schedule.signal_left), SIGMA_MAX)
    wanted = sigma_of(schedule.signal_left) if spacing == "time" else capped
    assert sigma_of(levels[0]) == pytest.approx(wanted)
    for t, alpha_bar in zip(times, levels, strict=True):  # the clock tells the level
        near = float(schedule.alpha_bar(round(t)))
        if t == round(t) and 0 < t < T:
            assert alpha_bar == pytest.approx(near, rel=1e-6)


def test_the_edm_levels_are_those_of_the_paper() -> None:
    """Karras et al. 2022, eq. 5, between the ends that the schedule sets."""
    levels = [sigma_of(a) for _, a in Heun(10, "edm").levels(Cosine())][:-1]
    low = levels[-1]
    for i, sigma in enumerate(levels):
        root = 80 ** (1 / 7) + i / 9 * (low ** (1 / 7) - 80 ** (1 / 7))
        assert sigma == pytest.approx(root**7)


def test_an_unknown_spacing_is_refused() -> None:
    with pytest.raises(ValueError, match="spacing"):
        Heun(spacing="even")


def test_sigma_is_infinite_without_signal_and_solvers_start_there() -> None:
    """With alpha_bar_T = 0 the first step cannot look at y, which is infinite."""
    assert sigma_of(0.0) == math.inf
    x = x_T(4)
    for cls in SOLVERS:
        step = Step(x, RING(x, 0.0), 0.0, 0.3, RING)
        torch.testing.assert_close(cls().mean(step), Euler().mean(step))
        assert bool(cls().mean(step).isfinite().all())


@pytest.mark.parametrize(
    "sampler",
    [*(cls(steps=6) for cls in (*SAMPLERS.values(), *FLOW_SAMPLERS.values())), DDIM(6, eta=0.7)],
    ids=lambda sampler: sampler.key,
)
def test_the_weights_of_a_step_make_up_the_step(sampler: Sampler) -> None:
    """Every recorded step is the weighted sum of what went into it."""
    schedule, predictions = Cosine(T=50), []

    def recorded(x: Tensor, alpha_bar: float) -> Tensor:
        predictions.append(RING(x, alpha_bar))
        return predictions[-1]

    states = list(sample(recorded, schedule, x_T(5), sampler, torch.Generator().manual_seed(1)))
    noise = torch.Generator().manual_seed(1)
    levels = [alpha_bar for _, alpha_bar in sampler.levels(schedule)]
    twice = len(predictions) > len(states)
    for k, (now, then) in enumerate(pairwise(levels)):
        x_t, x_0, x_s = states[k].x, states[k + 1].x_0, states[k + 1].x
        before = levels[k - 1] if k else None
        parts = weights(sampler, now, then, before)
        other = x_0
        if parts.other:
            other = predictions[2 * k + 1] if twice else states[k].x_0
        eps = torch.randn(5, 2, generator=noise, dtype=DOUBLE) if parts.noise else x_0
        made = parts.x_t * x_t + parts.x_0 * x_0 + parts.other * other + parts.noise * eps
        torch.testing.assert_close(made, x_s, rtol=1e-6, atol=1e-6)
