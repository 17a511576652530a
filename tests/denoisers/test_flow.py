"""Flow matching: its scale against the variance-preserving one, exact flows, order, training."""

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoisers import FitOptions, Flow, Oracle, exact, fit_flow, flow
from engine.evaluation import energy_distance
from engine.networks import checkpoint
from engine.noise import Cosine, Linear
from engine.process import diffuse
from engine.samplers import (
    DDIM,
    FLOW_SAMPLERS,
    FlowEuler,
    FlowHeun,
    FlowSampler,
    Heun,
    Step,
    sample,
)
from engine.train.__main__ import main
from engine.train.flow import SHIPPED

DOUBLE = torch.float64
RING = exact(DATASETS["eight_gaussians"].mixture())  # type: ignore[arg-type]


def noise(n: int = 100, seed: int = 0) -> Tensor:
    return torch.randn(n, 2, generator=Generator().manual_seed(seed), dtype=DOUBLE)


def end(denoiser, sampler, start: Tensor) -> Tensor:
    *_, last = sample(denoiser, Cosine(), start, sampler, Generator())
    return last.x


class Known(torch.nn.Module):
    """The exact velocity of N(m, s^2 I) on the lines, in closed form."""

    def __init__(self, mean: Tensor, std: float) -> None:
        super().__init__()
        self.mean, self.std = mean, std

    def forward(self, z: Tensor, u: Tensor) -> Tensor:
        variance = (1 - u) ** 2 * self.std**2 + u**2
        gain = (u - (1 - u) * self.std**2) / variance
        return -self.mean + gain * (z - (1 - u) * self.mean)


@pytest.mark.parametrize("u", [0.0, 0.1, 0.5, 0.93, 1.0])
def test_lines_are_the_marginals_in_another_scale(u: float) -> None:
    alpha_bar = flow.alpha_bar_of(u)
    assert flow.time_of(alpha_bar) == pytest.approx(u, abs=1e-12)
    x_0, eps = noise(5), noise(5, 1)
    z = diffuse(x_0, alpha_bar, eps) / flow.scale_of(alpha_bar)
    torch.testing.assert_close(z, (1 - u) * x_0 + u * eps)


@pytest.mark.parametrize("alpha_bar", [0.0, 1e-4, 0.3, 0.99, 1.0])
def test_the_exact_velocity_is_the_exact_denoiser(alpha_bar: float) -> None:
    """E[x_0 | x_t] of a Gaussian, from the velocity and from Bayes' rule."""
    mean, std = torch.tensor([0.4, -1.0], dtype=DOUBLE), 0.3
    x_t = noise(20)
    gain = alpha_bar**0.5 * std**2 / (alpha_bar * std**2 + 1 - alpha_bar)
    wanted = mean + gain * (x_t - alpha_bar**0.5 * mean)
    found = Flow(Known(mean, std))(x_t, alpha_bar)  # type: ignore[arg-type]
    torch.testing.assert_close(found, x_t if alpha_bar == 1 else wanted)


@pytest.mark.parametrize("cls", FLOW_SAMPLERS.values())
def test_the_order_is_the_declared_one(cls: type[FlowSampler]) -> None:
    """Median error over points against a fine solution, as the step is halved."""
    fine = end(RING, FlowHeun(steps=1000), noise())
    errors = [
        float((end(RING, cls(n), noise()) - fine).norm(dim=1).median()) for n in (40, 80, 160)
    ]
    slope = sum(math.log2(a / b) for a, b in pairwise(errors)) / 2
    assert slope == pytest.approx(cls.order, abs=0.25), errors


@pytest.mark.parametrize("cls", FLOW_SAMPLERS.values())
@pytest.mark.parametrize("steps", [1, 2, 5, 1000])
def test_the_oracle_is_followed_home(cls: type[FlowSampler], steps: int) -> None:
    x_0 = noise(8, 3)
    torch.testing.assert_close(end(Oracle(x_0), cls(steps=steps), noise(8)), x_0)


def test_steps_in_the_variables_of_the_paper() -> None:
    """Euler and Heun of dz/du = v, written with z and u."""
    u, s = 0.8, 0.65
    net = Known(torch.tensor([0.4, -1.0], dtype=DOUBLE), 0.3)
    z, model = noise(), Flow(net)  # type: ignore[arg-type]
    v = net(z, torch.tensor(u, dtype=DOUBLE))
    trial = z + (s - u) * v
    heun = z + (s - u) * (v + net(trial, torch.tensor(s, dtype=DOUBLE))) / 2
    now, then = flow.alpha_bar_of(u), flow.alpha_bar_of(s)
    x_t = z * flow.scale_of(now)
    step = Step(x_t, model(x_t, now), now, then, model)
    torch.testing.assert_close(FlowEuler().mean(step) / flow.scale_of(then), trial)
    torch.testing.assert_close(FlowHeun().mean(step) / flow.scale_of(then), heun)


