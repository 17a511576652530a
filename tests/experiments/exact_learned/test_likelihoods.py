"""Likelihoods by the ODE against exact densities."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation import FlowOptions
from engine.experiments.exact_learned.likelihoods import (
    InThePlane,
    LikelihoodSettings,
    OnTheLine,
    likelihood,
    likelihood_of,
)
from engine.experiments.film import exact_denoiser
from engine.experiments.networks import Network
from engine.noise import Cosine, Linear, Schedule
from engine.progress import Step, finish


def settings(dataset: str, schedule: Schedule, steps: int) -> LikelihoodSettings:
    return LikelihoodSettings(Network(dataset), schedule, FlowOptions(steps), 0)


def test_both_flows_agree_with_the_density_on_the_line() -> None:
    heard: list[Step] = []
    found = finish(likelihood(settings("two_gaussians", Cosine(T=100), 48)), heard.append)
    assert len(heard) == 2 * 49 and heard[-1].fraction == 1
    assert isinstance(found, OnTheLine)
    assert found.t[0] == pytest.approx(100) and found.t[-1] < 0.1
    assert found.mass == pytest.approx(1, abs=2e-3)
    np.testing.assert_allclose(found.exact[1][-1], found.truth[-1], atol=5e-3)
    assert found.numbers.kl is not None and found.numbers.solver is not None
    assert abs(found.numbers.kl.mean) < 0.02 and found.numbers.solver < 2e-3
    np.testing.assert_allclose(found.exact[0][-1], found.x, atol=1e-6)


def test_the_likelihood_in_the_plane_is_normalised_and_near_the_truth() -> None:
    found = finish(likelihood(settings("moons", Cosine(T=100), 32)))
    assert isinstance(found, InThePlane)
    numbers = found.numbers
    assert found.mass == pytest.approx(1, abs=0.03)
    assert numbers.kl is not None and numbers.kl.mean == pytest.approx(0, abs=0.1)
    assert numbers.nll == pytest.approx(numbers.entropy, abs=0.1)
    assert numbers.bits(numbers.nll) == pytest.approx(numbers.nll / (2 * np.log(2)))


def test_an_early_end_costs_what_it_leaves_of_the_signal() -> None:
    """The flow loses nothing, so KL(q_0 || p_0) of the exact score is KL(q_T || N(0, 1))."""
    schedule, known = Linear(T=100), exact_denoiser("gaussian")
    end = known.mixture.diffused(schedule.signal_left)
    mean, variance = float(end.mean), float(end.variance)
    wanted = 0.5 * (variance + mean**2 - 1 - np.log(variance))
    found = finish(likelihood_of(known, settings("gaussian", schedule, 48)))
    assert wanted > 0.15
    assert found.numbers.kl is not None
    assert found.numbers.kl.mean == pytest.approx(wanted, abs=4 * found.numbers.kl.error)
