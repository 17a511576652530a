"""The tutorial's own model, trained on one molecule, and what it has learned from it.

A training of ``engine.torsional.scratch`` on one conformer or on several, with angles sampled on
the way (the dials of the page); then samples of it beside those of the model that ships, of the
same molecule::

    taught = teaching(record, [record.molecule.xyz[0]])
    run = finish(train(on_molecule(taught, ScratchOptions(), seed=0)))
    found = finish(side_by_side(OwnModel(taught, run.training), seed=0))

One conformer is all that a model trained on one can give back. How far it does is measured as on
the page Exact and learned: by the ratio of distances to the nearest training conformer
(``engine.evaluation.memorisation``), on the torus, beside the samples of the shipped model.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from engine.chem.structure import mappings, rmsd_matrix
from engine.evaluation import Memory as Remembrance
from engine.evaluation.coverage import BIN_CENTRES, torsion_shares
from engine.evaluation.memorisation import measure
from engine.experiments.molecule.conformer_run import model as shipped
from engine.experiments.molecule.record import Record
from engine.experiments.networks import Memory, Training, Update
from engine.experiments.training_run import PausableTraining, TrainingRun
from engine.geometry import dihedral_angles
from engine.molecule import Molecule
from engine.progress import Step, Steps
from engine.streams import stream
from engine.torsional import SampleOptions, State, TorsionalModel, sample
from engine.torsional.scratch import FromScratch, ScratchOptions, fit

DIALS = 24  #: samples of a copy on the way
DIAL_STEPS = 25
SAMPLES, STEPS = 24, 100  #: of the trained model
FRESH, FRESH_STEPS = 48, 10  #: of the shipped one; more of them, for a reference and its floor
NEAR = 30.0  #: degrees: a sample gives a conformer back if no torsion is further off


@dataclass(frozen=True)
class Taught:
    """The conformers of one molecule that a model is trained on.

    Attributes:
        record: the molecule.
        coordinates: of its K conformers, (K, N, 3) float32 Angstrom as bytes, so that two of these
            compare by value.
    """

    record: Record
    coordinates: bytes = field(repr=False)

    @property
    def molecule(self) -> Molecule:
        """Topology."""
        return self.record.molecule

    @property
    def xyz(self) -> np.ndarray:
        """(K, N, 3) Angstrom."""
        flat = np.frombuffer(self.coordinates, dtype=np.float32)
        return flat.reshape(-1, self.molecule.n_atoms, 3)

    @property
    def torsions(self) -> np.ndarray:
        """(K, M) radians."""
        return dihedral_angles(self.xyz, self.molecule.quartets)

    def __len__(self) -> int:
        """K."""
        return len(self.xyz)


def teaching(record: Record, xyz: Sequence[np.ndarray] | np.ndarray) -> Taught:
    """Training on the conformers xyz (K, N, 3), Angstrom.

    Raises:
        ValueError: if there is none.
    """
    if not len(xyz):
        raise ValueError("There is no conformer to train on.")
    return Taught(record, np.ascontiguousarray(xyz, dtype=np.float32).tobytes())


@dataclass(frozen=True)
class OwnModel:
    """A model by what it was trained on, and how."""

    taught: Taught
    training: Training[ScratchOptions]


OwnRun: TypeAlias = TrainingRun[FromScratch, ScratchOptions]
OWN_MODELS: Memory[FromScratch] = Memory("models of one molecule")  #: by ``OwnModel``


def updates(taught: Taught, options: ScratchOptions, seed: int) -> Iterator[Update[FromScratch]]:
    """The updates of a training; the same seed gives the same model."""
    for progress in fit(taught.molecule, taught.xyz, options, stream(seed, "training")):
        yield Update(progress.step, progress.loss, progress.model)


def on_molecule(
    taught: Taught, options: ScratchOptions, seed: int
) -> PausableTraining[FromScratch, ScratchOptions]:
    """A training whose copies are found by ``OwnModel``; each with samples for the dials."""
    return PausableTraining(
        options,
        seed,
        updates(taught, options, seed),
        OWN_MODELS,
        partial(OwnModel, taught),
        draw=lambda model: dials(taught, model, seed),
    )


def dials(taught: Taught, model: TorsionalModel, seed: int) -> np.ndarray:
    """(DIALS, M) radians: quick samples, from the same noise each time."""
    *_, last = _sampled(taught, model, DIALS, DIAL_STEPS, seed)
    return dihedral_angles(last.x.numpy(), taught.molecule.quartets)


def _sampled(
    taught: Taught, model: TorsionalModel, count: int, steps: int, seed: int
) -> Iterator[State]:
    """The reverse process without temperature or guidance, from turned copies of one conformer."""
    starts = np.repeat(taught.xyz[:1], count, axis=0)
    options = SampleOptions(steps=steps, temperature=1.0, attraction=0.0)
    return sample(model, taught.molecule, starts, options, stream(seed, "reverse"))


@dataclass(frozen=True, eq=False)
class Samples:
    """What one model gives.

    Attributes:
        torsions: (n, M) radians.
        rmsd: (n,) Angstrom, to the nearest training conformer: heavy atoms, over symmetry.
        off: (n,) degrees, the largest difference of a torsion from the nearest training conformer.
        steps: network calls.
        seconds: that it took.
    """

    torsions: np.ndarray
    rmsd: np.ndarray
    off: np.ndarray
    steps: int
    seconds: float

    @property
    def shares(self) -> np.ndarray:
        """(M, bins) percent of the samples in each bin of ``BIN_CENTRES``."""
        return torsion_shares(self.torsions)

    @property
    def distance(self) -> float:
        """Median RMSD to the nearest training conformer, Angstrom."""
        return float(np.median(self.rmsd))

    @property
    def returned(self) -> float:
        """The share that gives a training conformer back: no torsion off by ``NEAR`` or more."""
        return float((self.off < NEAR).mean())


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Samples of one molecule by the model trained here and by the one that ships.

    Attributes:
        taught: (K, M) radians, the training conformers.
        own, shipped: the samples.
        memory: of the own model, the shipped one's samples taken for fresh data.
    """

    taught: np.ndarray
    own: Samples
    shipped: Samples
    memory: Remembrance

    @property
    def taught_shares(self) -> np.ndarray:
        """(M, bins) percent of the training conformers in each bin."""
        return torsion_shares(self.taught)

    @property
    def centres(self) -> np.ndarray:
        """(bins,) degrees, the middle of each bin."""
        return BIN_CENTRES


