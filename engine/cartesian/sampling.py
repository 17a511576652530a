"""Conformers from noise on 3N coordinates, by the samplers of ``engine.samplers``.

No force field, no distance geometry, no local structure: what the denoiser makes of noise is what
comes out. A sampler's fresh noise moves the centre of mass as well; the denoiser does not see that,
and every state is centred before it is shown, which is the same process in 3N - 3 dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.cartesian.process import centred, draw, to_angstrom
from engine.denoisers import Denoiser
from engine.molecule import Ensemble, Molecule
from engine.noise import SCHEDULES, Schedule
from engine.options import choice, count
from engine.process import State, Trajectory
from engine.progress import Step, Steps
from engine.samplers import SAMPLERS, Sampler, sample
from engine.streams import stream

METHOD = "Diffusion of coordinates"


@dataclass(frozen=True)
class SampleOptions:
    """The reverse process.

    Raises:
        ValueError: if there is no such sampler or schedule, or too few steps.
    """

    steps: int = count(100, "Steps", "From noise to data.", (10, 1000, 10))
    sampler: str = choice(
        "ddpm",
        "Sampler",
        "How a step is taken; with fresh noise (DDPM) errors of early steps are forgotten.",
        {key: sampler.label for key, sampler in SAMPLERS.items()},
    )
    schedule: str = choice(
        "cosine",
        "Schedule",
        "Where the steps stop on the way from noise to data.",
        {key: schedule.label for key, schedule in SCHEDULES.items()},
    )

    def __post_init__(self) -> None:
        for name, known in ((self.sampler, SAMPLERS), (self.schedule, SCHEDULES)):
            if name not in known:
                raise ValueError(f"There is no {name!r}; there are {', '.join(known)}.")
        if self.steps < 1:
            raise ValueError(f"A sampler needs at least 1 step, not {self.steps}.")

    def made(self) -> tuple[Sampler, Schedule]:
        """The sampler and the schedule."""
        return SAMPLERS[self.sampler](steps=self.steps), SCHEDULES[self.schedule]()

    @property
    def calls(self) -> int:
        """Calls of the denoiser for one conformer."""
        sampler, schedule = self.made()
        return sampler.evaluations(schedule)


@dataclass(frozen=True, eq=False)
class CoordinateRun:
    """K conformers with their whole way from noise.

    Attributes:
        molecule: what they are conformers of.
        trajectory: x (S, K, N, 3) Angstrom, x_t and the predictions x_0, T first.
        alpha_bars: (S,) float64, the noise level of every state.
        options: how they were sampled.
    """

    molecule: Molecule
    trajectory: Trajectory
    alpha_bars: np.ndarray
    options: SampleOptions

    @property
    def xyz(self) -> np.ndarray:
        """(K, N, 3) Angstrom, where it ends."""
        return np.asarray(self.trajectory.x[-1].numpy())

    @property
    def ensemble(self) -> Ensemble:
        """The conformers."""
        return Ensemble(self.molecule, self.xyz, METHOD)


def states(
    denoiser: Denoiser, molecule: Molecule, conformers: int, options: SampleOptions, seed: int
) -> Iterator[State]:
    """The reverse process: states x (K, N, 3) Angstrom, centred; T first, t = 0 last."""
    sampler, schedule = options.made()
    mask = torch.ones(conformers, molecule.n_atoms, dtype=torch.bool)
    x_T = draw(mask, stream(seed, "start"))

    def shown(x: Tensor) -> Tensor:
        return to_angstrom(centred(x, mask))

    for state in sample(denoiser, schedule, x_T, sampler, stream(seed, "reverse")):
        yield State(state.t, shown(state.x), None if state.x_0 is None else shown(state.x_0))


def conformers(
    denoiser: Denoiser, molecule: Molecule, number: int, options: SampleOptions, seed: int = 1
) -> Steps[CoordinateRun]:
    """``number`` conformers with their trajectory; each step's ``partial`` is the newest state."""
    sampler, schedule = options.made()
    levels = sampler.levels(schedule)
    kept: list[State] = []
    for state in states(denoiser, molecule, number, options, seed):
        kept.append(state)
        yield Step(len(kept) - 1, len(levels) - 1, "Denoising", state)
    alpha_bars = np.array([level for _, level in levels])
    return CoordinateRun(molecule, Trajectory.record(kept), alpha_bars, options)
