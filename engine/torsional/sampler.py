"""Sampling conformers: the reverse process on the torus, yielding every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from engine.molecule import Molecule
from engine.options import choice, number
from engine.process import State
from engine.torsional.batch import collate
from engine.torsional.geometry import dihedrals, rotate
from engine.torsional.guidance import attraction, distant_pairs, repulsion
from engine.torsional.model import TorsionalModel
from engine.torsional.process import tempered

#: Pairs of atoms that go through the network together. On a processor larger arrays leave its
#: cache: 200 conformers of 61 atoms in one piece take twice as long. Elsewhere, what memory allows.
_PAIRS, _PAIRS_ELSEWHERE = 36_000, 4_000_000
MOST_STEPS = 1000  #: of the reverse process, all of which are kept
LARGEST = 100.0  #: of the numbers that weigh its parts; those of the page are below 5


@dataclass(frozen=True)
class SampleOptions:
    """How the reverse process runs."""

    steps: int = choice(
        10,
        "Denoising steps",
        "More steps follow the learned score more closely and take longer.",
        (5, 10, 20, 50, 100),
    )
    eta: float = number(
        1.0,
        "Stochasticity η",
        "1 is the reverse SDE (fresh noise at every step), 0 the deterministic "
        "probability-flow ODE.",
        (0.0, 1.0, 0.1),
        "%.1f",
    )
    temperature: float = number(
        0.2,
        "Temperature",
        "Below 1 the sampler keeps to likely torsions. On validation molecules 0.2 to 0.3 gave "
        "better recall and precision than 1.",
        (0.1, 1.0, 0.1),
        "%.1f",
    )
    diversity: float = number(
        0.0,
        "Particle guidance",
        "Above 0 the conformers of one run repel each other while they are denoised, so that "
        "fewer are alike.",
        (0.0, 4.0, 0.5),
        "%.1f",
    )
    attraction: float = number(
        0.05,
        "Long-range attraction",
        "A bias towards folded conformers. "
        "Heavy atoms five or more bonds apart attract each other while a conformer is denoised, "
        "in each conformer with a random share of this strength. Molecules in vacuum are more "
        "compact than the conformers that the model was trained on.",
        (0.0, 0.3, 0.05),
    )

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MOST_STEPS:
            raise ValueError(
                f"The denoising steps are a number from 1 to {MOST_STEPS:,}, not {self.steps}."
            )
        for name in ("eta", "temperature", "diversity", "attraction"):
            value = getattr(self, name)
            if not 0 <= value <= LARGEST:  # false for nan, too
                raise ValueError(f"The {name} is a number from 0 to {LARGEST:g}, not {value}.")
        if not self.temperature:
            raise ValueError("The temperature is greater than 0; 0.1 is a low one.")


def sample(
    model: TorsionalModel,
    molecule: Molecule,
    seeds: np.ndarray,
    options: SampleOptions,
    generator: torch.Generator,
) -> Iterator[State]:
    """Conformers from random torsions, one ``State`` per step.

    Args:
        model: the score.
        molecule: whose torsions are sampled.
        seeds: (K, N, 3) Angstrom, local structures (ETKDG + MMFF94s); only torsions change.
        options: of the reverse process.
        generator: on the CPU, so that one seed gives one result on every device.

    Yields:
        State with t the noise level in radians (sigma, from pi down to 0, where the process is the
        wrapped normal) and x = xyz (K, N, 3) on the CPU; the first is the random start. Every state
        is ``seeds`` turned once by the accumulated angles, so that rounding does not accumulate.
    """
    for states in sample_together(model, [Start(molecule, seeds, generator)], options):
        yield states[0]


@dataclass(frozen=True, eq=False)
class Start:
    """Conformers of one molecule that are to be sampled, see ``sample``."""

    molecule: Molecule
    seeds: np.ndarray
    generator: torch.Generator

    def __len__(self) -> int:
        """K, the number of conformers."""
        return len(self.seeds)


def sample_together(
    model: TorsionalModel, starts: Sequence[Start], options: SampleOptions
) -> Iterator[list[State]]:
    """``sample`` for several molecules in one batch; yields a ``State`` of each.

    Each has the noise that it would have alone, so the same conformers but for rounding.
    """
    batch = collate(
        [start.molecule for start in starts for _ in start.seeds],
        [positions for start in starts for positions in start.seeds],
    ).to(model.device)
    atoms, rotors = batch.atom_mask.shape[1], batch.rotor_mask.shape[1]
    pairs_at_once = _PAIRS if model.device.type == "cpu" else _PAIRS_ELSEWHERE
    size = max(1, pairs_at_once // atoms**2)
    pieces = batch.split(size)

    def drawn(draw: Callable[[tuple[int, int], torch.Generator], Tensor]) -> Tensor:
        rows = [draw((len(s), s.molecule.n_rotors), s.generator) for s in starts]
        return torch.cat([_wide(some, rotors) for some in rows]).to(model.device)

    process = model.process
    origin = process.origin(dihedrals(batch.xyz, batch.quartets)) * batch.rotor_mask
    delta = drawn(process.start) - origin
    share = torch.cat([torch.rand((len(s), 1), generator=s.generator) for s in starts])
    pull = options.attraction * share.to(model.device)
    pairs = _pairs(starts, atoms).to(model.device)
    xyz = rotate(batch.xyz, batch.rotors, batch.moving, delta)
    sigmas = process.levels(options.steps)
    yield _states(starts, sigmas[0], xyz)
    for sigma, sigma_next in pairwise(sigmas):
        each = zip(pieces, xyz.split(size), strict=True)
        score = torch.cat([model.score(piece.with_xyz(some), sigma) for piece, some in each])
        if options.attraction:
            score = score + pull * attraction(batch.with_xyz(xyz), pairs)
        if options.temperature != 1:
            score = tempered(score, process.noise_over_signal(sigma), options.temperature)
        if options.diversity:
            score = score + options.diversity * _apart(starts, dihedrals(xyz, batch.quartets))
        noise = drawn(lambda shape, generator: torch.randn(shape, generator=generator))
        angle = process.step(origin + delta, score, sigma, sigma_next, options.eta, noise)
        delta = angle - origin
        xyz = rotate(batch.xyz, batch.rotors, batch.moving, delta)
        yield _states(starts, sigma_next, xyz, score)


def _wide(rows: Tensor, width: int) -> Tensor:
    """(K, M) as (K, width), zero behind."""
    return torch.nn.functional.pad(rows, (0, width - rows.shape[1]))


def _pairs(starts: Sequence[Start], atoms: int) -> Tensor:
    """(B, N, N): ``distant_pairs`` of the molecule of every conformer."""
    every = []
    for start in starts:
        found = distant_pairs(start.molecule)
        more = atoms - len(found)
        padded = torch.nn.functional.pad(found, (0, more, 0, more))
        every.append(padded.expand(len(start), -1, -1))
    return torch.cat(every)


def _apart(starts: Sequence[Start], tau: Tensor) -> Tensor:
    """(B, M): ``repulsion`` between the conformers of each molecule."""
    width, parts = tau.shape[1], tau.split([len(start) for start in starts])
    each = zip(starts, parts, strict=True)
    return torch.cat([_wide(repulsion(t[:, : s.molecule.n_rotors]), width) for s, t in each])


def _states(
    starts: Sequence[Start], sigma: float, xyz: Tensor, score: Tensor | None = None
) -> list[State]:
    """A state of each molecule, without what pads it."""
    rows = [len(start) for start in starts]
    found = []
    scores = [None] * len(starts) if score is None else score.cpu().split(rows)
    for start, x, s in zip(starts, xyz.cpu().split(rows), scores, strict=True):
        own = None if s is None else s[:, : start.molecule.n_rotors]
        found.append(State(sigma, x[:, : start.molecule.n_atoms], score=own))
    return found
