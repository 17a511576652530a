"""Likelihood by the probability-flow ODE against densities known in closed form."""

import math

import pytest
import torch
from torch import Tensor

from engine.data import DATASETS, GaussianMixture
from engine.denoisers import (
    ClassifierFree,
    ClassifierGuidance,
    Denoiser,
    Exact,
    Flow,
    Learned,
    Oracle,
    exact,
    load,
)
from engine.evaluation import FlowOptions, kl_divergence, log_likelihood
from engine.evaluation.likelihood import (
    START,
    angles,
    bits_per_dimension,
    carried,
    standard_normal,
    stops,
    velocity,
    velocity_and_divergence,
)
from engine.networks import MLP, Preconditioned
from engine.noise import Cosine, Linear
from engine.polymer.denoisers import ChainDenoiser
from engine.polymer.networks import NoiseNet

NOISE = Cosine(T=1000).signal_left
ALL_BUT = math.cos(START) ** 2  #: the level at which the flow starts


def places(dim: int, n: int = 60) -> Tensor:
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def normal(mean: list[float], std: float) -> GaussianMixture:
    return GaussianMixture.of([1], [mean], [std])


@pytest.mark.parametrize("dim", [1, 2])
@pytest.mark.parametrize("steps", [1, 20])
def test_standard_normal_data_stand_still(dim: int, steps: int) -> None:
    """The velocity of N(0, I) is zero, so any number of steps gives the exact density."""
    x, options = places(dim), FlowOptions(steps)
    found = log_likelihood(exact(normal([0.0] * dim, 1.0)), x, NOISE, options)
    torch.testing.assert_close(found, standard_normal(x), rtol=0, atol=1e-9)


@pytest.mark.parametrize("dim", [1, 2])
@pytest.mark.parametrize("schedule", [Cosine(T=1000), Linear(T=100)])
def test_a_gaussian_follows_the_closed_form_also_where_the_chain_stops_early(
    dim: int, schedule: Cosine | Linear
) -> None:
    """The flow of N(m, s^2) is linear: x_T = sqrt(ab) m + d (x_0 - m) / s, d^2 = ab s^2 + 1 - ab.

    So the model's density is N(x_T; 0, I) (d / s)^D, whatever is left of the signal at T.
    """
    std, mean, left = 0.6, [0.5] * dim, schedule.signal_left
    x = places(dim)
    spread = math.sqrt(left * std**2 + 1 - left)
    start = math.sqrt(ALL_BUT * std**2 + 1 - ALL_BUT)
    m = torch.tensor(mean, dtype=torch.float64)
    end = math.sqrt(left) * m + spread / start * (x - math.sqrt(ALL_BUT) * m)
    wanted = standard_normal(end) + dim * math.log(spread / start)
    found = log_likelihood(exact(normal(mean, std)), x, left, FlowOptions(400))
    torch.testing.assert_close(found, wanted, rtol=0, atol=5e-4)


@pytest.mark.parametrize("key", ["two_gaussians", "eight_gaussians"])
def test_the_error_for_a_mixture_shrinks_with_the_order_of_the_solver(key: str) -> None:
    mixture = DATASETS[key].mixture()
    x = mixture.sample(40, torch.Generator().manual_seed(1)).double()
    wanted = mixture.diffused(ALL_BUT).log_prob(x)

    def error(steps: int) -> float:
        found = log_likelihood(exact(mixture), x, NOISE, FlowOptions(steps))
        return float((found - wanted).abs().mean())

    coarse, fine = error(100), error(200)
    assert fine < 5e-3
    assert math.log2(coarse / fine) == pytest.approx(FlowOptions.order, abs=0.35)


def test_the_density_at_every_stop_is_that_of_the_noisy_marginal() -> None:
    mixture = DATASETS["three_gaussians"].mixture()
    x = torch.linspace(-2, 2, 41, dtype=torch.float64)[:, None]
    states = stops(exact(mixture), x, NOISE, FlowOptions(300))
    found = carried(list(states))
    for k in (0, 100, 200, 300):
        wanted = mixture.diffused(float(found.alpha_bars[k])).log_prob(found.x[k])
        torch.testing.assert_close(found.log_prob[k], wanted, rtol=0, atol=5e-3)


def test_the_density_of_any_network_integrates_to_one() -> None:
    """Also of an untrained one: the flow only moves the mass of N(0, I)."""
    generator = torch.Generator().manual_seed(2)
    net = Preconditioned(MLP(1, 16, 2, generator)).double()
    with torch.no_grad():
        net.net.out.weight.uniform_(-0.3, 0.3, generator=generator)
    x = torch.linspace(-8, 8, 2001, dtype=torch.float64)[:, None]
    log_p = log_likelihood(Learned(net), x, 1e-6, FlowOptions(100))
    assert float(torch.trapezoid(log_p.exp(), x[:, 0])) == pytest.approx(1, abs=2e-3)


def test_the_divergence_is_the_trace_of_the_jacobian() -> None:
    truth, x, phi = exact(DATASETS["swiss_roll"]), 0.7 * places(2, 12), 0.4
    v, divergence = velocity_and_divergence(truth, x, phi)
    torch.testing.assert_close(v, velocity(truth, x, phi))
    for k in range(len(x)):
        jacobian = torch.autograd.functional.jacobian(
            lambda row: velocity(truth, row[None], phi)[0], x[k]
        )
        torch.testing.assert_close(divergence[k], jacobian.trace())


