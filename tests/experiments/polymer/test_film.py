"""Chains noised and denoised: what the page shows, and the schedules beside each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.evaluation.chains import end_to_end, radius_of_gyration
from engine.experiments.film import Process, chain_film
from engine.experiments.networks import Network
from engine.experiments.polymer.film import (
    BINS,
    MOST,
    PolymerFilm,
    assess_film,
    polymer_film,
    schedule_trials,
    without_schedule,
)
from engine.noise import Cosine, Linear
from engine.polymer import CHAINS, assess, held_out
from engine.progress import finish
from engine.samplers import DDIM, DDPM

NETWORK = Network("polymer")
SMALL = Process("polymer", Cosine(T=20), DDIM(steps=5), network=NETWORK, n=100, seed=3)


@pytest.fixture(scope="module")
def film() -> PolymerFilm:
    return finish(polymer_film(SMALL))


def test_the_film_is_that_of_the_process_in_sigma(film: PolymerFilm) -> None:
    whole = finish(chain_film(SMALL))
    assert torch.equal(film.reverse, whole.reverse[:, :MOST])
    assert torch.equal(film.forward, whole.forward[:, :MOST])
    assert torch.equal(film.samples, whole.reverse[-1]) and len(film.samples) == 100
    arrays = film.arrays()
    assert list(arrays) == ["t", "forward", "reverse", "samples"]
    assert np.array_equal(arrays["samples"], film.samples.numpy())


def test_histograms_count_all_chains(film: PolymerFilm) -> None:
    whole = finish(chain_film(SMALL))
    for found, measure in ((film.gyration, radius_of_gyration), (film.ends, end_to_end)):
        assert found.forward.shape == found.reverse.shape == (21, BINS)
        edges = found.edges.numpy()
        expected, _ = np.histogram(measure(whole.reverse[-1]).numpy(), edges, density=False)
        width = np.diff(edges)
        np.testing.assert_allclose(found.reverse[-1].numpy() * width * 100, expected, atol=1e-2)


def test_films_of_equal_settings_are_equal(film: PolymerFilm) -> None:
    """So that what is measured on one of them is found again by another session."""
    again = finish(polymer_film(SMALL))
    other = finish(polymer_film(replace(SMALL, seed=4)))
    assert again == film and hash(again) == hash(film) and other != film


def test_samples_are_assessed_against_the_data_set(film: PolymerFilm) -> None:
    assert finish(assess_film(film)) == assess(film.samples, CHAINS["polymer"])


def test_the_lessons_schedule_shortens_chains_and_the_cosine_does_not() -> None:
    process = Process("polymer", Cosine(T=20), DDPM(), network=NETWORK, seed=0)
    linear, cosine = finish(schedule_trials(process))
    assert isinstance(linear.schedule, Linear) and isinstance(cosine.schedule, Cosine)
    known = end_to_end(held_out())
    assert end_to_end(linear.samples).mean() < known.mean() - 0.3
    assert linear.distances["ends"].distance > 2 * cosine.distances["ends"].distance
    assert linear.label == "Linear, T = 200"


def test_schedules_are_compared_alike_whatever_schedule_a_page_shows() -> None:
    shown = replace(SMALL, schedule=Linear(T=50), same=True, path="marginal", n=700)
    assert (
        without_schedule(shown)
        == without_schedule(SMALL)
        != without_schedule(replace(SMALL, seed=9))
    )
