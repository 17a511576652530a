"""The models of the polymer laboratory: what is built, trained, stored and drawn."""

import copy
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Generator

from engine.evaluation.likelihood import velocity, velocity_and_divergence
from engine.networks import parameter_count
from engine.polymer import GUIDES, MODELS, POLYMER, Options, draw, fit, load, shipped, trajectory
from engine.polymer.data import size, to_points
from engine.polymer.denoisers import SizeLikelihood
from engine.polymer.models import LECTURE, STEEP, weights_path
from engine.polymer.networks import SizeNet
from engine.polymer.training import SHIPPED
from engine.samplers import DDIM
from engine.train.__main__ import main

TINY = Options(epochs=1, width=16, depth=2, batch_size=1024)
SHIPS = [key for key in MODELS if weights_path(key).is_file()]


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def points(n: int = 16) -> torch.Tensor:
    return POLYMER.sample(n, generator(7))


def test_the_lectures_network_has_160_536_parameters() -> None:
    assert parameter_count(MODELS["lecture"].build(256, 3, generator())) == 160_536


def test_all_rivals_have_the_same_budget() -> None:
    counts = [
        parameter_count(MODELS[key].build(SHIPPED[key].width, SHIPPED[key].depth, generator()))
        for key in ("lecture", "steep", "ddpm", "told", "vae")
    ]
    assert max(counts) / min(counts) < 1.01
    assert all(SHIPPED[key].epochs == 200 for key in MODELS if key != "told")


def test_one_schedule_stops_before_noise_and_one_does_not() -> None:
    assert LECTURE.signal_left == pytest.approx(0.13, abs=0.005)
    assert STEEP.signal_left < 1e-4


@pytest.mark.parametrize("key", MODELS)
def test_the_same_seed_trains_the_same_network(key: str) -> None:
    made = [[*fit(key, TINY, generator(3))] for _ in range(2)]
    assert len(made[0]) == TINY.steps == 8
    assert [p.loss for p in made[0]] == [p.loss for p in made[1]]
    first, second = (run[-1].model.net.state_dict() for run in made)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_training_lowers_the_loss() -> None:
    options = replace(TINY, epochs=12, width=64, ema=0.9)
    losses = [progress.loss for progress in fit("vae", options, generator())]
    assert sum(losses[-10:]) < sum(losses[:10]) - 2


def test_a_command_writes_what_loads(tmp_path: Path) -> None:
    path = tmp_path / "polymer.safetensors"
    small = ["--epochs", "1", "--width", "16", "--depth", "2", "--batch-size", "1024"]
    main(["chains", "told", *small, "--seed", "4", "--out", str(path)])
    model = load(path)
    assert model.recipe is MODELS["told"] and model.card["training_data"]["seed"] == 4
    assert model.card["parameters"] == model.parameters
    *_, last = fit("told", TINY, generator(4))
    x_t, level = points(), torch.tensor(0.5)
    torch.testing.assert_close(model.net(x_t, level), last.model.net(x_t, level))


def test_a_conditional_network_depends_on_its_condition() -> None:
    *_, last = fit("told", replace(TINY, epochs=3), generator())
    x_t, net = points(), last.model.net
    target = torch.full((len(x_t),), 2.0)
    without = net(x_t, torch.tensor(0.5))
    assert torch.equal(without, net(x_t, torch.tensor(0.5), target * math.nan))
    assert not torch.allclose(without, net(x_t, torch.tensor(0.5), target))


def test_a_pair_network_knows_the_noise_of_the_centre() -> None:
    """Chains are centred, so the mean of eps is the mean of x_t over sqrt(1 - alpha_bar)."""
    net = MODELS["ddpm"].build(16, 2, generator())
    with torch.no_grad():
        net.net.layers[-1].weight.normal_(generator=generator(1))
        x_t, level = points() + 0.4, torch.tensor([0.3])
        eps = net(x_t, level).unflatten(-1, (12, 2)).mean(dim=1)
    centre = x_t.unflatten(-1, (12, 2)).mean(dim=1) / math.sqrt(0.7)
    torch.testing.assert_close(eps, centre, rtol=1e-4, atol=1e-4)


