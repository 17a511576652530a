"""The network: phases, embedding, one phase for many points, and what its size is."""

import math

import pytest
import torch

from engine.networks import perceptron
from engine.noise import Cosine


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_net(dim: int = 3) -> perceptron.MLP:
    """A network whose last layer does not vanish, so that tests see something."""
    net = perceptron.MLP(dim, 16, 3, generator())
    torch.nn.init.normal_(net.out.weight, generator=generator(1))
    return net


def test_phase_runs_from_data_to_noise_and_back() -> None:
    u = torch.linspace(0, 1, 101, dtype=torch.float64)
    torch.testing.assert_close(perceptron.phase(perceptron.alpha_bar_of_phase(u)), u)
    assert perceptron.phase(torch.tensor([1.0, 0.5, 0.0])).tolist() == pytest.approx([0, 0.5, 1])


def test_phase_is_the_time_of_the_cosine_schedule() -> None:
    schedule = Cosine(T=100, s=0.0)
    time = torch.arange(1, 100, dtype=torch.float64) / 100
    torch.testing.assert_close(perceptron.phase(schedule.alpha_bars[:-1]), time)


def test_embedding_tells_all_phases_apart() -> None:
    u = torch.linspace(0, 1, 1001)
    embedded = perceptron.sinusoidal_embedding(u, 32)
    assert embedded.shape == (1001, 32) and embedded.abs().max() <= 1
    apart = torch.cdist(embedded, embedded) + 9 * torch.eye(1001)
    assert apart.min() > 0.05
    for size in (2, 7):
        with pytest.raises(ValueError, match="even"):
            perceptron.sinusoidal_embedding(u, size)


def test_one_phase_serves_all_points() -> None:
    net, x = random_net(), torch.randn(20, 3, generator=generator(2))
    shared = net(x, torch.tensor(0.3))
    torch.testing.assert_close(shared, net(x, torch.full((20,), 0.3)))
    assert not torch.allclose(shared, net(x, torch.tensor(0.7)), atol=1e-2)


def test_points_do_not_see_each_other() -> None:
    net, x, u = random_net(), torch.randn(20, 3, generator=generator(2)), torch.rand(20)
    torch.testing.assert_close(net(x, u)[7:9], net(x[7:9], u[7:9]))


def test_the_seed_decides_the_weights_and_the_global_one_does_not() -> None:
    torch.manual_seed(0)
    one = perceptron.MLP(2, 8, 2, generator(5)).state_dict()
    torch.manual_seed(1)
    two = perceptron.MLP(2, 8, 2, generator(5)).state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert all(value.isfinite().all() for value in one.values())


def test_an_untrained_network_predicts_zero() -> None:
    assert perceptron.MLP(2, 8, 2, generator())(torch.randn(4, 2), torch.rand(4)).abs().max() == 0


def test_parameters_are_counted_one_by_one() -> None:
    d, w, depth, e = 24, 32, 3, 32
    expected = (d * w + w) + 2 * (w * w + w) + (w * d + d) + (e + 1) * 2 * w * depth
    assert perceptron.parameter_count(perceptron.MLP(d, w, depth, generator())) == expected


def test_first_layer_keeps_the_size_of_its_input() -> None:
    net = perceptron.MLP(64, 4096, 1, generator())
    out = net.hidden[0](torch.randn(256, 64, generator=generator(3))).detach()
    assert float(out.std()) == pytest.approx(1, abs=0.05)
    assert not math.isnan(float(out.mean()))


def test_empty_networks_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        perceptron.MLP(2, 0, 2, generator())


def correlated(n: int = 4000) -> torch.Tensor:
    """(n, 4) float64 Gaussian data off the origin, wide in one direction and flat in another."""
    g = generator(7)
    mixing = torch.randn(4, 4, generator=g, dtype=torch.float64) * torch.tensor([2.0, 1, 0.1, 0])
    return torch.randn(n, 4, generator=g, dtype=torch.float64) @ mixing.T + 1.5


