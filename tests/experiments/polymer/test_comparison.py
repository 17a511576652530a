"""Models compared: what is shown, exported and measured is what the engine samples."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.experiments.polymer import comparison
from engine.experiments.polymer.comparison import (
    SHOWN,
    Comparison,
    Sampling,
    bounds,
    compare,
    cost_curves,
    film,
    trial,
)
from engine.experiments.polymer.sampling import start
from engine.experiments.polymer.training import PolymerModel
from engine.polymer import distances, shipped, trajectory
from engine.polymer.sampling import final_chains
from engine.progress import finish
from engine.samplers import DDIM
from engine.streams import stream

QUICK = DDIM(steps=4)


def test_the_picture_is_exported_under_its_names() -> None:
    made = finish(compare(Comparison(sampler=QUICK, seed=3)))
    arrays = made.arrays()
    assert list(arrays) == ["t", "simulation", "diffusion", "latent", "vae"]
    frames = len(made.t)
    assert made.t[0] == 200 and made.t[-1] == 0
    assert arrays["diffusion"].shape == arrays["latent"].shape == (frames, SHOWN, 12, 2)
    assert arrays["vae"].shape == arrays["simulation"].shape == (SHOWN, 12, 2)
    again = finish(compare(Comparison(sampler=QUICK, seed=3))).arrays()
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)
    other = finish(compare(Comparison(sampler=QUICK, seed=4))).arrays()
    assert not any(np.array_equal(arrays[name], other[name]) for name in arrays if name != "t")


@pytest.mark.parametrize("key", ["ddpm", "latent", "vae"])
def test_numbers_are_those_of_chains_from_the_same_noise(key: str) -> None:
    settings = Sampling(PolymerModel(key), QUICK, 5)
    found = finish(trial(settings, 50))
    model = shipped(key)
    x_T = start(50, model.recipe.noise_dim, 5)
    expected = final_chains(trajectory(model, x_T, QUICK, stream(5, "reverse")))
    assert torch.equal(found.samples, expected)
    assert found.distances == distances(expected) and found.seconds > 0
    assert (found.label, found.parameters) == (model.recipe.label, model.parameters)


def test_a_film_ends_where_its_chains_do() -> None:
    settings = Sampling(PolymerModel("latent"), QUICK, 5)
    assert torch.equal(finish(film(settings, 20)).x[-1], finish(trial(settings, 20)).samples)


def test_more_steps_take_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "CURVE", (2, 40))
    curves = finish(cost_curves(PolymerModel("steep"), 0))
    assert [curve.sampler for curve in curves] == ["DDIM", "DDPM"]
    for curve in curves:
        few, many = curve.points
        assert (few.steps, many.steps) == (2, 40)
        assert few.seconds < many.seconds and few.distance > many.distance


def test_only_the_schedule_that_stops_before_noise_pays_for_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparison, "BOUND", 20)
    lecture, steep = finish(bounds((PolymerModel("lecture"), PolymerModel("steep")), 0))
    assert lecture.bound.end > 100 * steep.bound.end
    assert lecture.label == shipped("lecture").recipe.label
