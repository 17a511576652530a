"""One molecule, one clock: noise on its 3N coordinates beside noise on its torsions.

Forward, both begin with the same local structure (ETKDGv3, relaxed by a force field) and walk the
Markov chain of their process in equal numbers of steps; backward, both begin with noise of their
own and end as conformers. At every frame the same meters are read on both sides, against the local
structure: torsions leave bonds, angles and hands as they are, coordinates do not.

At the end the conformers are compared with the best reference at hand: those of the file where it
holds several, else distinct local structures.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from engine.cartesian.exact import AlignedEnsemble
from engine.cartesian.model import CoordinateDenoiser, shipped
from engine.cartesian.process import centred, to_angstrom, to_state
from engine.cartesian.sampling import SampleOptions, states
from engine.chem import MoleculeError
from engine.chem.energy import each
from engine.chem.structure import distinct, mappings, rmsd_matrix
from engine.denoisers import Denoiser
from engine.evaluation.coverage import Coverage, coverage
from engine.experiments.arrays import Array, Exported
from engine.experiments.cartesian.meters import Meters, meters
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

#: By direction, the ways that are walked.
WAYS = {"forward": ("forward",), "backward": ("backward",), "both": ("forward", "backward")}
MOST_ATOMS = 120  #: hydrogens counted; every call of the network looks at all pairs
APART = 0.3  #: Angstrom of heavy-atom RMSD between two references


@dataclass(frozen=True)
class Settings:
    """What both sides are asked.

    Raises:
        ValueError: if a name is unknown.
    """

    direction: str = choice(
        "both",
        "Direction",
        "From a structure into noise, from noise to conformers, or there and back: on the way back "
        "each side starts from noise of its own, as a sampler must.",
        {"both": "There and back", "forward": "Into noise", "backward": "From noise"},
    )
    steps: int = count(100, "Steps", "Of either process, one way.", (10, 500, 10))
    conformers: int = count(10, "Conformers", "Made at once.", (1, 20, 1))
    sampler: str = choice(
        "ddpm",
        "Sampler of coordinates",
        "How the coordinates take a step. The torsions have a sampler of their own: the reverse "
        "stochastic differential equation on the torus.",
        {key: sampler.label for key, sampler in SAMPLERS.items()},
    )
    denoiser: str = choice(
        "learned",
        "Denoiser of coordinates",
        "**Network**: trained on other molecules, it has never seen this one. **Exact**: over "
        "local structures of this molecule, each laid on the state; it can only give them back.",
        {"learned": "Network", "exact": "Exact"},
    )
    references: int = count(
        20,
        "Structures",
        "Local structures to compare with, known to the exact denoiser.",
        (1, 50, 1),
    )
    seed: int = 1

    def __post_init__(self) -> None:
        if self.direction not in WAYS:
            raise ValueError(f"The direction is one of {', '.join(WAYS)}, not {self.direction!r}.")
        if self.denoiser not in ("learned", "exact"):
            raise ValueError(f"The denoiser is learned or exact, not {self.denoiser!r}.")

    @property
    def returns(self) -> bool:
        """Whether there is a way from noise to conformers."""
        return "backward" in WAYS[self.direction]

    @property
    def shares(self) -> np.ndarray:
        """(S,), the share of noise of every frame: 0 at the data, 1 at the noise."""
        there = np.linspace(0, 1, self.steps + 1)
        ways = {"forward": there, "backward": there[::-1]}
        return np.concatenate([ways[way] for way in WAYS[self.direction]])

    @property
    def calls(self) -> tuple[int, int]:
        """Network calls for one conformer: of coordinates, of torsions; 0 into noise."""
        if not self.returns:
            return 0, 0
        return SampleOptions(self.steps, self.sampler).calls, self.steps


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two processes.

    Attributes:
        frames: (S, K, N, 3) Angstrom.
        levels: (S,), t of the schedule, or sigma of the torsions in radians.
        meters: of every frame, (S, K).
        freedom: numbers that are diffused.
        calls: network calls for one conformer; 0 into noise.
        seconds: of the way from noise, all conformers together, or else into it.
        found: how the conformers compare with the reference; None into noise.
    """

    frames: np.ndarray
    levels: np.ndarray
    meters: Meters
    freedom: int
    calls: int
    seconds: float
    found: Coverage | None = None

    @property
    def ends(self) -> np.ndarray:
        """(K, N, 3) Angstrom, the last frame."""
        return np.asarray(self.frames[-1])

    @property
    def valid(self) -> float:
        """The share of structures that are valid at the end, 0 to 1."""
        return float(self.meters.valid[-1].mean())


