"""What the pages about points are made of: films, moments, fields, races. No page is opened."""

import math

import numpy as np
import pytest
import torch
from torch import Generator

from engine.data import DATASETS
from engine.denoise import ExactMixture
from engine.noise import SCHEDULES, Cosine, Linear
from engine.sample import DDIM, DDPM
from engine.trajectory import Trajectory
from pages.ui.line import BINS, EDGES, picture
from pages.ui.points import (
    Film,
    Process,
    exact_denoiser,
    film,
    frame_times,
    number,
    quality,
    reading,
    score_field,
)
from pages.ui.race import noised


def silent(done: float, total: float, partial: object = None, message: str = "") -> None:
    """A report that nobody reads."""
    assert done <= total


def process(**changes: object) -> Process:
    """The default film of the page on one dimension."""
    given = dict(
        dataset="two_gaussians", schedule=Cosine(T=100), sampler=DDPM(), denoiser="exact", n=400
    )
    return Process(**{**given, **changes})


@pytest.mark.parametrize("T", [10, 100, 990])
def test_frames_are_whole_steps_from_data_to_noise(T: int) -> None:
    times = frame_times(T)
    assert times[0] == 0 and times[-1] == T and len(times) == min(T, 100) + 1
    assert bool((times.diff() > 0).all())


def test_a_film_begins_in_data_and_ends_in_samples() -> None:
    made = film(silent, process())
    x_0 = DATASETS["two_gaussians"].sample(400, Generator().manual_seed(0))
    assert torch.equal(made.forward[0], x_0)
    assert made.forward.shape == made.reverse.shape == made.guess.shape == (101, 400, 1)


def test_the_same_seed_gives_the_same_film_and_another_does_not() -> None:
    first, second, other = (film(silent, process(seed=seed)) for seed in (3, 3, 4))
    assert torch.equal(first.reverse, second.reverse)
    assert not torch.equal(first.reverse, other.reverse)


def test_with_the_same_noise_the_reverse_process_starts_where_the_forward_one_ended() -> None:
    made = film(silent, process(same=True))
    assert torch.equal(made.reverse[0], made.forward[-1])
    assert not torch.equal(film(silent, process()).reverse[0], made.forward[-1])


def test_the_oracle_with_the_same_noise_leads_back_to_the_start() -> None:
    made = film(silent, process(same=True, denoiser="oracle"))
    assert torch.allclose(made.reverse[-1], made.forward[0], atol=1e-5)


def test_few_steps_are_drawn_as_straight_lines_between_the_states_visited() -> None:
    made = film(silent, process(sampler=DDIM(steps=4)))
    middle = 0.5 * (made.reverse[0] + made.reverse[24])
    assert torch.allclose(made.reverse[12], middle, atol=1e-5)


def test_a_network_that_is_missing_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="train one"):
        film(silent, process(denoiser="learned"))


@pytest.mark.parametrize("dataset", ["point", "gaussian", "uneven_gaussians"])
@pytest.mark.parametrize("path", ["markov", "marginal"])
def test_moments_of_the_forward_paths_agree_with_the_closed_form(dataset: str, path: str) -> None:
    made = picture(silent, process(dataset=dataset, path=path, n=1000, schedule=Linear(T=100)))
    assert np.all(np.abs(made.forward[0] - made.mean) <= 5 * made.mean_error + 1e-6)
    assert np.all(np.abs(made.forward[1] - made.variance) <= 5 * made.variance_error + 1e-6)


def test_density_and_histograms_are_normalised() -> None:
    made = picture(silent, process())
    width = float(EDGES[1] - EDGES[0])
    assert np.allclose(made.density.sum(axis=1) * width, 1, atol=2e-3)
    inside = (made.film.forward.abs() < float(BINS[-1])).float().mean(dim=(1, 2)).numpy()
    bars = made.forward_bars.sum(axis=1) * float(BINS[1] - BINS[0])
    assert np.allclose(bars, inside, atol=1e-6)


def test_starting_from_noise_too_early_gives_the_wrong_mean() -> None:
    """Linear, T = 50: alpha_bar_T = 0.60. From N(0, 1) the rare peak is drawn too often."""
    given = dict(dataset="uneven_gaussians", schedule=Linear(T=50), n=4000)
    wrong, right = (picture(silent, process(**given, same=same)) for same in (False, True))
    assert abs(wrong.reverse[0, -1] - wrong.mean[0]) > 8 * wrong.mean_error[0]
    assert abs(right.reverse[0, -1] - right.mean[0]) < 4 * right.mean_error[0]


@pytest.mark.parametrize("dataset", ["two_gaussians", "three_gaussians"])
def test_from_the_forward_ends_the_reverse_process_finds_mean_and_variance(dataset: str) -> None:
    """Also fails if the way back draws the forward process's noise again: it is part of x_T."""
    made = picture(silent, process(dataset=dataset, schedule=Linear(T=200), n=4000, same=True))
    assert abs(made.reverse[0, -1] - made.mean[0]) < 4 * made.mean_error[0]
    assert abs(made.reverse[1, -1] - made.variance[0]) < 4 * made.variance_error[0] + 0.01


