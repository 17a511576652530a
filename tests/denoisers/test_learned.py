"""Denoisers: exact ones against the exact score, learned ones against the exact ones."""

import numpy as np
import pytest
import torch

from engine.data import DATASETS
from engine.denoisers import Oracle, exact, score
from engine.denoisers import learned as denoise
from engine.evaluation import energy_distance
from engine.networks import checkpoint, perceptron
from engine.process import diffuse, score_from_x0

LEVELS = [0.9999, 0.9, 0.5, 0.01, 1e-5]
TRAINED = [key for key in DATASETS if key != "point"]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("key", [k for k, d in DATASETS.items() if d.mixture() is not None])
@pytest.mark.parametrize("alpha_bar", LEVELS)
def test_exact_mixture_is_tweedies_formula(key: str, alpha_bar: float) -> None:
    dataset = DATASETS[key]
    mixture = dataset.mixture()
    assert mixture is not None
    x_t = torch.randn(100, dataset.dim, generator=generator(), dtype=torch.float64)
    found = score(exact(mixture), x_t, alpha_bar)
    expected = mixture.diffused(alpha_bar).score(x_t)
    torch.testing.assert_close(found, expected, rtol=1e-7, atol=1e-7)


def test_exact_mixture_is_the_conditional_mean() -> None:
    """E[x_0 | x_t] in a thin slice of x_t, from a million pairs."""
    mixture = DATASETS["three_gaussians"].mixture()
    assert mixture is not None
    x_0 = mixture.sample(1_000_000, generator())
    x_t = diffuse(x_0, 0.6, torch.randn(x_0.shape, generator=generator(1)))
    estimate = exact(mixture)(torch.tensor([[-0.8], [0.3], [1.0]]), 0.6)
    for value, at in zip(estimate, (-0.8, 0.3, 1.0), strict=True):
        slice_mean = x_0[(x_t - at).abs() < 0.02].mean()
        assert float(value) == pytest.approx(float(slice_mean), abs=0.02)


@pytest.mark.parametrize("alpha_bar", LEVELS)
def test_exact_empirical_is_the_softmax_mean(alpha_bar: float) -> None:
    points = DATASETS["moons"].sample(40, generator()).double()
    x_t = torch.randn(30, 2, generator=generator(1), dtype=torch.float64)
    square = np.square(x_t.numpy()[:, None] - alpha_bar**0.5 * points.numpy()[None]).sum(-1)
    log_weight = -square / (2 * (1 - alpha_bar))
    weight = np.exp(log_weight - log_weight.max(1, keepdims=True))
    expected = (weight / weight.sum(1, keepdims=True)) @ points.numpy()
    estimate = exact(points)(x_t, alpha_bar)
    np.testing.assert_allclose(estimate.numpy(), expected, rtol=1e-9, atol=1e-12)


def test_exact_empirical_is_a_mixture_of_points() -> None:
    """The same answer as the exact mixture whose components are point masses."""
    mixture = DATASETS["eight_gaussians"].mixture()
    assert mixture is not None
    peaks = type(mixture)(mixture.weights, mixture.means, torch.zeros(8, dtype=torch.float64))
    x_t = torch.randn(50, 2, generator=generator(), dtype=torch.float64)
    one = exact(peaks)(x_t, 0.7)
    torch.testing.assert_close(one, exact(mixture.means)(x_t, 0.7))


def test_exact_empirical_memorises_at_low_noise_and_averages_at_high() -> None:
    points = DATASETS["swiss_roll"].sample(200, generator())
    truth = exact(points)
    torch.testing.assert_close(truth(points * 0.99999**0.5, 0.99999), points, atol=1e-3, rtol=0)
    far = truth(torch.randn(5, 2, generator=generator()), 1e-10)
    torch.testing.assert_close(far, points.mean(0).expand(5, 2), atol=1e-3, rtol=0)


