"""Zero terminal SNR: what is rescaled, what is kept, and that nothing is divided by zero."""

from __future__ import annotations

import pytest
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser, Oracle, exact, load
from engine.noise import SCHEDULES, Linear, Schedule, ZeroTerminal, zero_terminal
from engine.process import markov_path
from engine.samplers import DDIM, DDPM, SAMPLERS, Sampler, sample

ALL = [schedule(T=T) for schedule in SCHEDULES.values() for T in (10, 100, 1000)]
every_schedule = pytest.mark.parametrize("schedule", ALL, ids=lambda s: f"{s.key}-{s.T}")


@every_schedule
def test_nothing_is_left_and_the_first_step_is_kept(schedule: Schedule) -> None:
    rescaled = zero_terminal(schedule)
    assert rescaled.T == schedule.T
    assert rescaled.signal_left == 0 and rescaled.betas[-1] == 1
    assert rescaled.alpha_bars[0] == schedule.alpha_bars[0]
    assert (rescaled.betas > 0).all() and (rescaled.betas[:-1] < 1).all()
    assert (rescaled.alpha_bars.diff() < 0).all()
    assert rescaled.log_snr[-1] == -torch.inf and rescaled.log_snr[:-1].isfinite().all()
    assert rescaled.posterior_variance.isfinite().all()


@every_schedule
def test_it_is_algorithm_1(schedule: Schedule) -> None:
    """sqrt(alpha_bar) is a straight line in what it was: through (s_1, s_1) and (s_T, 0)."""
    before, after = schedule.alpha_bars.sqrt(), zero_terminal(schedule).alpha_bars.sqrt()
    slope = before[0] / (before[0] - before[-1])
    torch.testing.assert_close(after, (before - before[-1]) * slope, rtol=1e-9, atol=1e-12)


def test_what_is_rescaled_already_stays() -> None:
    once = zero_terminal(Linear(T=50))
    torch.testing.assert_close(zero_terminal(once).betas, once.betas)


def test_it_compares_by_value() -> None:
    assert zero_terminal(Linear(T=50)) == ZeroTerminal(50, Linear(T=50))
    assert zero_terminal(Linear(T=50)) != zero_terminal(Linear(T=50, beta_max=0.03))


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: ZeroTerminal(10, Linear(T=20)), "not that of the base"),
        (lambda: zero_terminal(Linear(T=1)), "one step"),
    ],
)
def test_what_cannot_be_rescaled_gets_a_sentence(make, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        make()


def test_the_last_step_of_the_chain_forgets_everything() -> None:
    """With beta_T = 1 the same noise ends in the same place, wherever the points came from."""
    schedule = zero_terminal(Linear(T=20))
    ends = []
    for start in (torch.zeros(64, 2), torch.full((64, 2), 5.0)):
        *_, last = markov_path(schedule, start, Generator().manual_seed(0))
        ends.append(last.x)
    assert torch.equal(*ends)


RING = DATASETS["eight_gaussians"].mixture()
DENOISERS: dict[str, Denoiser] = {
    "learned": load("swiss_roll"),
    "exact mixture": exact(RING),
    "exact empirical": exact(DATASETS["swiss_roll"].sample(50, Generator())),
    "oracle": Oracle(torch.ones(32, 2)),
}


@pytest.mark.parametrize("name", DENOISERS)
@pytest.mark.parametrize("sampler", [cls(steps=30) for cls in SAMPLERS.values()])
def test_every_sampler_starts_from_pure_noise(name: str, sampler: Sampler) -> None:
    x_T = torch.randn(32, 2, generator=Generator().manual_seed(1))
    states = list(sample(DENOISERS[name], zero_terminal(Linear(T=30)), x_T, sampler, Generator()))
    assert all(state.x.isfinite().all() for state in states)


@pytest.mark.parametrize("name", DENOISERS)
def test_pure_noise_says_nothing_of_the_data(name: str) -> None:
    """At alpha_bar = 0 an exact denoiser answers with the mean; the network comes near it."""
    x: Tensor = torch.randn(32, 2, generator=Generator().manual_seed(1))
    answer = DENOISERS[name](x, 0.0)
    spread = float((answer - answer.mean(0)).norm(dim=-1).mean())
    assert spread < (0.1 if name == "learned" else 1e-5)


@pytest.mark.parametrize("sampler", [DDPM(steps=100), DDIM(steps=100)], ids=lambda s: s.key)
def test_rescaling_mends_the_moments_of_the_samples(sampler: Sampler) -> None:
    """Off-centre data, a chain that stops early: N(0, I) has the wrong mean, which stays wrong."""
    mixture = DATASETS["gaussian"].mixture()
    assert mixture is not None
    x_T = torch.randn(4000, 1, generator=Generator().manual_seed(2))
    missed = []
    for schedule in (Linear(T=100), zero_terminal(Linear(T=100))):
        *_, last = sample(exact(mixture), schedule, x_T, sampler, Generator().manual_seed(3))
        missed.append(abs(float(last.x.mean()) - float(mixture.mean)))
    assert missed[1] < 0.02 < 0.05 < missed[0]
