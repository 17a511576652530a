"""From a molecule to conformers: local structures, torsional diffusion, energies, checks.

``python -m engine.conformers "CC(C)Cc1ccc(cc1)C(C)C(=O)O" -n 10 --out ibuprofen.sdf`` does on the
command line what the molecule page does live.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from engine.chem import Mol, MoleculeError
from engine.chem.energy import ForceField, each
from engine.chem.structure import (
    count_clashes,
    max_angle_change,
    max_bond_change,
    stereo_errors,
    to_molecule,
)
from engine.conformers.denoising import (
    Job,
    ReverseProcess,
    Snapshot,
    denoise,
    denoise_together,
)
from engine.conformers.local_structures import unstrained
from engine.conformers.options import ConformerOptions, described
from engine.conformers.selection import choose
from engine.molecule import Ensemble, Molecule
from engine.progress import Step, Steps, finish, translated
from engine.torsional import TorsionalModel

#: What the samples are called.
METHOD = "Torsional diffusion"
#: Part of the denoising time that is set aside for resampling clashing conformers.
_RESAMPLING = 0.2
#: Serial numbers of the results of this process.


@dataclass(frozen=True, eq=False)
class Checks:
    """What was measured on K conformers against their local structures.

    Attributes:
        bond_change: (K,), largest change of a bond length, Angstrom.
        angle_change: (K,), largest change of a bond angle, radians.
        stereo_errors: (K,) bool.
        clashes: (K,) pairs of atoms that come too close.
    """

    bond_change: np.ndarray
    angle_change: np.ndarray
    stereo_errors: np.ndarray
    clashes: np.ndarray


@dataclass(frozen=True, eq=False)
class Conformers:
    """The result of one run of ``generate``.

    Attributes:
        samples: the K finished conformers.
        classical: K local structures (ETKDGv3, relaxed by a force field), which are at the same
            time the classical ensemble to compare with.
        starts: (K, N, 3) Angstrom, the local structure that each sample was denoised from. Of
            several candidates for each, some local structures may have given more than one sample,
            and others none.
        process: every state of the reverse process.
        checks: of the samples against ``starts``.
        model, options, seed: what the samples were made with.
        serial: the number of this result, another one for every run, in whatever process.
    """

    samples: Ensemble
    classical: Ensemble
    starts: np.ndarray
    process: ReverseProcess
    checks: Checks
    model: str
    options: ConformerOptions
    seed: int
    serial: int = field(default_factory=lambda: secrets.randbits(52))

    @property
    def molecule(self) -> Molecule:
        """Topology of all these conformers."""
        return self.samples.molecule

    @property
    def energy_name(self) -> str:
        """The force field of the energies, "" if none knows the molecule."""
        return self.samples.energy_name

    @property
    def seconds(self) -> float:
        """Of local structures and samples together."""
        return self.samples.seconds + self.classical.seconds

    def properties(self, ensemble: Ensemble) -> dict[str, object]:
        """How an ensemble of this run was made, as a file says it: samples, relaxed, classical."""
        found: dict[str, object] = {"method": ensemble.source, "seed": self.seed}
        if METHOD in ensemble.source:
            found["network"] = f"score network of torsional diffusion ({self.model})"
            found |= described(self.options)
            found["starting_structures"] = self.classical.source
        return found


def generate(
    mol: Mol,
    model: TorsionalModel,
    n: int,
    options: ConformerOptions | None = None,
    seed: int = 1,
) -> Steps[Conformers]:
    """``n`` conformers of ``mol``, by torsional diffusion from local structures.

    Args:
        mol: explicit hydrogens, see ``engine.chem.reading``.
        model: the score network.
        n: how many conformers to keep.
        options: of the reverse process and what surrounds it.
        seed: of everything random. Local structure k is the same however many there are.

    Yields:
        Steps in shares of the whole work by estimated time; ``partial`` is a ``Snapshot`` (None
        before the first local structure), of several candidates for each conformer the first.

    Raises:
        MoleculeError: if the molecule has no rotatable bond or cannot be embedded.
    """
    options = options or ConformerOptions()
    begun = yield from _begun(mol, n, options, seed)
    job = begun.job
    made = yield from translated(
        denoise(mol, job.molecule, model, job.starts, options, job.generator),
        lambda step: begun.plan.denoised(step, n),
    )
    return (yield from _ended(begun, made, model.name))


def generate_together(
    mols: Sequence[Mol],
    model: TorsionalModel,
    n: int,
    options: ConformerOptions | None = None,
    seed: int = 1,
) -> list[Conformers | MoleculeError]:
    """``generate`` for several molecules, which go through the network in one batch.

    Each has the conformers that it would have alone, but for rounding, or its error.
    """
    options = options or ConformerOptions()
    found: list[_Begun | MoleculeError] = []
    for mol in mols:
        try:
            found.append(finish(_begun(mol, n, options, seed)))
        except MoleculeError as error:
            found.append(error)
    jobs = [one.job for one in found if isinstance(one, _Begun)]
    made = iter(finish(denoise_together(jobs, model, options)) if jobs else ())
    return [
        finish(_ended(one, next(made), model.name)) if isinstance(one, _Begun) else one
        for one in found
    ]


@dataclass(frozen=True, eq=False)
class _Begun:
    """A run whose local structures are there.

    Attributes:
        job: what is to be denoised.
        local: (n, N, 3) Angstrom, the local structures that it starts from.
        options, seed, plan: of the run.
        started, embedded: the clock (s) before and after the local structures.
    """

    job: Job
    local: np.ndarray
    options: ConformerOptions
    seed: int
    plan: _Plan
    started: float
    embedded: float


def _begun(mol: Mol, n: int, options: ConformerOptions, seed: int) -> Steps[_Begun]:
    """The first part of ``generate``: local structures."""
    molecule = to_molecule(mol)
    if molecule.n_rotors == 0:
        raise MoleculeError("This molecule has no rotatable bond, so there is nothing to sample.")
    plan = _Plan(molecule.n_atoms, n, options)
    start = time.perf_counter()
    local = yield from _embedded(mol, n, seed, plan)
    end = time.perf_counter()
    starts = local[unstrained(mol, local, n * options.candidates)]
    job = Job(mol, molecule, starts, torch.Generator().manual_seed(seed))
    return _Begun(job, local, options, seed, plan, start, end)


def _ended(begun: _Begun, made: ReverseProcess, model: str) -> Steps[Conformers]:
    """The last part of ``generate``: the conformers that are kept, energies, checks."""
    mol, molecule, n = begun.job.mol, begun.job.molecule, len(begun.local)
    shown = Snapshot("ranking", made.xyz[:n], begun.job.starts[:n])
    total = len(begun.job.starts)
    chosen = yield from translated(
        choose(mol, molecule, made.xyz, n),
        lambda step: Step(begun.plan.ranked(step.done / total), 1, step.message, shown),
    )
    seconds = time.perf_counter() - begun.embedded
    yield Step(1, 1, "", shown)
    known = _field(mol)
    starts, made = begun.job.starts[chosen], made.take(chosen)
    return Conformers(
        samples=_ensemble(molecule, made.xyz, METHOD, known, seconds),
        classical=replace(
            _ensemble(
                molecule,
                begun.local,
                classical_method(known),
                known,
                begun.embedded - begun.started,
            ),
            minimised=known is not None,
        ),
        starts=starts,
        process=made,
        checks=check(mol, molecule, starts, made.xyz),
        model=model,
        options=begun.options,
        seed=begun.seed,
    )


def check(mol: Mol, molecule: Molecule, starts: np.ndarray, xyz: np.ndarray) -> Checks:
    """What changed from local structures to conformers, both (K, N, 3) Angstrom."""
    return Checks(
        bond_change=max_bond_change(starts, xyz, molecule.bonds),
        angle_change=max_angle_change(starts, xyz, molecule.bonds),
        stereo_errors=stereo_errors(mol, xyz),
        clashes=count_clashes(mol, xyz),
    )


def classical_method(field: ForceField | None) -> str:
    """What the local structures are called: ETKDGv3, relaxed by the field that knows them."""
    return f"ETKDGv3 + {field.name}" if field else "ETKDGv3"


def _embedded(mol: Mol, n: int, seed: int, plan: _Plan) -> Steps[np.ndarray]:
    """(n, N, 3) local structures."""
    words = f"Building starting structures, {{}} of {n}"
    yield Step(0, 1, words.format(0))
    found: list[np.ndarray] = []
    for structure in each(mol, n, seed):
        found.append(structure)
        done, xyz = len(found), np.stack(found)
        share = plan.embedding * (done / n)
        yield Step(share, 1, words.format(done), Snapshot("embedding", xyz, xyz))
    return np.stack(found)


def _field(mol: Mol) -> ForceField | None:
    """The force field of the molecule, None if no field knows it."""
    try:
        return ForceField(mol)
    except MoleculeError:
        return None


def _ensemble(
    molecule: Molecule, xyz: np.ndarray, source: str, field: ForceField | None, seconds: float
) -> Ensemble:
    energies = field.energies(xyz) if field else np.empty(0)
    return Ensemble(molecule, xyz, source, energies, field.name if field else "", seconds)


class _Plan:
    """The share of the whole work that each part takes: measured costs on one core, in seconds."""

    def __init__(self, atoms: int, n: int, options: ConformerOptions) -> None:
        many = n * options.candidates
        embedding = 0.022 * (atoms / 33) ** 2.4 * n
        denoising = 0.0013 * (atoms / 33) ** 1.35 * many * options.steps
        resampling = _RESAMPLING * denoising if options.retries else 0.0
        ranking = 0.002 * (atoms / 33) ** 1.3 * many if options.candidates > 1 else 0.0
        whole = embedding + denoising + resampling + ranking
        self.embedding = embedding / whole
        self._first = (embedding + denoising) / whole
        self._last = (embedding + denoising + resampling) / whole

    def denoised(self, step: Step, n: int) -> Step:
        """The same step in shares of the whole, showing the first ``n`` conformers.

        Every attempt takes half of the time that is left for attempts at most.
        """
        shot: Snapshot = step.partial
        begun, ended = self.embedding, self._first
        for _ in range(shot.attempt):
            begun, ended = ended, (self._last + ended) / 2
        share = begun + (ended - begun) * step.fraction
        shown = replace(shot, xyz=shot.xyz[:n], starts=shot.starts[:n])
        return Step(share, 1, step.message, shown)

    def ranked(self, share: float) -> float:
        """What is done once a share of the candidates has been relaxed."""
        return self._last + (1 - self._last) * share
