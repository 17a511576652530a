"""The reverse process of one molecule, from local structures to conformers without clashes.

The model sees every atom, but at low temperature some conformers of molecules with many rotatable
bonds end with atoms too close to each other. These are sampled again from other noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch

from engine.chem import Mol
from engine.chem.structure import count_clashes
from engine.conformers.options import ConformerOptions
from engine.molecule import Molecule
from engine.progress import Step, Steps, translated
from engine.torsional import Start, State, TorsionalModel, sample_together


@dataclass(frozen=True, eq=False)
class ReverseProcess:
    """Every state of the reverse process of K conformers, noise first.

    Attributes:
        frames: (steps + 1, K, N, 3) Angstrom.
        sigmas: (steps + 1,) radians.
        scores: (steps, K, M) per radian: the score of every torsion at each state but the last, as
            the sampler used it (tempered, guided).
    """

    frames: np.ndarray
    sigmas: np.ndarray
    scores: np.ndarray

    @property
    def xyz(self) -> np.ndarray:
        """(K, N, 3) Angstrom, where it ends."""
        return self.frames[-1]

    def take(self, chosen: np.ndarray) -> ReverseProcess:
        """Only the conformers ``chosen``, in that order."""
        return ReverseProcess(self.frames[:, chosen], self.sigmas, self.scores[:, chosen])


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What there is to see of conformers that are being made.

    Attributes:
        stage: "embedding" of the local structures, "denoising", "resampling" of those that clash,
            "ranking" of the candidates.
        xyz: (K', N, 3) Angstrom, the local structures so far, or the conformers.
        starts: (K', N, 3), the local structures that these are denoised from.
        sigma: the noise level of those that are being denoised, radians.
        attempt: 0 for the first run, then 1, 2, ... for those that clashed.
    """

    stage: Literal["embedding", "denoising", "resampling", "ranking"]
    xyz: np.ndarray
    starts: np.ndarray
    sigma: float = 0.0
    attempt: int = 0


def denoise(
    mol: Mol,
    molecule: Molecule,
    model: TorsionalModel,
    starts: np.ndarray,
    options: ConformerOptions,
    generator: torch.Generator,
) -> Steps[ReverseProcess]:
    """Conformers from the local structures ``starts`` (K, N, 3), Angstrom.

    What ends with more clashes than its local structure has is sampled again, ``options.retries``
    times at most, and replaced where that helps.

    Args:
        mol: RDKit's molecule. molecule: its record.
        model: the score network.
        starts: only their torsions change.
        options: of the reverse process and of resampling.
        generator: on the CPU.

    Yields:
        A step after each denoising step, its ``partial`` a ``Snapshot`` of all K conformers.
    """
    job = Job(mol, molecule, starts, generator)
    [made] = yield from translated(
        denoise_together([job], model, options), lambda step: replace(step, partial=step.partial[0])
    )
    return made


@dataclass(frozen=True, eq=False)
class Job:
    """Conformers of one molecule that are to be made, see ``denoise``."""

    mol: Mol
    molecule: Molecule
    starts: np.ndarray
    generator: torch.Generator


def denoise_together(
    jobs: Sequence[Job], model: TorsionalModel, options: ConformerOptions
) -> Steps[list[ReverseProcess]]:
    """``denoise`` for several molecules in one batch.

    Yields:
        Steps whose ``partial`` is a list: a ``Snapshot`` of each molecule that is in work.
    """
    every = [np.arange(len(job.starts)) for job in jobs]
    made = yield from _attempt(model, jobs, every, [job.starts for job in jobs], options, 0)
    allowed = [count_clashes(job.mol, job.starts) for job in jobs]
    clashes = [count_clashes(job.mol, own.xyz) for job, own in zip(jobs, made, strict=True)]
    for attempt in range(1, options.retries + 1):
        wrong = [np.flatnonzero(now > most) for now, most in zip(clashes, allowed, strict=True)]
        bad = {k: rows for k, rows in enumerate(wrong) if len(rows)}
        if not bad:
            break
        shown = [made[k].xyz for k in bad]
        some, rows = [jobs[k] for k in bad], list(bad.values())
        again = yield from _attempt(model, some, rows, shown, options, attempt)
        for k, new in zip(bad, again, strict=True):
            found = count_clashes(jobs[k].mol, new.xyz)
            better = found < clashes[k][bad[k]]
            made[k].frames[:, bad[k][better]] = new.frames[:, better]
            made[k].scores[:, bad[k][better]] = new.scores[:, better]
            clashes[k][bad[k][better]] = found[better]
    return made


def _attempt(
    model: TorsionalModel,
    jobs: Sequence[Job],
    rows: Sequence[np.ndarray],
    shown: Sequence[np.ndarray],
    options: ConformerOptions,
    attempt: int,
) -> Steps[list[ReverseProcess]]:
    """The reverse process of the conformers ``rows`` of every job, once.

    shown: (K, N, 3) of every job, all conformers as they were before.
    """
    starts = [Start(job.molecule, job.starts[some], job.generator)
              for job, some in zip(jobs, rows, strict=True)]  # fmt: skip
    doing = "Resampling clashing conformers" if attempt else "Denoising"
    history: list[list[State]] = []
    for done, states in enumerate(sample_together(model, starts, options)):
        history.append(states)
        parts = zip(jobs, rows, shown, states, strict=True)
        shots = [_snapshot(job, some, xyz, state, attempt) for job, some, xyz, state in parts]
        words = f"{doing}, step {done} of {options.steps}"
        yield Step(done, options.steps, words, shots)
    return [_process(states) for states in zip(*history, strict=True)]


def _snapshot(
    job: Job, rows: np.ndarray, shown: np.ndarray, state: State, attempt: int
) -> Snapshot:
    """All conformers of a job, those that are being sampled as they are now."""
    xyz = shown.copy()
    xyz[rows] = state.x.numpy()
    return Snapshot("resampling" if attempt else "denoising", xyz, job.starts, state.t, attempt)


def _process(states: Sequence[State]) -> ReverseProcess:
    """The states of one molecule as one record."""
    frames = np.stack([state.x.numpy() for state in states])
    scores = np.stack([state.score.numpy() for state in states if state.score is not None])
    return ReverseProcess(frames, np.array([state.t for state in states]), scores)