def model_of(own: OwnModel) -> Steps[FromScratch]:
    """The model ``own``: remembered, or trained again step by step.

    Raises:
        ValueError: if training ends before ``updates``.
    """
    training = own.training
    begin = partial(updates, own.taught, training.options, training.seed)
    return (yield from OWN_MODELS.find(own, training, begin))


def side_by_side(own: OwnModel, seed: int) -> Steps[SideBySide]:
    """Sample both models and measure what the own one remembers."""
    trained = yield from model_of(own)
    total = STEPS + 5 * FRESH_STEPS
    ours = yield from _samples(own.taught, trained, SAMPLES, STEPS, seed, (0, 1, total))
    torus = shipped("torus", "cpu")
    fresh = yield from _samples(own.taught, torus, FRESH, FRESH_STEPS, seed, (STEPS, 5, total))
    points = (_points(a) for a in (ours.torsions, own.taught.torsions, fresh.torsions))
    return SideBySide(own.taught.torsions, ours, fresh, measure(*points))


def _samples(
    taught: Taught,
    model: TorsionalModel,
    count: int,
    steps: int,
    seed: int,
    share: tuple[int, int, int],
) -> Steps[Samples]:
    """Samples of a model; share: (done before, cost of a step, total) of the whole work."""
    began, (before, each, total) = time.perf_counter(), share
    for done, state in enumerate(_sampled(taught, model, count, steps, seed)):
        last = state
        yield Step(before + each * done, total, "Sampling both models")
    seconds = time.perf_counter() - began
    xyz = last.x.numpy()
    torsions = dihedral_angles(xyz, taught.molecule.quartets)
    rmsd = rmsd_matrix(taught.xyz, xyz, mappings(taught.record.mol)).min(axis=0)
    off = largest_turns(torsions, taught.torsions).min(axis=1)
    return Samples(torsions, rmsd, off, steps, seconds)


def largest_turns(torsions: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n, K) degrees: the largest difference of a torsion, between (n, M) and (K, M) radians."""
    gap = torsions[:, None] - others[None]
    turned: np.ndarray = np.degrees(np.abs(np.arctan2(np.sin(gap), np.cos(gap)))).max(-1)
    return turned


def _points(torsions: np.ndarray) -> Tensor:
    """Angles (n, M) as points (n, 2 M) of the torus in space, float32."""
    return torch.from_numpy(np.concatenate([np.cos(torsions), np.sin(torsions)], 1)).float()
