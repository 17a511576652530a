"""Samplers that follow the velocity of a flow network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from engine.denoisers.flow import alpha_bar_of, scale_of, time_of
from engine.noise import Schedule
from engine.samplers.contract import Deterministic, Step
from engine.samplers.ode import euler


@dataclass(frozen=True)
class FlowSampler(Deterministic):
    """A solver of dz/du = v on evenly spaced times u, from pure noise (u = 1) to data (u = 0).

    The schedule only lends its T to the clock, t = T u. Any denoiser will do, since
    v = (z - x_0) / u.
    """

    def levels(self, schedule: Schedule) -> list[tuple[float, float]]:
        steps = self.steps_on(schedule)
        times = [i / steps for i in range(steps, -1, -1)]
        return [(schedule.T * u, alpha_bar_of(u)) for u in times]


@dataclass(frozen=True)
class FlowEuler(FlowSampler):
    """z_s = z_t + (u_s - u_t) v(z_t, u_t).

    In the scale of x_t this is the Euler step of ``engine.samplers.ode``, and so DDIM, between the
    same levels; only the levels differ.
    """

    key: ClassVar[str] = "flow_euler"
    label: ClassVar[str] = "Flow matching, Euler"
    help: ClassVar[str] = "The network's velocity, straight on along each slope. Order 1."
    order: ClassVar[int] = 1

    def mean(self, step: Step) -> Tensor:
        return euler(step)


@dataclass(frozen=True)
class FlowHeun(FlowSampler):
    """z_s = z_t + (u_s - u_t) (v + v') / 2, with v' = v(z', u_s) at the end z' of an Euler step."""

    key: ClassVar[str] = "flow_heun"
    label: ClassVar[str] = "Flow matching, Heun"
    help: ClassVar[str] = (
        "The mean of the velocities at both ends of each step: two network calls a step. Order 2."
    )
    order: ClassVar[int] = 2
    calls_per_step: ClassVar[int] = 2

    def mean(self, step: Step) -> Tensor:
        trial = euler(step)
        if step.alpha_bar_s >= 1:
            return trial
        u_t, u_s = time_of(step.alpha_bar_t), time_of(step.alpha_bar_s)
        scale_t, scale_s = scale_of(step.alpha_bar_t), scale_of(step.alpha_bar_s)
        z_t = step.x_t / scale_t
        v = (z_t - step.x_0) / u_t
        v_there = (trial / scale_s - step.denoiser(trial, step.alpha_bar_s)) / u_s
        return scale_s * (z_t + (u_s - u_t) * (v + v_there) / 2)


FLOW_SAMPLERS: dict[str, type[FlowSampler]] = {
    sampler.key: sampler for sampler in (FlowEuler, FlowHeun)
}
