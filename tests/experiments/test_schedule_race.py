"""The race of schedules: what a wrong end costs, and what is computed anew."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.denoisers import Oracle
from engine.experiments import schedule_race
from engine.experiments.networks import Network
from engine.experiments.schedule_race import Lane, Race, Way, measured, sampled
from engine.noise import Cosine, Linear, Schedule, Sigmoid, zero_terminal
from engine.progress import Steps, finish
from pages.sections.noise_schedules.end_table import verdict
from pages.ui.components.shown_schedule import ShownSchedule


def race(way: Way, *schedules: Schedule, n: int = 20) -> Race:
    """A race of these schedules."""
    lanes = tuple(Lane(schedule.key, schedule.label, schedule) for schedule in schedules)
    return Race(lanes, way, n=n)


def shown(key: str, schedule: Schedule, dash: bool = False) -> ShownSchedule:
    """A schedule as the page draws it."""
    return ShownSchedule(key, key.capitalize(), schedule, "#000000", dash)


@pytest.mark.parametrize("sampler", ["ddpm", "ddim"])
def test_a_chain_that_stops_early_pays_for_it(sampler: str) -> None:
    """From N(0, I) far off, from its own end not; stretched to zero, both are the same."""
    early, late = Linear(T=30), zero_terminal(Linear(T=30))
    way = Way("swiss_roll", sampler, network=Network("swiss_roll"))
    found, mended = finish(measured(race(way, early, late)))
    assert found.noise > 5 > 2.5 > found.own
    assert mended.noise == pytest.approx(mended.own)
    assert mended.noise < 3
    assert "is the cost of stopping" in verdict([shown("linear", early)], [found])


def test_an_oracle_never_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples that are fresh data score about 1: the scale is right."""
    data = schedule_race.DATASETS["moons"].sample(
        schedule_race.MEASURED, torch.Generator().manual_seed(77)
    )

    def oracle(*_: object) -> Steps[Oracle]:
        yield from ()
        return Oracle(data)

    monkeypatch.setattr(schedule_race, "denoiser_of", oracle)
    (cost,) = finish(measured(race(Way("moons", "ddpm", "oracle"), Cosine(T=10))))
    assert cost.noise == pytest.approx(cost.own)
    assert 0.3 < cost.noise < 2.5


def test_only_the_lane_that_changed_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Schedule] = []
    descend = schedule_race._descend

    def counted(denoiser: Any, way: Way, schedule: Schedule, *rest: Any) -> Any:
        asked.append(schedule)
        return descend(denoiser, way, schedule, *rest)

    monkeypatch.setattr(schedule_race, "_descend", counted)
    way = Way("moons", "ddpm", network=Network("moons"), seed=4321)
    first = finish(sampled(race(way, Linear(T=10), Cosine(T=10))))
    second = finish(sampled(race(way, Sigmoid(T=10), Cosine(T=10))))
    assert asked == [Linear(T=10), Cosine(T=10), Sigmoid(T=10)]
    assert second.x[1] is first.x[1]
