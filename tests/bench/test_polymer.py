"""The benchmark of the polymer laboratory: its figures are those of the engine."""

import pytest
from torch import Generator

from engine.bench import __main__ as bench
from engine.bench import polymer
from engine.evaluation.chains import bond_lengths
from engine.polymer import (
    GUIDES,
    MEASURES,
    adherence,
    distances,
    draw,
    draw_guided,
    held_out,
    shipped,
)
from engine.samplers import DDIM


def test_it_is_a_benchmark_of_the_command_line() -> None:
    assert bench.BENCHMARKS["polymer"].run is polymer.run


def test_a_models_figures_are_its_distances() -> None:
    found = polymer.quality("vae", 500, 3)
    samples = draw(shipped("vae"), 500, Generator().manual_seed(3))
    for name, short in polymer.NAMES.items():
        expected = distances(samples)[name]
        assert found[f"{short}_w1"] == pytest.approx(expected.distance, abs=1e-5)
        assert found[f"{short}_std"] == pytest.approx(
            float(MEASURES[name].of(samples).std()), abs=1e-5
        )
    assert found["parameters"] == shipped("vae").parameters


def test_the_worst_radius_counts_at_the_recommended_scale() -> None:
    rows = [
        {"way": "free", "scale": GUIDES["free"].recommended, "error": 0.02},
        {"way": "free", "scale": GUIDES["free"].recommended, "error": 0.04},
        {"way": "free", "scale": GUIDES["free"].recommended + 1, "error": 0.9},
        {"way": "classifier", "scale": GUIDES["free"].recommended, "error": 0.8},
    ]
    assert polymer.worst(rows, "free") == 0.04


@pytest.mark.slow
@pytest.mark.parametrize("way", GUIDES)
def test_guided_chains_are_as_asked_at_the_recommended_scale(way: str) -> None:
    """Within 5 % in the median, their bonds as long as simulated ones within their spread."""
    for asked in polymer.ASKED:
        denoiser = GUIDES[way].denoiser(asked, GUIDES[way].recommended)
        made = draw_guided(denoiser, 100, Generator().manual_seed(1))
        found = adherence(made, asked)
        assert found.error < 0.05
        assert found.bond_spread < 1.15 * float(bond_lengths(held_out()).std())
        assert found.bond_mean == pytest.approx(0.968, abs=0.033)


@pytest.mark.slow
def test_diffusion_is_near_the_floor_and_the_vae_is_not() -> None:
    """The promise is twice the floor for 10,000 chains; fewer scatter more."""
    name = "gyration"
    near = distances(draw(shipped("ddpm"), 3000, Generator().manual_seed(0)))[name]
    assert near.distance < 2.5 * near.floor
    far = distances(draw(shipped("vae"), 3000, Generator().manual_seed(0)))[name]
    assert far.distance > 10 * far.floor


def test_latent_diffusion_mends_the_prior_and_not_the_decoder() -> None:
    sampler = DDIM(steps=50)
    vae, latent = (
        distances(draw(shipped(key), 2000, Generator().manual_seed(0), sampler))
        for key in ("vae", "latent")
    )
    assert latent["ends"].distance < 0.7 * vae["ends"].distance
    assert latent["bonds"].distance > 0.8 * vae["bonds"].distance
