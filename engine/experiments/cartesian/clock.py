"""One molecule, one clock: noise on its 3N coordinates beside noise on its torsions.

Forward, both begin with the same local structure (ETKDGv3, relaxed by a force field) and walk the
Markov chain of their process in equal numbers of steps; backward, both begin with noise and end as
conformers. At every frame the same meters are read on both sides, against the local structure:
torsions leave bonds, angles and hands as they are, coordinates do not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.cartesian.exact import AlignedEnsemble
from engine.cartesian.model import CoordinateDenoiser, shipped
from engine.cartesian.process import centred, to_angstrom, to_state
from engine.cartesian.sampling import SampleOptions, conformers
from engine.cartesian.validity import TOLERANCE, bond_errors
from engine.chem import MoleculeError
from engine.chem.energy import embed
from engine.chem.structure import count_clashes, hands_changed, max_angle_change
from engine.denoisers import Denoiser
from engine.experiments.molecule.conformer_run import model
from engine.experiments.molecule.record import Problem, Record, Source, read
from engine.noise import SCHEDULES
from engine.options import choice, count
from engine.process import State, markov_path
from engine.progress import Step, Steps
from engine.samplers import SAMPLERS
from engine.streams import stream
from engine.torsional import SampleOptions as TorsionalOptions
from engine.torsional import diffuse, sample


@dataclass(frozen=True)
class Settings:
    """What both sides are asked.

    Raises:
        ValueError: if a name is unknown.
    """

    direction: str = choice(
        "backward",
        "Direction",
        "From a structure into noise, or from noise to conformers.",
        {"forward": "Into noise", "backward": "From noise"},
    )
    steps: int = count(100, "Steps", "Of either process.", (10, 500, 10))
    conformers: int = count(1, "Conformers", "Made at once.", (1, 10, 1))
    sampler: str = choice(
        "ddpm",
        "Sampler of coordinates",
        "How the coordinates take a step.",
        {key: sampler.label for key, sampler in SAMPLERS.items()},
    )
    denoiser: str = choice(
        "learned",
        "Denoiser of coordinates",
        "**Learned**: a network that has never seen this molecule. **Exact**: over local "
        "structures of this molecule, each laid on the state; it can only give them back.",
        {"learned": "Learned", "exact": "Exact"},
    )
    references: int = count(20, "Structures", "Known to the exact denoiser.", (1, 50, 1))
    seed: int = 1

    def __post_init__(self) -> None:
        if self.direction not in ("forward", "backward"):
            raise ValueError(f"The direction is forward or backward, not {self.direction!r}.")
        if self.denoiser not in ("learned", "exact"):
            raise ValueError(f"The denoiser is learned or exact, not {self.denoiser!r}.")


@dataclass(frozen=True, eq=False)
class Meters:
    """What is read of frames (..., K, N, 3); all arrays are (..., K).

    Attributes:
        bond: largest deviation of a bond length, as a share of the local structure's.
        angle: largest deviation of a bond angle, degrees.
        flips: labelled stereo centres whose hand is not that of the local structure.
        clashes: pairs of atoms, four or more bonds apart, that come too close.
    """

    bond: np.ndarray
    angle: np.ndarray
    flips: np.ndarray
    clashes: np.ndarray

    @property
    def valid(self) -> np.ndarray:
        """(..., K) bool: all bonds within 10 % and every hand kept."""
        return np.asarray((self.bond <= TOLERANCE) & (self.flips == 0))


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two processes.

    Attributes:
        frames: (S, K, N, 3) Angstrom.
        levels: (S,), t of the schedule, or sigma of the torsions in radians.
        meters: of every frame, (S, K).
        freedom: numbers that are diffused.
        calls: network calls for one conformer; 0 into noise.
        seconds: of the process itself, all conformers together.
    """

    frames: np.ndarray
    levels: np.ndarray
    meters: Meters
    freedom: int
    calls: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Clock:
    """Both sides at the same S moments.

    Attributes:
        record: the molecule. settings: what was asked.
        start: (N, 3) Angstrom, the local structure that the meters compare with.
        share: (S,), 0 at the data and 1 at the noise.
        coordinates, torsions: the two sides.
        internal: 3N - 6, coordinates without place and orientation.
        embedding_seconds: what the local structures of the torsions' side took before.
    """

    record: Record
    settings: Settings
    start: np.ndarray
    share: np.ndarray
    coordinates: Side
    torsions: Side
    internal: int
    embedding_seconds: float


@dataclass(frozen=True, eq=False)
class Moment:
    """The newest frame of both sides: xyz (K, N, 3) Angstrom with its meters (K,)."""

    share: float
    coordinates: np.ndarray
    torsions: np.ndarray
    coordinate_meters: Meters
    torsion_meters: Meters


