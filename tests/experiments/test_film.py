"""What the pages about points are made of: films, moments, fields, races. No page is opened."""

import math

import numpy as np
import pytest
import torch
from torch import Generator

from engine.data import DATASETS
from engine.denoisers.exact import CLOSED, INTEGRAL, POINTS
from engine.experiments.film import Film, Process, exact_denoiser, film, frame_times
from engine.experiments.networks import Network
from engine.experiments.one_dimension import BINS, EDGES, Picture, picture
from engine.experiments.points import Scores, quality, score_field
from engine.experiments.schedule_race import Lane, Moving, Race, Way, noised
from engine.noise import SCHEDULES, Cosine, Linear, Schedule
from engine.process import Trajectory
from engine.progress import finish
from engine.samplers import DDIM, DDPM
from engine.streams import stream
from pages.ui.wording import number, reading


def made(settings: Process) -> Film:
    """The film of a process."""
    return finish(film(settings))


def pictured(settings: Process) -> Picture:
    """The same in one dimension, with what is known exactly."""
    return finish(picture(settings))


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
    found = made(process())
    x_0 = DATASETS["two_gaussians"].sample(400, stream(0, "data"))
    assert torch.equal(found.forward[0], x_0)
    assert found.forward.shape == found.reverse.shape == found.guess.shape == (101, 400, 1)


def test_the_same_seed_gives_the_same_film_and_another_does_not() -> None:
    first, second, other = (made(process(seed=seed)) for seed in (3, 3, 4))
    assert torch.equal(first.reverse, second.reverse)
    assert not torch.equal(first.reverse, other.reverse)


def test_with_the_same_noise_the_reverse_process_starts_where_the_forward_one_ended() -> None:
    found = made(process(same=True))
    assert torch.equal(found.reverse[0], found.forward[-1])
    assert not torch.equal(made(process()).reverse[0], found.forward[-1])


def test_the_oracle_with_the_same_noise_leads_back_to_the_start() -> None:
    found = made(process(same=True, denoiser="oracle"))
    assert torch.allclose(found.reverse[-1], found.forward[0], atol=1e-5)


def test_few_steps_are_drawn_as_straight_lines_between_the_states_visited() -> None:
    found = made(process(sampler=DDIM(steps=4)))
    middle = 0.5 * (found.reverse[0] + found.reverse[24])
    assert torch.allclose(found.reverse[12], middle, atol=1e-5)


def test_a_network_that_is_missing_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="train one"):
        made(process(denoiser="learned"))


@pytest.mark.parametrize("dataset", ["point", "gaussian", "uneven_gaussians"])
@pytest.mark.parametrize("path", ["markov", "marginal"])
def test_moments_of_the_forward_paths_agree_with_the_closed_form(dataset: str, path: str) -> None:
    found = pictured(process(dataset=dataset, path=path, n=1000, schedule=Linear(T=100)))
    mean, variance = found.exact.mean, found.exact.variance
    assert np.all(np.abs(found.forward.mean - mean) <= 5 * found.errors.mean + 1e-6)
    assert np.all(np.abs(found.forward.variance - variance) <= 5 * found.errors.variance + 1e-6)


def test_density_and_histograms_are_normalised() -> None:
    found = pictured(process())
    width = float(EDGES[1] - EDGES[0])
    assert np.allclose(found.density.sum(axis=1) * width, 1, atol=2e-3)
    inside = (found.film.forward.abs() < float(BINS[-1])).float().mean(dim=(1, 2)).numpy()
    bars = found.forward_bars.sum(axis=1) * float(BINS[1] - BINS[0])
    assert np.allclose(bars, inside, atol=1e-6)


def test_starting_from_noise_too_early_gives_the_wrong_mean() -> None:
    """Linear, T = 50: alpha_bar_T = 0.60. From N(0, 1) the rare peak is drawn too often."""
    given = dict(dataset="uneven_gaussians", schedule=Linear(T=50), n=4000)
    wrong, right = (pictured(process(**given, same=same)) for same in (False, True))
    truth, error = wrong.exact.mean[0], wrong.errors.mean[0]
    assert abs(wrong.reverse.mean[-1] - truth) > 8 * error
    assert abs(right.reverse.mean[-1] - truth) < 4 * error


@pytest.mark.parametrize("dataset", ["two_gaussians", "three_gaussians"])
def test_from_the_forward_ends_the_reverse_process_finds_mean_and_variance(dataset: str) -> None:
    """Also fails if the way back draws the forward process's noise again: it is part of x_T."""
    found = pictured(process(dataset=dataset, schedule=Linear(T=200), n=4000, same=True))
    truth, errors = found.exact, found.errors
    assert abs(found.reverse.mean[-1] - truth.mean[0]) < 4 * errors.mean[0]
    assert abs(found.reverse.variance[-1] - truth.variance[0]) < 4 * errors.variance[0] + 0.01


