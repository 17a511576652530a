"""Training lowers the loss, can be stopped, and is decided by its seed."""

from dataclasses import fields
from itertools import islice

import pytest
import torch

from engine.data import DATASETS
from engine.data.datasets import Dataset
from engine.denoisers import exact, training
from engine.networks import MLP, Preconditioned
from engine.networks.perceptron import alpha_bar_of_phase
from engine.process import diffuse, v_from_x0_eps
from tests.options import assert_offered

SMALL = training.FitOptions(steps=300, batch_size=128, width=32, depth=2, learning_rate=5e-3)
GAUSSIANS = DATASETS["two_gaussians"]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_training_lowers_the_loss_and_finds_the_denoiser() -> None:
    progress = list(training.fit(GAUSSIANS, SMALL, generator()))
    assert [p.step for p in progress] == list(range(1, 301)) and progress[0].total == 300
    early = sum(p.loss for p in progress[:20]) / 20
    late = sum(p.loss for p in progress[-20:]) / 20
    assert late < 0.9 * early
    mixture = GAUSSIANS.mixture()
    assert mixture is not None
    x_t = diffuse(
        GAUSSIANS.sample(500, generator()), 0.6, torch.randn(500, 1, generator=generator())
    )
    truth = exact(mixture)(x_t, 0.6)
    error = (progress[-1].denoiser(x_t, 0.6) - truth).square().mean()
    assert error < 0.1 * (x_t - truth).square().mean()


def test_the_seed_decides_the_network() -> None:
    def weights(seed: int) -> dict[str, torch.Tensor]:
        *_, last = islice(training.fit(GAUSSIANS, SMALL, generator(seed)), 20)
        return last.denoiser.net.state_dict()

    torch.manual_seed(1)
    one = weights(0)
    torch.manual_seed(2)
    two, other = weights(0), weights(1)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_stopping_is_just_not_asking_for_more() -> None:
    progress = next(training.fit(GAUSSIANS, SMALL, generator()))
    assert progress.step == 1
    assert progress.denoiser(torch.zeros(3, 1), 0.5).isfinite().all()


def test_partial_networks_do_not_train_and_need_no_gradient() -> None:
    progress = next(training.fit(GAUSSIANS, SMALL, generator()))
    assert not progress.denoiser.net.training
    assert not progress.denoiser(torch.zeros(3, 1), 0.5).requires_grad


def test_the_loss_is_the_error_of_the_velocity() -> None:
    """A network of zeros errs by E|v|^2 = E[alpha_bar eps^2 + (1 - alpha_bar) x_0^2]."""
    x_0 = torch.full((50_000, 1), 2.0)
    net = Preconditioned(MLP(1, 8, 1, generator()))
    loss = float(training.velocity_loss(net, x_0, generator()).detach())
    assert loss == pytest.approx(0.5 * 1 + 0.5 * 4, rel=0.02)


def test_the_best_velocity_has_the_smallest_loss() -> None:
    """The exact denoiser's v beats the same v scaled, as a minimiser must."""
    mixture = GAUSSIANS.mixture()
    assert mixture is not None
    truth = exact(mixture)
    x_0, eps = GAUSSIANS.sample(50_000, generator()), torch.randn(50_000, 1, generator=generator(1))
    for alpha_bar in alpha_bar_of_phase(torch.tensor([0.4, 0.6, 0.8])).tolist():
        x_t = diffuse(x_0, alpha_bar, eps)
        estimate = truth(x_t, alpha_bar)
        v = v_from_x0_eps(
            estimate, (x_t - alpha_bar**0.5 * estimate) / (1 - alpha_bar) ** 0.5, alpha_bar
        )
        target = v_from_x0_eps(x_0, eps, alpha_bar)
        losses = [float((k * v - target).square().mean()) for k in (0.8, 1.0, 1.2)]
        assert losses[1] == min(losses)


@pytest.mark.parametrize(("key", "steps"), [("polymer", 600), ("swiss_roll", 150)])
def test_training_beats_the_untrained_network(key: str, steps: int) -> None:
    """On the same points, phases and noise, the averaged network beats the untrained one."""
    dataset = DATASETS[key]
    options = training.FitOptions(steps=steps, batch_size=256, width=128, depth=2)
    *_, last = training.fit(dataset, options, generator())
    x_0 = dataset.sample(4000, generator(1))
    with torch.no_grad():
        before, after = (
            float(training.velocity_loss(net, x_0, generator(2)))
            for net in (training.new_network(dataset, options, generator()), last.denoiser.net)
        )
    assert after < before


@pytest.mark.parametrize(
    "bad",
    [
        dict(steps=0),
        dict(batch_size=0),
        dict(width=0),
        dict(depth=0),
        dict(learning_rate=0.0),
        dict(learning_rate=float("nan")),
        dict(ema=1.0),
    ],
)
def test_bad_options_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError):
        training.FitOptions(**bad)


def test_widgets_are_described() -> None:
    for option in fields(training.FitOptions):
        assert_offered(option)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)
def test_every_dataset_can_be_trained_on(dataset: Dataset) -> None:
    options = training.FitOptions(steps=3, batch_size=16, width=8, depth=1)
    *_, last = training.fit(dataset, options, generator())
    x_0 = last.denoiser(torch.randn(5, dataset.dim, generator=generator()), 0.5)
    assert x_0.shape == (5, dataset.dim) and x_0.isfinite().all() and last.loss < 10


def test_chains_start_from_their_principal_axes_and_points_do_not() -> None:
    options = training.FitOptions(steps=1, width=8, depth=1)
    chain = training.new_network(DATASETS["helix_alpha"], options, generator())
    point = training.new_network(DATASETS["moons"], options, generator())
    assert int((chain.stds == 0).sum()) == 3, "the centre of mass does not vary"
    assert torch.equal(point.axes, torch.eye(2)) and point.mean.abs().max() == 0
