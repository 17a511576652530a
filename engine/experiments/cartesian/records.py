"""What the clock of coordinates and torsions is asked, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.cartesian.sampling import SampleOptions
from engine.evaluation.coverage import Coverage
from engine.experiments.arrays import Array, Exported
from engine.experiments.cartesian.meters import Meters
from engine.experiments.molecule.record import Record
from engine.options import choice, count
from engine.samplers import SAMPLERS

#: By direction, the ways that are walked.
WAYS = {"forward": ("forward",), "backward": ("backward",), "both": ("forward", "backward")}


@dataclass(frozen=True)
class Settings:
    """What both sides are asked.

    Attributes:
        direction: a key of ``WAYS``: into noise, from noise, or one after the other.

    Raises:
        ValueError: if a name is unknown.
    """

    direction: str = "both"
    steps: int = count(100, "Steps", "Of either process, one way.", (10, 500, 10))
    conformers: int = count(5, "Conformers", "Made at once.", (1, 20, 1))
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
        centres: labelled stereo centres, whose hand can flip.
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
    centres: int
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

    @property
    def spans(self) -> tuple[tuple[str, int, int], ...]:
        """Of every way that is walked: its name, its first frame, and the first after it."""
        size = self.settings.steps + 1
        ways = enumerate(WAYS[self.settings.direction])
        return tuple((way, k * size, (k + 1) * size) for k, way in ways)

    def keyframes(self, most: int) -> np.ndarray:
        """(F,) indices of at most ``most`` frames of each way, the first and the last kept."""
        spans = [(first, last - 1) for _, first, last in self.spans]
        each = (np.linspace(*ends, min(most, self.settings.steps + 1)) for ends in spans)
        return np.concatenate(list(each)).round().astype(int)

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