def test_the_velocity_is_what_moves_the_marginals() -> None:
    """The continuity equation: d log q / dphi = -div v - v . score, by finite differences."""
    mixture, phi, h = DATASETS["eight_gaussians"].mixture(), 0.5, 1e-5
    x = places(2)
    later, before = (mixture.diffused(math.cos(phi + s) ** 2).log_prob(x) for s in (h, -h))
    v, divergence = velocity_and_divergence(exact(mixture), x, phi)
    slope = mixture.diffused(math.cos(phi) ** 2).score(x)
    wanted = -divergence - (v * slope).sum(dim=-1)
    torch.testing.assert_close((later - before) / (2 * h), wanted, rtol=1e-4, atol=1e-4)


def test_a_network_and_its_likelihood_leave_no_graph_behind() -> None:
    network = load("two_gaussians")
    found = log_likelihood(network, torch.zeros(3, 1), NOISE, FlowOptions(8))
    assert not found.requires_grad
    assert all(p.grad is None for p in network.net.parameters())


def divergence_by_differences(denoiser: Denoiser, x: Tensor, phi: float) -> Tensor:
    """(n,) the divergence of the velocity by central differences."""
    h = 1e-5
    total = torch.zeros(len(x), dtype=x.dtype)
    for d in range(x.shape[1]):
        shift = torch.zeros(x.shape[1], dtype=x.dtype)
        shift[d] = h
        with torch.no_grad():
            pair = [velocity(denoiser, x + s * shift, phi)[:, d] for s in (1, -1)]
        total += (pair[0] - pair[1]) / (2 * h)
    return total


def small_network(seed: int) -> Preconditioned:
    """A network in the plane that is far from linear, in float64."""
    generator = torch.Generator().manual_seed(seed)
    net = Preconditioned(MLP(2, 16, 2, generator)).double()
    with torch.no_grad():
        net.net.out.weight.uniform_(-1, 1, generator=generator)
    return net


def polymer_network() -> ChainDenoiser:
    """A network of the polymer laboratory with weights that count, in float64."""
    generator = torch.Generator().manual_seed(0)
    net = NoiseNet(2, 16, 2, generator).double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
    return ChainDenoiser(net)


def near_the_top(x_t: Tensor, alpha_bar: float) -> Tensor:
    return -(x_t[:, 1] - 2 * x_t[:, 0].sin()).square()


NETWORK, OTHER = Learned(small_network(3)), Learned(small_network(4))
DENOISERS: dict[str, Denoiser] = {
    "a network": NETWORK,
    "a network in a function": NETWORK,
    "classifier-free guidance": ClassifierFree(NETWORK, OTHER, 2.0),
    "classifier guidance": ClassifierGuidance(NETWORK, near_the_top, 1.5),
    "a flow network": Flow(small_network(3).net),
    "a network of polymers": polymer_network(),
    "an oracle": Oracle(torch.ones(1, 2, dtype=torch.float64)),
}


@pytest.mark.parametrize("name", DENOISERS)
@pytest.mark.parametrize("phi", [0.2, 1.1])
def test_the_divergence_is_right_for_every_denoiser(name: str, phi: float) -> None:
    """Also through networks, and through what wraps them: no denoiser cuts the gradient off."""
    x = places(2, 20)
    _, found = velocity_and_divergence(DENOISERS[name], x, phi)
    wanted = divergence_by_differences(DENOISERS[name], x, phi)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-6)


def test_the_likelihood_of_a_wrapped_network_is_that_of_the_network() -> None:
    x = places(2, 10)
    plain = log_likelihood(NETWORK, x, NOISE, FlowOptions(8))
    for wrapped in (ClassifierFree(NETWORK, OTHER, 1.0), DENOISERS["a network in a function"]):
        torch.testing.assert_close(log_likelihood(wrapped, x, NOISE, FlowOptions(8)), plain)


def test_divergence_and_bits() -> None:
    q, p = normal([0.0], 1.0), normal([0.5], 1.0)
    x = q.sample(40_000, torch.Generator().manual_seed(0)).double()
    found = kl_divergence(q.log_prob(x), p.log_prob(x))
    assert found.mean == pytest.approx(0.125, abs=4 * found.error)
    assert found.error == pytest.approx(0.5 / 200, rel=0.05)
    assert bits_per_dimension(math.log(4), 2) == pytest.approx(1.0)


def test_angles_and_options() -> None:
    assert angles(0.0, 4)[-1] == pytest.approx(math.pi / 2)
    assert angles(0.5, 4)[-1] == pytest.approx(math.pi / 4)
    with pytest.raises(ValueError, match="at least 1 step"):
        FlowOptions(0)


def test_a_truth_of_points_has_a_flow_too() -> None:
    truth = exact(DATASETS["checkerboard"], stored=20)
    assert isinstance(truth, Exact)
    v, _ = velocity_and_divergence(truth, places(2), 0.3)
    assert v.shape == (60, 2)