def clock(source: Source, settings: Settings) -> Steps[Clock]:
    """Read the molecule and let both processes run.

    Yields:
        Steps whose ``partial`` is a ``Moment``, None before the first.

    Raises:
        MoleculeError: if the molecule cannot be read or embedded, or has no rotatable bond.
    """
    record = yield from read(source)
    if isinstance(record, Problem):
        raise MoleculeError(record.sentence)
    if not record.molecule.n_rotors:
        raise MoleculeError(
            "This molecule has no rotatable bond: there are no torsions to diffuse."
        )
    yield Step(0, settings.steps, "Building a local structure")
    began = time.perf_counter()
    exact = settings.direction == "backward" and settings.denoiser == "exact"
    known = embed(record.mol, settings.references if exact else 1, settings.seed)
    embedded = time.perf_counter() - began
    start = known[0]
    many = np.repeat(known[:1], settings.conformers, axis=0)
    left = _Watched(_coordinates(record, known, many, settings))
    right = _Watched(_torsions(record, many, settings))
    last = settings.steps
    for done, (x, tau) in enumerate(zip(left, right, strict=True)):
        share = done / last if settings.direction == "forward" else 1 - done / last
        yield Step(done, last, "Diffusing", _moment(record, start, share, x, tau))
    shares = np.linspace(0, 1, last + 1)
    return Clock(
        record=record,
        settings=settings,
        start=start,
        share=shares if settings.direction == "forward" else shares[::-1],
        coordinates=left.side(record, start, 3 * record.molecule.n_atoms, _calls(settings)),
        torsions=right.side(
            record,
            start,
            record.molecule.n_rotors,
            0 if settings.direction == "forward" else settings.steps,
        ),
        internal=3 * record.molecule.n_atoms - 6,
        embedding_seconds=embedded,
    )


def meters(record: Record, start: np.ndarray, frames: np.ndarray) -> Meters:
    """The meters of frames (..., K, N, 3) against the local structure ``start`` (N, 3)."""
    bonds, shape = record.molecule.bonds, frames.shape[:-2]
    flat = frames.reshape(-1, *frames.shape[-2:])
    return Meters(
        bond_errors(flat, start, bonds).max(axis=-1, initial=0.0).reshape(shape),
        np.degrees(max_angle_change(start, flat, bonds)).reshape(shape),
        hands_changed(record.mol, start, flat).reshape(shape),
        count_clashes(record.mol, flat).reshape(shape),
    )


class _Watched:
    """States as they come, kept, with the time they take."""

    def __init__(self, states: Iterator[State]) -> None:
        self.states, self.kept, self.seconds = states, [], 0.0  # type: ignore[var-annotated]

    def __iter__(self) -> Iterator[np.ndarray]:
        """(K, N, 3) Angstrom."""
        while True:
            began = time.perf_counter()
            state = next(self.states, None)
            self.seconds += time.perf_counter() - began
            if state is None:
                return
            self.kept.append(state)
            yield state.x.numpy()

    def side(self, record: Record, start: np.ndarray, freedom: int, calls: int) -> Side:
        """All of it as a record."""
        frames = np.stack([state.x.numpy() for state in self.kept])
        levels = np.array([state.t for state in self.kept])
        read_off = meters(record, start, frames)
        return Side(frames, levels, read_off, freedom, calls, self.seconds)


def _moment(record: Record, start: np.ndarray, share: float, *xyz: np.ndarray) -> Moment:
    left, right = xyz
    return Moment(share, left, right, *(meters(record, start, x) for x in xyz))


def _options(settings: Settings) -> SampleOptions:
    return SampleOptions(settings.steps, settings.sampler)


def _calls(settings: Settings) -> int:
    return 0 if settings.direction == "forward" else _options(settings).calls


def _coordinates(
    record: Record, known: np.ndarray, many: np.ndarray, settings: Settings
) -> Iterator[State]:
    """The side of the coordinates, centred states in Angstrom."""
    options = _options(settings)
    if settings.direction == "backward":
        denoiser: Denoiser = CoordinateDenoiser(shipped().network, record.molecule)
        if settings.denoiser == "exact":
            denoiser = AlignedEnsemble(torch.from_numpy(known))
        run = conformers(denoiser, record.molecule, len(many), options, settings.seed)
        yield from (step.partial for step in run)
        return
    mask = torch.ones(many.shape[:2], dtype=torch.bool)
    schedule = SCHEDULES[options.schedule]()
    times = [round(schedule.T * i / settings.steps) for i in range(1, settings.steps + 1)]
    noise = stream(settings.seed, "forward")
    x_0: Tensor = to_state(torch.from_numpy(many), mask)
    for state in markov_path(schedule, x_0, noise, times):
        yield State(state.t, to_angstrom(centred(state.x, mask)))


def _torsions(record: Record, many: np.ndarray, settings: Settings) -> Iterator[State]:
    """The side of the torsions, by the network of the molecule page."""
    if settings.direction == "forward":
        yield from diffuse(record.molecule, many, settings.steps, stream(settings.seed, "forward"))
        return
    options = TorsionalOptions(steps=settings.steps)
    noise = stream(settings.seed, "reverse")
    yield from sample(model("torus", "cpu"), record.molecule, many, options, noise)