@dataclass(frozen=True, eq=False)
class Reference:
    """What the conformers are compared with: xyz (R, N, 3) Angstrom and where they come from."""

    xyz: np.ndarray
    name: str


@dataclass(frozen=True, eq=False)
class Clock(Exported):
    """Both sides at the same S moments.

    Attributes:
        record: the molecule. settings: what was asked.
        start: (N, 3) Angstrom, the local structure that the meters compare with.
        coordinates, torsions: the two sides.
        internal: 3N - 6, coordinates without place and orientation.
        embedding_seconds: what the local structures took that the sides begin with: one for the
            torsions, all of them for the exact denoiser.
        reference: what the conformers are compared with; None into noise.
    """

    record: Record
    settings: Settings
    start: np.ndarray
    coordinates: Side
    torsions: Side
    internal: int
    embedding_seconds: float
    reference: Reference | None

    @property
    def share(self) -> np.ndarray:
        """(S,), 0 at the data and 1 at the noise."""
        return self.settings.shares

    @property
    def sides(self) -> tuple[Side, Side]:
        """Coordinates, torsions."""
        return self.coordinates, self.torsions

    def described(self) -> dict[str, Array]:
        """Frames and meters of both sides."""
        found = {
            "share": Array(self.share, "(S,) 0 at the data, 1 at the noise"),
            "start": Array(self.start, "(N, 3) Angstrom, the local structure compared with"),
        }
        for name, side in zip(("coordinates", "torsions"), self.sides, strict=True):
            found[name] = Array(side.frames, "(S, conformers, atoms, 3) Angstrom, every frame")
            found[f"{name}_level"] = Array(side.levels, "(S,) t of the schedule, or sigma, rad")
            found[f"{name}_meters"] = Array(
                side.meters.table,
                "(4, S, conformers): largest error of a bond (share of its length) and of an angle "
                "(degrees), stereo centres changed, pairs of atoms that clash",
            )
        return found


@dataclass(frozen=True, eq=False)
class Moment:
    """The newest frame of both sides: xyz (K, N, 3) Angstrom with its meters (K,)."""

    start: np.ndarray
    share: float
    coordinates: np.ndarray
    torsions: np.ndarray
    coordinate_meters: Meters
    torsion_meters: Meters


def clock(source: Source, settings: Settings) -> Steps[Clock]:
    """Read the molecule and let both processes run; yields and raises as ``both_ways``."""
    record = yield from read(source)
    if isinstance(record, Problem):
        raise MoleculeError(record.sentence)
    return (yield from both_ways(record, settings))


def both_ways(record: Record, settings: Settings) -> Steps[Clock]:
    """Let both processes run.

    Yields:
        Steps whose ``partial`` is a ``Moment``, None before the first.

    Raises:
        MoleculeError: if the molecule cannot be embedded, is too large, or has no rotatable bond.
    """
    _check(record)
    shares = settings.shares
    total = len(shares) + settings.references * settings.returns
    yield Step(0, total, "Building a local structure")
    local = each(record.mol, settings.references, settings.seed)
    exact = settings.returns and settings.denoiser == "exact"
    began = time.perf_counter()
    known = list(islice(local, settings.references if exact else 1))
    embedded = time.perf_counter() - began
    start = known[0]
    left, right, done = _Walked(), _Walked(), 0
    for way in WAYS[settings.direction]:
        pair = left.states(_coordinates(record, known, settings, way))
        turned = right.states(_torsions(record, start, settings, way))
        for x, tau in zip(pair, turned, strict=True):
            moment = Moment(
                start, float(shares[done]), x, tau,
                left.read(meters(record, start, x)), right.read(meters(record, start, tau)),
            )  # fmt: skip
            done += 1
            yield Step(done, total, "Diffusing", moment)
    reference = None
    if settings.returns:
        for xyz in local if len(record.uploaded) < 2 else ():
            known.append(xyz)
            yield Step(done + len(known), total, "Comparing with local structures", moment)
        reference = _reference(record, np.stack(known))
    sizes = 3 * record.molecule.n_atoms, record.molecule.n_rotors
    one, other = (
        walked.side(freedom, calls, _compared(record, reference, walked.kept[-1].x.numpy()))
        for walked, freedom, calls in zip((left, right), sizes, settings.calls, strict=True)
    )
    internal = sizes[0] - 6
    return Clock(record, settings, start, one, other, internal, embedded, reference)


