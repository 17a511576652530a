"""The reverse process of one molecule, from local structures to conformers without clashes.

The model sees every atom, but its samples are not perfect: at low temperature, and drawn together,
about one in five conformers of molecules with many bonds ends with atoms too close to each other.
These are folded again from other noise. On molecules kept for choosing a second chance raised
recall and precision and cost a fifth more time; a third changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from engine.chem import Mol
from engine.chem.geometry import count_clashes
from engine.molecule import Molecule
from engine.torsional.model import TorsionalModel
from engine.torsional.sample import SampleOptions, sample


@dataclass(frozen=True, eq=False)
class Folding:
    """Every state of the reverse process of K conformers, noise first.

    Attributes
    ----------
    frames: (steps + 1, K, N, 3) Angstrom.
    sigmas: (steps + 1,) radians.
    scores: (steps, K, M) per radian: the score of every torsion at each state but the last, as the
        sampler used it (tempered, guided).
    """

    frames: np.ndarray
    sigmas: np.ndarray
    scores: np.ndarray

    def take(self, chosen: np.ndarray) -> Folding:
        """Only the conformers ``chosen``, in that order."""
        return Folding(self.frames[:, chosen], self.sigmas, self.scores[:, chosen])


@dataclass(frozen=True, eq=False)
class Moment:
    """A step of the work, for whoever watches.

    Attributes
    ----------
    attempt: 0 for the first run of all, then 1, 2, ... for those that clashed.
    done: steps done in this attempt.
    xyz: (K, N, 3) Angstrom, all conformers. sigma: radians, of those that are being folded.
    """

    attempt: int
    done: int
    xyz: np.ndarray
    sigma: float


def fold(
    mol: Mol,
    molecule: Molecule,
    model: TorsionalModel,
    seeds: np.ndarray,
    options: SampleOptions,
    generator: torch.Generator,
    watch: Callable[[Moment], None] = lambda moment: None,
) -> Folding:
    """Conformers from the local structures ``seeds`` (K, N, 3), Angstrom; ``molecule`` is mol's.

    What ends with more clashes than its seed has is folded again, ``options.retries`` times at
    most, and replaced where that helps. ``watch`` may raise to stop the work.
    """
    made = _run(model, molecule, seeds, options, generator, lambda done, xyz, sigma: watch(
        Moment(0, done, xyz, sigma)
    ))  # fmt: skip
    allowed, clashes = count_clashes(mol, seeds), count_clashes(mol, made.frames[-1])
    for attempt in range(1, options.retries + 1):
        bad = np.flatnonzero(clashes > allowed)
        if not len(bad):
            break

        def tell(
            done: int, xyz: np.ndarray, sigma: float, attempt: int = attempt, bad: np.ndarray = bad
        ) -> None:
            whole = made.frames[-1].copy()
            whole[bad] = xyz
            watch(Moment(attempt, done, whole, sigma))

        again = _run(model, molecule, seeds[bad], options, generator, tell)
        found = count_clashes(mol, again.frames[-1])
        better = found < clashes[bad]
        made.frames[:, bad[better]] = again.frames[:, better]
        made.scores[:, bad[better]] = again.scores[:, better]
        clashes[bad[better]] = found[better]
    return made


def _run(
    model: TorsionalModel,
    molecule: Molecule,
    seeds: np.ndarray,
    options: SampleOptions,
    generator: torch.Generator,
    tell: Callable[[int, np.ndarray, float], None],
) -> Folding:
    """The reverse process once, told step by step."""
    frames, sigmas, scores = [], [], []
    for done, state in enumerate(sample(model, molecule, seeds, options, generator)):
        frames.append(state.x.numpy())
        sigmas.append(state.t)
        if state.score is not None:
            scores.append(state.score.numpy())
        tell(done, frames[-1], state.t)
    return Folding(np.stack(frames), np.array(sigmas), np.stack(scores))