def test_without_noise_there_is_nothing_to_do() -> None:
    x = torch.randn(5, 1, generator=generator())
    mixture = DATASETS["point"].mixture()
    assert mixture is not None
    assert torch.equal(exact(mixture)(x, 1.0), x)
    assert torch.equal(exact(torch.zeros(3, 1))(x, 1.0), x)
    learned = denoise.Learned(perceptron.Preconditioned(perceptron.MLP(1, 8, 1, generator())))
    assert torch.equal(learned(x, 1.0), x)


def test_the_oracle_knows() -> None:
    x_0 = torch.randn(5, 2, generator=generator())
    assert torch.equal(Oracle(x_0)(torch.zeros(5, 2), 0.3), x_0)
    assert torch.equal(Oracle(x_0[:1])(torch.zeros(5, 2), 0.3), x_0[:1].expand(5, 2))


def test_weights_of_every_dataset_ship() -> None:
    """A point needs no network; everything else comes trained, small and described."""
    for key in TRAINED:
        assert denoise.is_trained(key), f"python -m engine.train {key}"
        learned = denoise.load(key)
        assert learned.card["name"] == key
        assert learned.card["parameters"] == perceptron.parameter_count(learned.net)
        assert learned.card["metrics"]["energy_ratio"] < 2
        assert denoise.weights_path(key).stat().st_size < 1.5e6
        assert not any(p.requires_grad for p in learned.net.parameters())


@pytest.mark.parametrize("key", ["three_gaussians", "eight_gaussians"])
@pytest.mark.parametrize("alpha_bar", [0.99, 0.7, 0.3, 0.05])
def test_learned_is_close_to_exact(key: str, alpha_bar: float) -> None:
    """Where the data puts x_t, the network's x_0 is near the closed form."""
    dataset = DATASETS[key]
    mixture = dataset.mixture()
    assert mixture is not None
    x_0 = dataset.sample(4000, generator())
    x_t = diffuse(x_0, alpha_bar, torch.randn(x_0.shape, generator=generator(1)))
    error = denoise.load(key)(x_t, alpha_bar) - exact(mixture)(x_t, alpha_bar)
    assert float(error.square().mean().sqrt()) < 0.08


def test_the_learned_swiss_roll_is_near_the_exact_denoiser() -> None:
    """Against E[x_0 | x_t] of the whole roll."""
    dataset = DATASETS["swiss_roll"]
    truth = exact(dataset)
    x_0 = dataset.sample(500, generator(1))
    for alpha_bar in (0.8, 0.4, 0.05):
        x_t = diffuse(x_0, alpha_bar, torch.randn(x_0.shape, generator=generator(2)))
        error = denoise.load("swiss_roll")(x_t, alpha_bar) - truth(x_t, alpha_bar)
        assert float(error.square().mean().sqrt()) < 0.12
    assert energy_distance(truth(x_0, 0.9999), x_0) < 0.01


def test_score_of_a_denoiser() -> None:
    x_0, x_t = torch.ones(3, 2), torch.randn(3, 2, generator=generator())
    expected = score_from_x0(x_t, x_0, 0.5)
    assert torch.equal(score(Oracle(x_0), x_t, 0.5), expected)


def test_other_checkpoints_are_refused(tmp_path) -> None:
    path = tmp_path / "other.safetensors"
    checkpoint.save(path, {"w": torch.zeros(1)}, {"network": "unet"})
    with pytest.raises(ValueError, match="not a toy network"):
        denoise.load_file(path)
    card = {"network": "mlp", "dim": 2, "hyperparameters": {"width": 8, "depth": 1}}
    checkpoint.save(path, {"w": torch.zeros(1)}, card)
    with pytest.raises(ValueError, match="do not fit"):
        denoise.load_file(path)
    with pytest.raises(FileNotFoundError, match="toy_point"):
        denoise.load("point")


@pytest.mark.parametrize("n", [0, 1, 5, 600])
def test_learned_works_in_chunks(n: int) -> None:
    learned = denoise.Learned(perceptron.Preconditioned(perceptron.MLP(2, 8, 1, generator())))
    torch.nn.init.normal_(learned.net.net.out.weight, generator=generator(1))
    x = torch.randn(n, 2, generator=generator(2))
    with torch.no_grad():
        torch.testing.assert_close(learned(x, 0.4), learned.net(x, torch.tensor(0.4)))