def test_euler_on_the_lines_is_a_ddim_step() -> None:
    """Between the same levels; the flow's clock only chooses other levels."""
    x = noise()
    step = Step(x, RING(x, 0.2), 0.2, 0.4, RING)
    torch.testing.assert_close(FlowEuler().mean(step), DDIM().transition(step)[0])


def test_both_families_follow_one_flow() -> None:
    """From the same x_T with the exact denoiser they end at the same points."""
    apart = (end(RING, FlowHeun(500), noise()) - end(RING, Heun(500), noise())).norm(dim=1)
    assert float(apart.median()) < 0.02  # EDM starts at sigma = 80 rather than at pure noise


def test_times_run_evenly_from_pure_noise_to_data() -> None:
    times, levels = zip(*FlowEuler(steps=4).levels(Linear(T=100)), strict=True)
    assert times == (100, 75, 50, 25, 0)
    assert levels[0] == 0 and levels[2] == pytest.approx(0.5) and levels[-1] == 1
    assert len(FlowEuler(steps=400).levels(Linear(T=100))) == 101


def test_training_learns_a_gaussian() -> None:
    """The loss comes down to that of the exact velocity, and samples to the data's moments."""
    options = FitOptions(steps=600, batch_size=256, width=32, depth=2, ema=0.99)
    *_, last = fit_flow(DATASETS["gaussian"], options, Generator().manual_seed(0))
    x_T = torch.randn(4000, 1, generator=Generator().manual_seed(1))
    x = end(last.flow, FlowHeun(steps=30), x_T)
    assert float(x.mean()) == pytest.approx(1, abs=0.05)
    assert float(x.std()) == pytest.approx(0.3, abs=0.05)
    assert not last.flow.net.training


def test_the_same_seed_gives_the_same_network() -> None:
    options = FitOptions(steps=5, batch_size=32, width=16, depth=1)
    nets = []
    for seed in (1, 1, 2):
        *_, last = fit_flow(DATASETS["moons"], options, Generator().manual_seed(seed))
        nets.append(last.flow.net.out.weight)
    assert torch.equal(nets[0], nets[1]) and not torch.equal(nets[0], nets[2])


def test_the_command_writes_weights_and_card(tmp_path: Path) -> None:
    path = tmp_path / "toy.safetensors"
    tiny = ["--steps", "60", "--batch-size", "32", "--width", "16", "--depth", "2", "--seeds", "1"]
    main(["flow", "moons", *tiny, "--out", str(path)])
    trained = flow.load_file(path)
    assert trained.card["network"] == "flow" and trained.card["name"] == "moons"
    assert trained.card["hyperparameters"]["width"] == 16
    assert trained(torch.zeros(4, 2), 0.5).shape == (4, 2)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    checkpoint.save(path, {"x": torch.zeros(1)}, {"network": "mlp"})
    with pytest.raises(ValueError, match="not a flow network"):
        flow.load_file(path)
    card = {"network": "flow", "dim": 2, "hyperparameters": {"width": 8, "depth": 1}}
    checkpoint.save(path, {"x": torch.zeros(1)}, card)
    with pytest.raises(ValueError, match="do not fit"):
        flow.load_file(path)


def test_shipped_flows_are_those_their_cards_name() -> None:
    trained = [key for key in DATASETS if flow.is_trained(key)]
    assert "swiss_roll" in trained and len(trained) >= 4
    for key in trained:
        card = json.loads(checkpoint.card_path(flow.weights_path(key)).read_text("utf-8"))
        assert FitOptions(**card["hyperparameters"]) == SHIPPED[key]
        assert card["metrics"]["energy_ratio"] < 3


@pytest.mark.parametrize("key", ["swiss_roll", "eight_gaussians"])
def test_a_shipped_flow_draws_its_data(key: str) -> None:
    x_T = torch.randn(2000, 2, generator=Generator().manual_seed(5))
    made = end(flow.load(key), FlowHeun(steps=20), x_T)
    first, second = (DATASETS[key].sample(2000, Generator().manual_seed(s)) for s in (6, 7))
    assert energy_distance(made, first) < 6 * energy_distance(first, second)