@pytest.mark.parametrize("alpha_bar", [0.9999, 0.5, 1e-4])
def test_preconditioning_alone_is_the_best_denoiser_of_a_gaussian(alpha_bar: float) -> None:
    """With F = 0: the conditional mean of a joint Gaussian, by matrix inversion."""
    x_0 = correlated()
    net = perceptron.Preconditioned(perceptron.MLP(4, 8, 1, generator())).double()
    net.fit_axes(x_0)
    x_t = torch.randn(50, 4, generator=generator(1), dtype=torch.float64)
    covariance, mean = torch.cov(x_0.T), x_0.mean(0)
    noisy = alpha_bar * covariance + (1 - alpha_bar) * torch.eye(4, dtype=torch.float64)
    shift = torch.linalg.solve(noisy, (x_t - alpha_bar**0.5 * mean).T)
    expected = mean + alpha_bar**0.5 * (covariance @ shift).T
    level = torch.tensor(alpha_bar, dtype=torch.float64)
    torch.testing.assert_close(net(x_t, level), expected, rtol=1e-6, atol=1e-6)


def test_a_direction_without_variation_is_exact() -> None:
    x_0 = correlated()
    net = perceptron.Preconditioned(random_net(4)).double()
    net.fit_axes(x_0)
    assert int((net.stds == 0).sum()) == 1
    flat = net.axes[:, net.stds == 0]
    x_t = torch.randn(9, 4, generator=generator(1), dtype=torch.float64)
    estimate = net(x_t, torch.tensor(0.5, dtype=torch.float64))
    torch.testing.assert_close(estimate @ flat, (net.mean @ flat).expand(9, 1))


@pytest.mark.parametrize("fitted", [False, True])
def test_the_loss_is_the_error_of_x_0_over_the_noise(fitted: bool) -> None:
    x_0 = correlated(200)
    net = perceptron.Preconditioned(random_net(4)).double()
    if fitted:
        net.fit_axes(x_0)
    eps = torch.randn(200, 4, generator=generator(3), dtype=torch.float64)
    level = torch.linspace(0.01, 0.999, 200, dtype=torch.float64)[:, None]
    x_t = level.sqrt() * x_0 + (1 - level).sqrt() * eps
    error = (net(x_t, level) - x_0).square() / (1 - level)
    torch.testing.assert_close(net.loss(x_0, eps, level), error.mean())


def test_by_default_the_network_predicts_the_velocity() -> None:
    net, x_t = perceptron.Preconditioned(random_net()), torch.randn(9, 3, generator=generator(1))
    level = torch.tensor(0.3)
    v = net.net(x_t, perceptron.phase(level))
    torch.testing.assert_close(net(x_t, level), level.sqrt() * x_t - (1 - level).sqrt() * v)


def test_the_loss_is_finite_at_both_ends() -> None:
    x_0 = correlated(64).float()
    net = perceptron.Preconditioned(random_net(4))
    net.fit_axes(x_0)
    for level in (1.0, 0.0):
        eps = torch.randn(64, 4, generator=generator(1))
        assert net.loss(x_0, eps, torch.full((64, 1), level)).isfinite()


def test_the_embedding_shown_is_the_one_that_networks_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the first linear map of time is a row of ``embedding_rows``."""
    seen = []
    plain = perceptron.linear

    def watched(x, weight, bias):
        seen.append(x)
        return plain(x, weight, bias)

    monkeypatch.setattr(perceptron, "linear", watched)
    net = perceptron.Preconditioned(random_net())
    levels = Cosine(T=100).alpha_bars[[10, 50, 99]].float()
    net(torch.randn(3, 3, generator=generator()), levels[:, None])
    assert torch.equal(seen[0], perceptron.embedding_rows(levels, net.net.embedding))


def test_similarity_depends_on_the_difference_of_phases_alone() -> None:
    u = torch.linspace(0, 1, 41, dtype=torch.float64)
    alike = perceptron.similarity(perceptron.embedding_rows(perceptron.alpha_bar_of_phase(u), 32))
    torch.testing.assert_close(alike.diagonal(), torch.ones(41, dtype=torch.float64))
    for offset in (1, 7, 30):
        values = alike.diagonal(offset)
        assert float((values - values[0]).abs().max()) < 1e-6
    frequencies = math.pi * 2 ** torch.linspace(0, 6, 16, dtype=torch.float64)
    assert float(alike[0, 7]) == pytest.approx(float((frequencies * u[7]).cos().mean()), abs=1e-6)