def test_the_field_drawn_is_the_exact_score_times_the_noise_variance() -> None:
    schedule = Cosine(T=50)
    mixture = DATASETS["eight_gaussians"].mixture()
    grid, field = score_field(silent, ExactMixture(mixture), schedule, 2.0, cells=5)
    assert grid.shape == (25, 2) and field.shape == (51, 25, 2)
    alpha_bar = float(schedule.alpha_bar(30))
    wanted = (1 - alpha_bar) * mixture.diffused(alpha_bar).score(torch.from_numpy(grid).double())
    assert np.allclose(field[20], wanted, atol=1e-4)
    assert np.all(field[-1] == 0)


def test_samples_that_are_data_are_as_near_as_data() -> None:
    data = DATASETS["swiss_roll"].sample(600, Generator().manual_seed(5))
    far = torch.randn(600, 2, generator=Generator().manual_seed(5))
    near, away = (
        quality(silent, "swiss_roll", Film(torch.zeros(1), x[None], x[None], x[None]))
        for x in (data, far)
    )
    assert 0.3 < near.mean < 3 < away.mean


def test_without_a_closed_form_the_exact_denoiser_only_memorises() -> None:
    denoiser = exact_denoiser("swiss_roll")
    stored = DATASETS["swiss_roll"].sample(1000, Generator().manual_seed(0))
    guess = denoiser(stored[:5], 0.9999)
    assert torch.allclose(guess, stored[:5], atol=0.05)


@pytest.mark.parametrize("mode", ["fixed", "markov"])
def test_all_schedules_of_a_race_start_from_the_same_points(mode: str) -> None:
    chosen = tuple(cls(T=40) for cls in SCHEDULES.values())
    race = noised(silent, "swiss_roll", chosen, mode, 50, 0)
    assert all(torch.equal(x[0], race.x[0][0]) and len(x) == 41 for x in race.x)


def test_a_race_with_fixed_noise_ends_at_the_marginal_of_each_schedule() -> None:
    chosen = (Linear(T=40), Cosine(T=40))
    race = noised(silent, "swiss_roll", chosen, "fixed", 50, 0)
    eps = race.x[1][-1]  # cosine ends in the noise itself, up to the signal left
    left = chosen[0].signal_left
    wanted = math.sqrt(left) * race.x[0][0] + math.sqrt(1 - left) * eps
    assert torch.allclose(race.x[0][-1], wanted, atol=5e-3)


def test_the_reading_tells_the_truth() -> None:
    assert reading(Cosine(T=100))[0]
    reached, sentence = reading(Linear(T=100))
    assert not reached and "36%" in sentence and "0.60" in sentence


@pytest.mark.parametrize(
    "value, text", [(0.364, "0.36"), (0.0241, "0.024"), (2.4e-7, "2.4e-7"), (0.0, "0.000")]
)
def test_numbers_as_a_person_reads_them(value: float, text: str) -> None:
    assert number(value) == text


def test_a_trajectory_is_looked_up_between_its_states() -> None:
    record = Trajectory(torch.tensor([10.0, 5, 0]), torch.tensor([[0.0], [1], [3]]))
    assert record.at(torch.tensor([10, 7.5, 5, 2.5, 0])).x.flatten().tolist() == [0, 0.5, 1, 2, 3]
    assert record.at(torch.tensor([0.0, 10])).x.flatten().tolist() == [3, 0]
    with pytest.raises(ValueError, match="between"):
        record.at(torch.tensor([11.0]))


def test_the_mean_density_in_intervals_is_exact_for_a_point_mass_too() -> None:
    edges = torch.linspace(-4, 4, 33)
    point = DATASETS["point"].mixture().interval_density(edges)
    assert float(point.sum()) * 0.25 == pytest.approx(1)
    assert int((point > 0).sum()) <= 2
    noisy = DATASETS["three_gaussians"].mixture().diffused(0.5)
    fine = torch.linspace(0.9, 1.1, 2001, dtype=torch.float64)[:, None]
    mean = float(noisy.log_prob(fine).exp().mean())
    assert float(noisy.interval_density(torch.tensor([0.9, 1.1]))) == pytest.approx(mean, rel=1e-3)


def test_the_error_of_a_sample_variance_is_the_one_observed() -> None:
    mixture = DATASETS["uneven_gaussians"].mixture()
    draws = mixture.sample(400 * 50, Generator().manual_seed(0)).reshape(400, 50)
    observed = float(draws.var(dim=1).std())
    assert float(mixture.variance_error(50)) == pytest.approx(observed, rel=0.15)
