"""The reverse process: closed forms, conservation and reproducibility."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from engine.chem.structure import max_angle_change, max_bond_change, stereo_errors
from engine.networks import checkpoint
from engine.torsional import (
    MODELS,
    SampleOptions,
    TorsionalModel,
    TorsionNet,
    TorsionNetOptions,
    load,
    repeat,
    sample,
)
from engine.torsional.geometry import dihedrals
from engine.torsional.guidance import repulsion
from engine.torsional.process import (
    SIGMA_MAX,
    SIGMA_MIN,
    perturb,
    random_sigmas,
    reverse_step,
    score_loss,
    sigma_schedule,
    tempered,
)
from engine.torsional.torus import mean_square_score, sample_uniform, wrap, wrapped_normal_score
from tests.molecules import DRUG, IBUPROFEN, chem, record, seeds


def test_schedule_runs_from_pi_to_zero():
    sigmas = sigma_schedule(20)
    assert len(sigmas) == 21 and float(sigmas[0]) == pytest.approx(SIGMA_MAX)
    assert float(sigmas[-2]) == pytest.approx(SIGMA_MIN) and float(sigmas[-1]) == 0.0
    assert (sigmas[1:] < sigmas[:-1]).all()
    with pytest.raises(ValueError, match="at least 1"):
        sigma_schedule(0)


def test_random_sigmas_are_log_uniform():
    sigmas = random_sigmas(20_000, torch.Generator().manual_seed(0))
    position = torch.log(sigmas / SIGMA_MIN) / math.log(SIGMA_MAX / SIGMA_MIN)
    assert float(position.min()) >= 0 and float(position.max()) <= 1
    assert float(position.mean()) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_reverse_process_with_the_exact_score_finds_a_wrapped_normal(eta):
    """Data: a wrapped normal of width 0.3 around 1; its noised score is known exactly."""
    generator = torch.Generator().manual_seed(0)
    width, centre = 0.3, 1.0
    delta = sample_uniform((20_000, 1), generator)
    sigmas = sigma_schedule(60).tolist()
    for sigma, after in pairwise(sigmas):
        spread = torch.tensor(math.hypot(width, sigma))
        score = wrapped_normal_score(delta - centre, spread)
        noise = torch.randn(delta.shape, generator=generator)
        delta = reverse_step(delta, score, sigma, after, eta, noise)
    off = wrap(delta - centre)
    assert float(off.mean()) == pytest.approx(0.0, abs=0.02)
    assert float(off.std()) == pytest.approx(width, rel=0.05)


def test_a_tempered_score_samples_a_narrower_mode():
    """A mode of width w at temperature 1/4 has width w / 2, exactly, away from the circle."""
    generator = torch.Generator().manual_seed(0)
    width, temperature = 0.3, 0.25
    delta = sample_uniform((20_000, 1), generator)
    for sigma, after in pairwise(sigma_schedule(60).tolist()):
        score = wrapped_normal_score(delta, torch.tensor(math.hypot(width, sigma)))
        score = tempered(score, sigma, temperature, width)
        noise = torch.randn(delta.shape, generator=generator)
        delta = reverse_step(delta, score, sigma, after, 1.0, noise)
    assert float(wrap(delta).std()) == pytest.approx(width / 2, rel=0.08)


def test_particle_guidance_is_the_gradient_of_its_potential():
    generator = torch.Generator().manual_seed(0)
    tau = sample_uniform((6, 4), generator, torch.float64).requires_grad_()
    distance = 2 * (1 - (tau[:, None] - tau[None]).cos()).mean(-1)
    h = distance.detach().median() / math.log(7)
    potential = -torch.exp(-distance / h).triu(1).sum()
    (gradient,) = torch.autograd.grad(potential, tau)
    found = repulsion(tau.detach())
    assert torch.allclose(found, gradient, atol=1e-10)
    assert torch.allclose(found.sum(0), torch.zeros(4, dtype=torch.float64), atol=1e-10)
    assert float(repulsion(torch.ones(1, 3)).abs().max()) == 0, "alone, nothing to avoid"


def test_particle_guidance_spreads_conformers():
    """With no model at all, guided particles on the circle end farther apart than they began."""
    tau = torch.tensor([[0.0], [0.2], [0.4], [3.0]])
    for _ in range(200):
        tau = wrap(tau + 0.02 * repulsion(tau))
    gaps = (wrap(tau[:, None, 0] - tau[None, :, 0]).abs() + 10 * torch.eye(4)).min()
    assert float(gaps) > 0.5


def test_forward_noise_is_what_its_score_says():
    molecule = record(IBUPROFEN)
    batch = repeat(molecule, molecule.xyz)
    sigma = torch.full((3,), 0.2)
    noised, score = perturb(batch, sigma, torch.Generator().manual_seed(0))
    turned = wrap(dihedrals(noised.xyz, batch.quartets) - dihedrals(batch.xyz, batch.quartets))
    assert torch.allclose(wrapped_normal_score(turned, sigma[:, None]), score, atol=0.02)


@pytest.mark.slow
def test_loss_is_one_for_silence_and_zero_for_the_truth():
    generator = torch.Generator().manual_seed(0)
    sigma = torch.full((4000,), 0.9)
    delta = wrap(torch.randn(4000, 5, generator=generator) * 0.9)
    score = wrapped_normal_score(delta, sigma[:, None])
    mask = torch.ones(4000, 5, dtype=torch.bool)
    silence = score_loss(torch.zeros_like(score), score, sigma, mask).mean()
    truth = score_loss(score / mean_square_score(sigma).sqrt()[:, None], score, sigma, mask).mean()
    assert float(silence) == pytest.approx(1.0, abs=0.03) and float(truth) < 1e-10


def untrained() -> TorsionalModel:
    torch.manual_seed(0)
    return TorsionalModel(TorsionNet(TorsionNetOptions(scalars=16, vectors=8)).eval(), {})


@pytest.mark.parametrize("smiles", [IBUPROFEN, DRUG])
def test_sampling_keeps_bonds_angles_and_stereo(smiles):
    molecule, start = record(smiles), seeds(smiles, 3)
    states = list(
        sample(
            untrained(), molecule, start, SampleOptions(steps=20), torch.Generator().manual_seed(5)
        )
    )
    assert len(states) == 21 and states[0].t == pytest.approx(math.pi) and states[-1].t == 0.0
    for state in states:
        xyz = state.x.numpy()
        assert max_bond_change(start, xyz, molecule.bonds).max() < 1e-4
        assert max_angle_change(start, xyz, molecule.bonds).max() < 1e-3
        assert not stereo_errors(chem(smiles), xyz).any()


def test_the_same_seed_gives_the_same_conformers_and_another_seed_others():
    molecule, start = record(IBUPROFEN), seeds(IBUPROFEN, 3)

    def last(seed: int) -> np.ndarray:
        generator = torch.Generator().manual_seed(seed)
        return list(sample(untrained(), molecule, start, SampleOptions(), generator))[-1].x.numpy()

    assert np.array_equal(last(1), last(1))
    assert np.abs(last(1) - last(2)).max() > 0.5


@pytest.mark.parametrize("name", MODELS)
def test_shipped_weights_load_and_beat_silence(name):
    model = load(name)
    assert model.card["name"] == name
    assert model.card["parameters"] == sum(p.numel() for p in model.network.parameters())
    losses = model.card["validation_loss_by_sigma"].values()
    assert max(losses) < 1.0, "at no noise level worse than predicting zero"
    assert (checkpoint.WEIGHTS / MODELS[name]).stat().st_size < 10e6


def test_the_trained_model_puts_butane_where_it_belongs():
    """Gas-phase butane: anti (180 degrees) or gauche (about 65), never eclipsed."""
    molecule, start = record("CCCC"), seeds("CCCC", 40)
    generator = torch.Generator().manual_seed(0)
    last = list(sample(load(), molecule, start, SampleOptions(), generator))[-1].x
    carbons = torch.tensor([[0, 1, 2, 3]])
    angle = dihedrals(last, carbons)[:, 0].abs() * 180 / math.pi
    staggered = (angle > 150) | ((angle > 45) & (angle < 90))
    assert float(staggered.float().mean()) > 0.8