def test_the_field_drawn_is_the_exact_score_times_the_noise_variance() -> None:
    schedule = Cosine(T=50)
    mixture = DATASETS["eight_gaussians"].mixture()
    field = finish(score_field(Scores("eight_gaussians", schedule, window=2.0, cells=5)))
    assert field.places.shape == (25, 2) and field.steps.shape == (51, 25, 2)
    assert field.kind == CLOSED
    alpha_bar = float(schedule.alpha_bar(30))
    places = torch.from_numpy(field.places).double()
    wanted = (1 - alpha_bar) * mixture.diffused(alpha_bar).score(places)
    assert np.allclose(field.steps[20], wanted, atol=1e-4)
    assert np.array_equal(field.steps[-1], field.steps[-2]), "at t = 0 that of the first step"
    assert np.abs(field.steps[-1]).max() > 0


def test_samples_that_are_data_are_as_near_as_data() -> None:
    data = DATASETS["swiss_roll"].sample(600, Generator().manual_seed(5))
    far = torch.randn(600, 2, generator=Generator().manual_seed(5))
    near, away = (
        finish(quality("swiss_roll", Film(name, torch.zeros(1), x[None], x[None], x[None]))).ratio
        for name, x in (("near", data), ("far", far))
    )
    assert 0.3 < near.mean < 3 < away.mean


def test_exact_means_the_data_where_its_density_is_known() -> None:
    """Samples of the exact denoiser of the Swiss roll are new points of the roll, not stored ones.

    One meaning on all pages: the integral along the curve, as where truth and network are compared.
    """
    kinds = {key: exact_denoiser(key).kind for key in ("eight_gaussians", "swiss_roll")}
    assert kinds == {"eight_gaussians": CLOSED, "swiss_roll": INTEGRAL}
    data = DATASETS["swiss_roll"]
    settings = Process("swiss_roll", Cosine(T=200), DDIM(), denoiser="exact", n=400)
    samples = made(settings).reverse[-1]

    def to_the_nearest(x: torch.Tensor, points: torch.Tensor) -> float:
        return float(torch.cdist(x, points).min(dim=1).values.mean())

    stored = data.sample(1000, Generator().manual_seed(0))
    fresh = data.sample(400, Generator().manual_seed(1))
    assert to_the_nearest(samples, stored) > 0.7 * to_the_nearest(fresh, stored)
    assert finish(quality("swiss_roll", made(settings))).ratio.mean < 3


def test_arrows_called_exact_are_the_denoiser_called_exact() -> None:
    field = finish(score_field(Scores("swiss_roll", Cosine(T=20), window=2.0, cells=3)))
    alpha_bar = float(Cosine(T=20).alpha_bar(20 - 7))
    places = torch.from_numpy(field.places)
    step = alpha_bar**0.5 * exact_denoiser("swiss_roll")(places, alpha_bar) - places
    assert field.kind == INTEGRAL
    assert np.allclose(field.steps[7], step, atol=1e-4)


def test_without_a_formula_the_exact_denoiser_is_that_of_stored_points() -> None:
    denoiser = exact_denoiser("checkerboard")
    assert denoiser.kind == POINTS
    stored = DATASETS["checkerboard"].sample(1000, Generator().manual_seed(0))
    guess = denoiser(stored[:5], 0.9999)
    assert torch.allclose(guess, stored[:5], atol=0.05)


def test_films_of_equal_settings_are_equal_and_others_are_not() -> None:
    """So that what is computed from a film is known by the settings of the film."""
    first, second, other = (made(process(n=20, seed=seed)) for seed in (3, 3, 4))
    assert first == second and hash(first) == hash(second) and first != other


def raced(path: str, *schedules: Schedule) -> Moving:
    """The forward race of these schedules."""
    lanes = tuple(Lane(f"{k}", f"{k}", schedule) for k, schedule in enumerate(schedules))
    way = Way("swiss_roll", "ddpm", network=Network("swiss_roll"))
    return finish(noised(Race(lanes, way, path, 50)))


@pytest.mark.parametrize("path", ["fixed", "markov"])
def test_all_schedules_of_a_race_start_from_the_same_points(path: str) -> None:
    race = raced(path, *(cls(T=40) for cls in SCHEDULES.values()))
    assert all(torch.equal(x[0], race.x[0][0]) and len(x) == 41 for x in race.x)


def test_a_race_with_fixed_noise_ends_at_the_marginal_of_each_schedule() -> None:
    race = raced("fixed", Linear(T=40), Cosine(T=40))
    eps = race.x[1][-1]  # cosine ends in the noise itself, up to the signal left
    left = Linear(T=40).signal_left
    wanted = math.sqrt(left) * race.x[0][0] + math.sqrt(1 - left) * eps
    assert torch.allclose(race.x[0][-1], wanted, atol=5e-3)


def test_the_reading_tells_the_truth() -> None:
    assert reading(Cosine(T=100))[0]
    reached, sentence = reading(Linear(T=100))
    assert not reached and "36%" in sentence and "0.60" in sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.364, "0.36"), (0.0241, "0.024"), (2.4e-7, "2.4\u00a0×\u00a010⁻⁷"), (0.0, "0.000")],
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
