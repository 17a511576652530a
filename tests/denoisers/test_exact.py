"""The exact marginals: against the data they describe, finer quadrature, and autograd."""

import pytest
import torch

from engine.data import DATASETS, Curve, Planar, Subset
from engine.denoisers import exact, score
from engine.denoisers.exact import CLOSED, INTEGRAL, POINTS

CURVES = [key for key, data in DATASETS.items() if data.quadrature() is not None]
FLAT = [key for key, data in DATASETS.items() if data.group in ("1d", "2d")]


def curved(key: str) -> Curve:
    data = DATASETS[key]
    assert isinstance(data, Planar) and data.curve is not None
    return data.curve


def places(dim: int, n: int = 300) -> torch.Tensor:
    return 1.3 * torch.randn(n, dim, generator=torch.Generator().manual_seed(0)).double()


@pytest.mark.parametrize("key", CURVES)
def test_an_integral_has_the_characteristic_function_of_its_data_set(key: str) -> None:
    """E exp(i k x), whose sampling error over n draws is at most 1 / sqrt(n)."""
    mixture, n = curved(key).mixture(), 200_000
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
    curve = curved(key)
    coarse, fine = curve.mixture(), curve.mixture(2 * curve.nodes)
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


@pytest.mark.parametrize("key", ["three_gaussians", "eight_gaussians"])
@pytest.mark.parametrize("alpha_bar", [0.99, 0.7, 1e-3])
def test_the_score_is_that_of_the_diffused_mixture(key: str, alpha_bar: float) -> None:
    truth, x = exact(DATASETS[key]), places(DATASETS[key].dim)
    wanted = truth.mixture.diffused(alpha_bar).score(x)
    torch.testing.assert_close(score(truth, x, alpha_bar), wanted, rtol=1e-9, atol=1e-9)
    assert truth(x, 1.0) is x


def test_points_are_all_the_data_there_is() -> None:
    points = DATASETS["pinwheel"].sample(40, torch.Generator().manual_seed(3))
    truth = exact(points)
    assert truth.kind == POINTS and torch.equal(truth.points, points)


def test_part_of_a_data_set_is_not_the_data_set() -> None:
    """A few points of the Swiss roll are not known by the integral over the roll."""
    few = Subset(DATASETS["swiss_roll"], 8, 0)
    assert exact(DATASETS["swiss_roll"]).kind == INTEGRAL and exact(few).kind == POINTS


def test_a_new_data_set_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shape with its curve gives draws, density and score, without another line anywhere."""
    bar = Curve((lambda a: torch.stack([a, 0 * a], dim=-1),), -1.0, 1.0, noise=0.2, nodes=32)

    def draw(n: int, generator: torch.Generator) -> torch.Tensor:
        return bar.thickened(bar.pieces[0](bar.places(n, generator)), generator)

    monkeypatch.setitem(DATASETS, "bar", Planar("bar", "Bar", "A thick line.", draw, bar))
    truth = exact(DATASETS["bar"])
    x = DATASETS["bar"].sample(4000, torch.Generator().manual_seed(0)).double()
    assert truth.kind == INTEGRAL and truth.of_the_data
    # q(x, y) = [Phi((x + 1) / s) - Phi((x - 1) / s)] / 2 times N(y; 0, s^2)
    normal = torch.distributions.Normal(0.0, 0.2)
    along = 0.5 * (normal.cdf(x[:, 0] + 1) - normal.cdf(x[:, 0] - 1))
    wanted = along.log() + normal.log_prob(x[:, 1])
    torch.testing.assert_close(truth.log_prob(x), wanted, rtol=0, atol=1e-6)
    assert abs(float(x[:, 0].std()) - (1 / 3 + 0.04) ** 0.5) < 0.02
    pull = score(truth, torch.zeros(1, 2).double() + torch.tensor([0.0, 0.4]), 0.999)
    assert float(pull[0, 1]) == pytest.approx(-0.4 * 0.999**0.5 / 0.999**0.5 / 0.041, rel=0.05)


def test_it_says_how_it_is_known() -> None:
    kinds = {key: exact(DATASETS[key], stored=10) for key in FLAT}
    assert kinds["eight_gaussians"].kind == kinds["gaussian"].kind == CLOSED
    assert kinds["swiss_roll"].kind == INTEGRAL
    assert kinds["checkerboard"].kind == kinds["pinwheel"].kind == POINTS
    assert not kinds["pinwheel"].of_the_data
    with pytest.raises(ValueError, match="point mass"):
        kinds["pinwheel"].log_prob(places(2))