def _check(record: Record) -> None:
    if not record.molecule.n_rotors:
        raise MoleculeError(
            "This molecule has no rotatable bond: there are no torsions to diffuse."
        )
    if record.molecule.n_atoms > MOST_ATOMS:
        raise MoleculeError(
            f"This molecule has {record.molecule.n_atoms} atoms; here {MOST_ATOMS} are the most, "
            "hydrogens counted."
        )


def _reference(record: Record, local: np.ndarray) -> Reference:
    """The conformers of the file where it holds several, else distinct local structures."""
    if len(record.uploaded) > 1:
        return Reference(record.uploaded, "conformers of the file")
    kept = distinct(rmsd_matrix(local, local, mappings(record.mol)), APART)
    return Reference(local[np.unique(kept)], "local structures (ETKDGv3 and a force field)")


def _compared(record: Record, reference: Reference | None, xyz: np.ndarray) -> Coverage | None:
    if reference is None:
        return None
    return coverage(rmsd_matrix(reference.xyz, xyz, mappings(record.mol)))


@dataclass(eq=False)
class _Walked:
    """States as they come, kept with what is read of them and the time the last way takes."""

    kept: list[State] = field(default_factory=list)
    found: list[Meters] = field(default_factory=list)
    seconds: float = 0.0

    def states(self, way: Iterator[State]) -> Iterator[np.ndarray]:
        """(K, N, 3) Angstrom."""
        self.seconds = 0.0
        while True:
            began = time.perf_counter()
            state = next(way, None)
            self.seconds += time.perf_counter() - began
            if state is None:
                return
            self.kept.append(state)
            yield state.x.numpy()

    def read(self, found: Meters) -> Meters:
        """Keep what was read of the newest state."""
        self.found.append(found)
        return found

    def side(self, freedom: int, calls: int, found: Coverage | None) -> Side:
        """All of it as a record."""
        frames = np.stack([state.x.numpy() for state in self.kept])
        levels = np.array([state.t for state in self.kept])
        read_off = Meters.joined(self.found)
        return Side(frames, levels, read_off, freedom, calls, self.seconds, found)


def _coordinates(
    record: Record, known: list[np.ndarray], settings: Settings, way: str
) -> Iterator[State]:
    """The side of the coordinates, centred states in Angstrom."""
    options = SampleOptions(settings.steps, settings.sampler)
    if way == "backward":
        denoiser: Denoiser
        if settings.denoiser == "exact":
            denoiser = AlignedEnsemble(torch.from_numpy(np.stack(known)))
        else:
            denoiser = CoordinateDenoiser(shipped().network, record.molecule)
        yield from states(denoiser, record.molecule, settings.conformers, options, settings.seed)
        return
    many = np.repeat(known[0][None], settings.conformers, axis=0)
    mask = torch.ones(many.shape[:2], dtype=torch.bool)
    schedule = SCHEDULES[options.schedule]()
    times = [round(schedule.T * i / settings.steps) for i in range(1, settings.steps + 1)]
    noise = stream(settings.seed, "forward")
    x_0: Tensor = to_state(torch.from_numpy(many), mask)
    for state in markov_path(schedule, x_0, noise, times):
        yield State(state.t, to_angstrom(centred(state.x, mask)))


def _torsions(record: Record, start: np.ndarray, settings: Settings, way: str) -> Iterator[State]:
    """The side of the torsions, by the network of the molecule page."""
    many = np.repeat(start[None], settings.conformers, axis=0)
    if way == "forward":
        yield from diffuse(record.molecule, many, settings.steps, stream(settings.seed, "forward"))
        return
    options = TorsionalOptions(steps=settings.steps)
    noise = stream(settings.seed, "reverse")
    yield from sample(model("torus", "cpu"), record.molecule, many, options, noise)
