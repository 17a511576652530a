"""The exact marginals: against the data they describe, finer quadrature, and autograd."""

import pytest
import torch

from engine import exact as module
from engine.data import DATASETS
from engine.denoise import ExactEmpirical, ExactMixture, score
from engine.exact import CLOSED, CURVES, INTEGRAL, POINTS, Exact, exact, point_masses

FLAT = [key for key, data in DATASETS.items() if data.group in ("1d", "2d")]


def places(dim: int, n: int = 300) -> torch.Tensor:
    return 1.3 * torch.randn(n, dim, generator=torch.Generator().manual_seed(0)).double()


@pytest.mark.parametrize("key", CURVES)
def test_an_integral_has_the_characteristic_function_of_its_data_set(key: str) -> None:
    """E exp(i k x), whose sampling error over n draws is at most 1 / sqrt(n)."""
    mixture, n = CURVES[key](), 200_000
    x = DATASETS[key].sample(n, torch.Generator().manual_seed(0)).double()
    waves = 4 * torch.randn(2, 30, generator=torch.Generator().manual_seed(1)).double()
    seen = torch.exp(1j * (x @ waves)).mean(dim=0)
    damping = torch.exp(-0.5 * mixture.stds[0] ** 2 * waves.square().sum(dim=0))
    known = (
        mixture.weights.to(torch.complex128) @ torch.exp(1j * (mixture.means @ waves))
    ) * damping
    assert float((seen - known).abs().max()) < 4 / n**0.5


@pytest.mark.parametrize("key", CURVES)
def test_twice_the_nodes_change_nothing(key: str) -> None:
    function = getattr(module, key)
    coarse, fine = function(), function(2 * len(function().weights))
    x = places(2, 1500)
    near = fine.log_prob(x) > -10
    torch.testing.assert_close(coarse.log_prob(x)[near], fine.log_prob(x)[near], rtol=0, atol=5e-5)


@pytest.mark.parametrize("key", FLAT)
@pytest.mark.parametrize("alpha_bar", [0.999, 0.5, 1e-4])
def test_the_expected_point_is_tweedies(key: str, alpha_bar: float) -> None:
    """E[x_0 | x_t] and log q agree by the gradient: Tweedie's formula."""
    truth = exact(DATASETS[key], stored=50)
    x = places(DATASETS[key].dim).requires_grad_()
    log_q, _ = truth.posterior(x, alpha_bar)
    (gradient,) = torch.autograd.grad(log_q.sum(), x)
    torch.testing.assert_close(score(truth, x.detach(), alpha_bar), gradient, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("key", ["three_gaussians", "eight_gaussians", "point"])
def test_it_is_the_denoiser_of_the_mixture(key: str) -> None:
    truth, x = exact(DATASETS[key]), places(DATASETS[key].dim)
    torch.testing.assert_close(truth(x, 0.7), ExactMixture(truth.mixture)(x, 0.7))
    assert truth(x, 1.0) is x


def test_stored_points_are_the_empirical_denoiser() -> None:
    points = DATASETS["pinwheel"].sample(40, torch.Generator().manual_seed(3)).double()
    truth, x = Exact(point_masses(points), POINTS), places(2)
    torch.testing.assert_close(truth(x, 0.9), ExactEmpirical(points)(x, 0.9))


def test_it_says_how_it_is_known() -> None:
    kinds = {key: exact(DATASETS[key], stored=10) for key in FLAT}
    assert kinds["eight_gaussians"].kind == kinds["gaussian"].kind == CLOSED
    assert kinds["swiss_roll"].kind == INTEGRAL
    assert kinds["checkerboard"].kind == kinds["pinwheel"].kind == POINTS
    assert not kinds["pinwheel"].of_the_data
    with pytest.raises(ValueError, match="point mass"):
        kinds["pinwheel"].log_prob(places(2))
