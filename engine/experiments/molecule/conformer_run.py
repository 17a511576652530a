"""Conformers of a molecule by torsional diffusion, with all that its page shows of them.

The reverse process starts from local structures (ETKDGv3, relaxed by a force field), which serve as
the classical ensemble to compare with: as many conformers, and the time it takes to make them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from engine.chem import MoleculeError
from engine.chem.structure import max_angle_change, max_bond_change
from engine.conformers import (
    ConformerOptions,
    Conformers,
    ReverseProcess,
    Snapshot,
    generate,
)
from engine.experiments.molecule.measuring import Measured, measure
from engine.experiments.molecule.record import Problem, Record, Source, read
from engine.molecule import Ensemble, Molecule
from engine.progress import Step, Steps, translated
from engine.torsional import TorsionalModel, load
from engine.torsional.allocator import give_back
from engine.torsional.memory import spared


@dataclass(frozen=True)
class Request:
    """What is asked of the sampler.

    Attributes:
        conformers: How many to keep.
        options: Options of the sampler and of the selection.
        seed: The seed of everything random.
        device: Where the network runs, one of ``engine.torsional.model.devices()``.
        model: The name of the network in ``engine.torsional.models.MODELS``.
    """

    conformers: int
    options: ConformerOptions
    seed: int
    device: str
    model: str = "torus"


@dataclass(frozen=True, eq=False)
class Progress:
    """What there is to see of a run that is not finished.

    Attributes:
        snapshot: The conformers so far, at least one local structure.
        changes: ``(2, 1, K)``, see ``geometry_changes``; None while local structures are built.
    """

    snapshot: Snapshot
    changes: np.ndarray | None

    @property
    def turning(self) -> bool:
        """Whether torsions change, and nothing else."""
        return self.changes is not None


@dataclass(frozen=True)
class Run:
    """A finished run. Runs of the same molecule with the same request compare as equal.

    Attributes:
        record: The molecule.
        request: What was asked.
        result: The conformers.
        changes: ``(2, F, K)``, see ``geometry_changes``, at every frame of the reverse process.
        measured: The model's conformers by rising energy, with what was measured on them.
        device: Where the network ran: as asked, or the CPU where a GPU had too little memory.
    """

    record: Record
    request: Request
    result: Conformers = field(compare=False)
    changes: np.ndarray = field(compare=False)
    measured: Measured = field(compare=False)
    device: str = field(compare=False)

    @property
    def serial(self) -> int:
        """A number that no other run has."""
        return self.result.serial

    @property
    def samples(self) -> Ensemble:
        """The model's conformers."""
        return self.result.samples

    @property
    def classical(self) -> Ensemble:
        """The local structures."""
        return self.result.classical

    @property
    def process(self) -> ReverseProcess:
        """Every state of the reverse process."""
        return self.result.process

    @property
    def playable(self) -> bool:
        """Whether its game can be played: energies are known, and a score at any noise."""
        return bool(self.energy_name) and self.request.model == "torus"

    @property
    def energy_name(self) -> str:
        """The name of the force field of the energies, "" if none knows the molecule."""
        return self.result.energy_name


@lru_cache(maxsize=4)
def model(name: str, device: str) -> TorsionalModel:
    """A trained network, loaded once per process and device."""
    return load(name, device)


def conformer_run(source: Source, request: Request) -> Steps[Run]:
    """Read the molecule of ``source`` and sample its conformers.

    Raises:
        MoleculeError: If it cannot be read, or has no rotatable bond.
    """
    record = yield from read(source)
    if isinstance(record, Problem):
        raise MoleculeError(record.sentence)
    return (yield from sample_conformers(record, request))


def sample_conformers(record: Record, request: Request) -> Steps[Run]:
    """Local structures, then the reverse process on their torsions.

    Yields:
        Steps whose ``partial`` is a ``Progress``.
    """
    molecule = record.molecule

    def work(device: str) -> Steps[Conformers]:
        network = model(request.model, device)
        steps = generate(record.mol, network, request.conformers, request.options, request.seed)
        return (yield from translated(steps, lambda step: _shown(molecule, step)))

    result, device = yield from spared(work, request.device)
    give_back()
    changes = geometry_changes(molecule, result.starts, result.process.frames)
    return Run(record, request, result, changes, measure(record, result.samples), device)


def _shown(molecule: Molecule, step: Step) -> Step:
    shot: Snapshot | None = step.partial
    if shot is None:
        return step
    changes = None
    if shot.stage != "embedding":
        changes = geometry_changes(molecule, shot.starts, shot.xyz[None])
    return Step(step.done, step.total, step.message, Progress(shot, changes))


def geometry_changes(molecule: Molecule, starts: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """``(2, F, K)``: largest change of a bond length, Angstrom, and of a bond angle, degrees.

    Args:
        molecule: The molecule.
        starts: ``(K, N, 3)`` local structures, Angstrom.
        frames: ``(F, K, N, 3)``, the same with other torsions.
    """
    lengths = max_bond_change(starts, frames, molecule.bonds)
    angles = np.degrees(max_angle_change(starts, frames, molecule.bonds))
    return np.stack([lengths, angles]).astype(np.float32)