def test_pushes_along_the_lines_between_beads_keep_the_centre() -> None:
    """Newton's third law: with no free part, what pairs do to each other sums to nothing."""
    net = MODELS["ddpm"].build(16, 2, generator())
    with torch.no_grad():
        net.net.layers[-1].weight[24:].normal_(generator=generator(1))
        x = points().unflatten(-1, (12, 2))
        x = x - x.mean(dim=1, keepdim=True)  # stored to a thousandth, the data are nearly centred
        eps = net(x.flatten(1), torch.tensor([0.5])).unflatten(-1, (12, 2))
    assert eps.abs().max() > 1e-2
    torch.testing.assert_close(eps.sum(dim=1), torch.zeros(len(x), 2), atol=1e-4, rtol=0)
    torque = (x[..., 0] * eps[..., 1] - x[..., 1] * eps[..., 0]).sum(dim=1)
    torch.testing.assert_close(torque, torch.zeros(len(x)), atol=1e-3, rtol=0)


def test_the_likelihood_of_a_size_is_largest_where_the_network_expects_it() -> None:
    net = MODELS["size"].build(16, 2, generator())
    x_t = points()
    mean, _ = net(x_t, torch.tensor(0.5))
    at = SizeLikelihood(net, float(mean[0].detach()))(x_t[:1], 0.5)
    for off in (-0.2, 0.2):
        assert at > SizeLikelihood(net, float(mean[0].detach()) + off)(x_t[:1], 0.5)


def test_sizes_are_those_of_the_chains() -> None:
    x = points()
    centred = POLYMER.to_chain(x)
    expected = (centred - centred.mean(1, keepdim=True)).square().sum(-1).mean(-1).sqrt()
    torch.testing.assert_close(size(x), expected)


def test_a_model_is_not_taken_for_another_kind() -> None:
    with pytest.raises(TypeError, match="VAE is not a diffusion model"):
        shipped("vae").denoiser()
    with pytest.raises(TypeError, match="not a SizeNet"):
        shipped("vae").network(SizeNet)


@pytest.mark.parametrize("target", [None, 1.5])
def test_likelihoods_see_the_gradient_through_a_network(target: float | None) -> None:
    """The divergence of the flow is that of finite differences."""
    model = copy.deepcopy(shipped("told"))
    model.net.double()
    denoiser, phi = model.denoiser(target), 0.9
    x = points(3).double()
    _, found = velocity_and_divergence(denoiser, x, phi)
    h, expected = 1e-5, torch.zeros(3, dtype=torch.float64)
    for d in range(x.shape[1]):
        step = torch.zeros(x.shape[1], dtype=torch.float64)
        step[d] = h
        ahead, behind = (velocity(denoiser, x + sign * step, phi) for sign in (1, -1))
        expected += (ahead - behind)[:, d] / (2 * h)
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


# ---------------------------------------------------------------------------------------------
# What ships


def test_every_model_ships_with_the_options_of_its_command() -> None:
    assert [*MODELS] == SHIPS
    for key in SHIPS:
        card = shipped(key).card
        assert Options(**card["hyperparameters"]) == SHIPPED[key], key
        assert card["command"] == f"python -m engine.train chains {key}"
        assert card["parameters"] == shipped(key).parameters


@pytest.mark.parametrize("key", ["lecture", "steep", "ddpm", "told", "vae", "latent"])
def test_shipped_models_draw_chains_about_as_large_as_the_data(key: str) -> None:
    chains = draw(shipped(key), 200, generator(), DDIM(steps=20))
    assert chains.shape == (200, 12, 2) and chains.isfinite().all()
    mean = float(size(to_points(chains)).mean())
    assert mean == pytest.approx(1.815, rel=0.25)


def test_a_vae_decodes_at_once_and_diffusion_takes_its_steps() -> None:
    x_T = torch.randn(4, 24, generator=generator())
    walk = [*trajectory(shipped("ddpm"), x_T, DDIM(steps=7), generator())]
    assert len(walk) == 8 and walk[-1].t == 0
    assert len([*trajectory(shipped("vae"), x_T[:, :2], DDIM(steps=7), generator())]) == 1


@pytest.mark.parametrize("way", GUIDES)
def test_a_guided_denoiser_of_scale_0_is_the_unconditional_one(way: str) -> None:
    x_t = points()
    plain = shipped("told").denoiser()
    guided = GUIDES[way].denoiser(1.5, 0.0)
    torch.testing.assert_close(guided(x_t, 0.4), plain(x_t, 0.4))
