"""The benchmark of the polymer laboratory: its figures are those of the engine."""

import pytest
from torch import Generator

from engine import bench, bench_polymer
from engine.chains.draw import RECOMMENDED, draw, draw_guided
from engine.chains.measure import MEASURES, adherence, distances, held_out
from engine.chains.models import shipped
from engine.metrics import bond_lengths
from engine.sample import DDIM


def test_it_is_a_benchmark_of_the_command_line() -> None:
    assert bench.BENCHMARKS["polymer"].run is bench_polymer.run


def test_a_models_figures_are_its_distances() -> None:
    found = bench_polymer.quality("vae", 500, 3)
    samples = draw(shipped("vae"), 500, Generator().manual_seed(3))
    for name, short in bench_polymer.NAMES.items():
        expected = distances(samples)[name]
        assert found[f"{short}_w1"] == pytest.approx(expected.distance, abs=1e-5)
        assert found[f"{short}_std"] == pytest.approx(
            float(MEASURES[name](samples).std()), abs=1e-5
        )
    assert found["parameters"] == shipped("vae").parameters


def test_the_worst_radius_counts_at_the_recommended_scale() -> None:
    rows = [
        {"way": "free", "scale": RECOMMENDED["free"], "error": 0.02},
        {"way": "free", "scale": RECOMMENDED["free"], "error": 0.04},
        {"way": "free", "scale": RECOMMENDED["free"] + 1, "error": 0.9},
        {"way": "classifier", "scale": RECOMMENDED["free"], "error": 0.8},
    ]
    assert bench_polymer.worst(rows, "free") == 0.04


@pytest.mark.slow
@pytest.mark.parametrize("way", RECOMMENDED)
def test_guided_chains_are_as_asked_at_the_recommended_scale(way: str) -> None:
    """Within 5 % in the median, their bonds as long as simulated ones within their spread."""
    for asked in bench_polymer.ASKED:
        made = draw_guided(way, asked, RECOMMENDED[way], 100, Generator().manual_seed(1))
        found = adherence(made, asked)
        assert found.error < 0.05
        assert found.bond_spread < 1.15 * float(bond_lengths(held_out()).std())
        assert found.bond_mean == pytest.approx(0.968, abs=0.033)


@pytest.mark.slow
def test_diffusion_is_near_the_floor_and_the_vae_is_not() -> None:
    """The promise is twice the floor for 10,000 chains; fewer scatter more."""
    name = "Radius of gyration"
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
    assert latent["End-to-end distance"].distance < 0.7 * vae["End-to-end distance"].distance
    assert latent["Bond length"].distance > 0.8 * vae["Bond length"].distance
