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
from engine.chem.structure import distinct, hands_changed, mappings, rmsd_matrix
from engine.denoisers import Denoiser
from engine.evaluation.coverage import Coverage, coverage
from engine.experiments.cartesian.meters import Meters, meters
from engine.experiments.cartesian.records import (
    WAYS,
    Clock,
    Moment,
    Reference,
    Settings,
    Side,
)
from engine.experiments.molecule.conformer_run import model
from engine.experiments.molecule.record import Problem, Record, Source, read
from engine.noise import SCHEDULES
from engine.process import State, markov_path
from engine.progress import Step, Steps
from engine.streams import stream
from engine.torsional import SampleOptions as TorsionalOptions
from engine.torsional import diffuse, sample

MOST_ATOMS = 120  #: hydrogens counted; every call of the network looks at all pairs
APART = 0.3  #: Angstrom of heavy-atom RMSD between two references


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
    centres = int(hands_changed(record.mol, start, -start[None])[0])
    internal = sizes[0] - 6
    return Clock(record, settings, start, one, other, internal, centres, embedded, reference)


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
