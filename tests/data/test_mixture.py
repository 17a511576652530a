"""Gaussian mixtures: density and score against autograd and against their own samples."""

import pytest
import torch

from engine.data import DATASETS, GaussianMixture

EXACT = {key: d.mixture() for key, d in DATASETS.items() if d.mixture() is not None}
NOISY = {key: mixture.diffused(0.9) for key, mixture in EXACT.items()}
every_mixture = pytest.mark.parametrize("key", EXACT)


def grid(dim: int) -> torch.Tensor:
    return 1.5 * torch.randn(200, dim, generator=torch.Generator().manual_seed(0)).double()


@every_mixture
@pytest.mark.parametrize("alpha_bar", [0.999, 0.5, 1e-4])
def test_score_is_the_gradient_of_the_log_density(key: str, alpha_bar: float) -> None:
    noisy = EXACT[key].diffused(alpha_bar)
    x = grid(noisy.means.shape[1]).requires_grad_()
    (gradient,) = torch.autograd.grad(noisy.log_prob(x).sum(), x)
    torch.testing.assert_close(noisy.score(x.detach()), gradient, rtol=1e-9, atol=1e-9)


def test_density_integrates_to_one() -> None:
    x = torch.linspace(-8, 8, 20_001, dtype=torch.float64)
    for key, noisy in NOISY.items():
        if noisy.means.shape[1] == 1:
            mass = torch.trapezoid(noisy.log_prob(x[:, None]).exp(), x)
            assert float(mass) == pytest.approx(1, abs=1e-9), key


@every_mixture
def test_samples_have_the_mean_and_variance(key: str) -> None:
    mixture = EXACT[key]
    x = mixture.sample(40_000, torch.Generator().manual_seed(1)).double()
    assert x.shape == (40_000, mixture.means.shape[1])
    torch.testing.assert_close(x.mean(0), mixture.mean, atol=0.03, rtol=0)
    torch.testing.assert_close(x.var(0), mixture.variance, atol=0.03, rtol=0)


@every_mixture
def test_diffusing_is_noising_the_samples(key: str) -> None:
    """A mixture diffused twice is the mixture diffused by the product of the levels."""
    mixture = EXACT[key]
    twice, once = mixture.diffused(0.8).diffused(0.5), mixture.diffused(0.4)
    torch.testing.assert_close(twice.means, once.means)
    torch.testing.assert_close(twice.stds, once.stds)
    unchanged = mixture.diffused(1.0)
    torch.testing.assert_close(unchanged.stds, mixture.stds)


def test_narrow_components_are_exact_in_float32() -> None:
    narrow = GaussianMixture.of([1, 1], [[0.0], [1.0]], [1e-3, 1e-3])
    x = torch.tensor([[1.0005], [-0.002]])
    expected = torch.tensor([[-500.0], [2000.0]])
    torch.testing.assert_close(narrow.score(x), expected, rtol=1e-3, atol=0)


def test_a_point_mass_has_no_density() -> None:
    point = EXACT["point"]
    assert not point.has_density and point.diffused(0.99).has_density
    for method in (point.log_prob, point.score):
        with pytest.raises(ValueError, match="point mass"):
            method(torch.zeros(1, 1))
    assert point.sample(5, torch.Generator()).unique().tolist() == [1.0]


@pytest.mark.parametrize(
    ("weights", "stds"), [([1], [1, 1]), ([1, 0], [1, 1]), ([1, 1], [1, -1]), ([], [])]
)
def test_bad_mixtures_are_refused(weights: list[float], stds: list[float]) -> None:
    with pytest.raises(ValueError):
        GaussianMixture.of(weights, [[0.0]] * len(stds), stds)
