"""The training loop that all small networks share: it descends, paces itself and averages."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from engine.networks import descend
from engine.networks.descent import check_options, constant, half_cosine, warmed_up


def far_off() -> tuple[nn.Linear, nn.Linear]:
    """A number that is to become 3, and its average."""
    net = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(net.weight)
    return net, copy.deepcopy(net).requires_grad_(False)


@pytest.mark.parametrize("pace", [constant, half_cosine, warmed_up])
def test_it_finds_the_minimum_and_the_average_follows(pace) -> None:
    net, averaged = far_off()

    def loss() -> Tensor:
        return (net.weight - 3).square().sum()

    steps = list(descend(net, averaged, loss, 600, 0.05, 0.9, pace))
    assert [step for step, _ in steps] == list(range(1, 601))
    assert steps[0][1] == 9 and steps[-1][1] < 1e-2
    assert float(averaged.weight) == pytest.approx(3, abs=0.1)


def test_without_averaging_the_average_is_the_network() -> None:
    net, averaged = far_off()
    for _ in descend(net, averaged, lambda: net.weight.square().sum() + net.weight.sum(), 5, 0.1,
                     0.0, constant):  # fmt: skip
        assert torch.equal(net.weight, averaged.weight)


def test_the_rate_climbs_and_falls() -> None:
    rates = [warmed_up(step, 1000) for step in range(1, 1001)]
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1]) and 90 <= top <= 100
    assert rates[top:] == sorted(rates[top:], reverse=True) and rates[-1] == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("counts", "rate", "ema"), [({"steps": 0}, 0.1, 0.9), ({}, 0.0, 0.9), ({}, 0.1, 1.0)]
)
def test_what_makes_no_sense_is_refused(counts: dict[str, int], rate: float, ema: float) -> None:
    with pytest.raises(ValueError, match="must"):
        check_options(counts, rate, ema)
