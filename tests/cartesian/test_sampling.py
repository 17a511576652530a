"""Conformers from noise through the project's samplers, and the count of valid bonds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.cartesian.exact import AlignedEnsemble
from engine.cartesian.model import CoordinateDenoiser, load, shipped
from engine.cartesian.network import CoordinateNet, NetworkOptions
from engine.cartesian.sampling import SampleOptions, conformers
from engine.cartesian.training import TrainingOptions, TrainingSet, fit
from engine.cartesian.validity import bond_errors, bonds_valid
from engine.geometry import superpose
from engine.networks.checkpoint import WEIGHTS
from engine.paths import AssetError
from engine.progress import finish
from engine.samplers import SAMPLERS
from engine.train.cartesian import keep
from tests.molecules import IBUPROFEN, record

SMALL = NetworkOptions(hidden=16, far=8, layers=2, rounds=1)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_from_noise_to_the_ensemble_with_every_sampler(sampler: str) -> None:
    molecule = record(IBUPROFEN)
    denoiser = AlignedEnsemble(torch.from_numpy(molecule.xyz))
    run = finish(conformers(denoiser, molecule, 2, SampleOptions(30, sampler), seed=1))
    assert run.trajectory.x.shape == (31, 2, molecule.n_atoms, 3)
    assert float(run.trajectory.x.mean(2).abs().max()) < 1e-4, "the centre of mass stays at 0"
    assert run.alpha_bars[-1] == 1 and (np.diff(run.alpha_bars) > 0).all()
    for xyz in run.xyz:
        laid = superpose(molecule.xyz, reference=xyz)
        assert np.sqrt(((laid - xyz) ** 2).sum(-1).mean(-1)).min() < 0.02
    assert bonds_valid(run.xyz, molecule.xyz, molecule.bonds).all()


def test_the_same_seed_gives_the_same_conformers() -> None:
    molecule = record(IBUPROFEN)
    torch.manual_seed(0)
    denoiser = CoordinateDenoiser(CoordinateNet(SMALL).requires_grad_(False), molecule)
    runs = [finish(conformers(denoiser, molecule, 2, SampleOptions(10), s)) for s in (1, 1, 2)]
    assert np.array_equal(runs[0].xyz, runs[1].xyz)
    assert not np.allclose(runs[0].xyz, runs[2].xyz)


def test_one_long_bond_makes_a_conformer_invalid() -> None:
    molecule = record(IBUPROFEN)
    xyz = np.repeat(molecule.xyz[:1], 3, axis=0)
    a, b = molecule.bonds[0]
    along = xyz[0, b] - xyz[0, a]
    xyz[1, b] += 0.09 * along
    xyz[2, b] += 0.2 * along
    error = bond_errors(xyz, molecule.xyz[0], molecule.bonds)[:, 0]
    assert np.allclose(error, [0, 0.09, 0.2], atol=1e-4)
    assert bonds_valid(xyz, molecule.xyz[0], molecule.bonds[:1]).tolist() == [True, True, False]


def test_bounds_of_the_options_are_kept() -> None:
    for wrong in ({"steps": 0}, {"sampler": "magic"}, {"schedule": "magic"}):
        with pytest.raises(ValueError, match=r"step|no 'magic'"):
            SampleOptions(**wrong)
    assert SampleOptions(100, "ddim").calls == 100 and SampleOptions(100, "heun").calls == 199


def test_a_short_training_learns_and_its_weights_come_back(tmp_path) -> None:
    molecule = record(IBUPROFEN)
    torch.manual_seed(0)
    network = CoordinateNet(SMALL)
    options = TrainingOptions(steps=60, batch_size=4, learning_rate=1e-2, validate_every=10)
    made = list(fit(network, TrainingSet([molecule] * 4), [molecule], options))
    seen = [sum(progress.validation.values()) for progress in made]
    assert len(seen) == 6 and seen[-1] < 0.8 * seen[0]
    file, worse = tmp_path / "tiny.safetensors", tmp_path / "worse.safetensors"
    keep(iter(made), file, options, {"molecules": 1})
    keep(iter(made), worse, options, {"molecules": 1}, best=0.0)
    assert not worse.exists(), "it takes no better one's place"
    model = load(path=file)
    assert model.card["hyperparameters"]["layers"] == 2 and model.name == "tiny.safetensors"
    assert model.parameters == model.card["parameters"]
    x_t = torch.randn(2, molecule.n_atoms, 3)
    again = load(path=file)
    assert torch.equal(
        CoordinateDenoiser(model.network, molecule)(x_t, 0.5),
        CoordinateDenoiser(again.network, molecule)(x_t, 0.5),
    )


def test_another_kind_of_checkpoint_is_refused() -> None:
    with pytest.raises(AssetError):
        load(path=WEIGHTS / "toy_moons.safetensors")


@pytest.mark.slow
def test_the_shipped_network_makes_molecules() -> None:
    molecule = record(IBUPROFEN)
    denoiser = CoordinateDenoiser(shipped().network, molecule)
    run = finish(conformers(denoiser, molecule, 5, SampleOptions(), seed=1))
    assert bonds_valid(run.xyz, molecule.xyz, molecule.bonds).mean() >= 0.8
