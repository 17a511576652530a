"""The molecule page's work: reading a molecule, sampling conformers. Runs in jobs, no Streamlit.

A run of the model starts from local structures (ETKDGv3 + MMFF94s), which serve as the classical
ensemble to compare with: the same number of conformers, made in the time it takes to make them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch

from engine.chem import Mol
from engine.chem.convert import to_molecule
from engine.chem.depict import Depiction, depict
from engine.chem.energy import ForceField
from engine.chem.geometry import count_clashes, max_angle_change, max_bond_change
from engine.chem.library import MOLECULES
from engine.chem.read import MoleculeError, Reading, notes, read_file, read_text
from engine.chem.rmsd import mappings, rmsd_matrix
from engine.chem.torsions import (
    BondReport,
    calculate_dihedral_angle,
    explain,
    identify_rotatable_bonds,
)
from engine.conformers import Step, generate
from engine.coverage import Coverage, coverage
from engine.figures.conformers import Ensemble
from engine.molecule import Molecule
from engine.torsional.batch import repeat
from engine.torsional.geometry import rotate
from engine.torsional.model import TorsionalModel, load
from engine.torsional.sample import SampleOptions

Report = Callable[..., None]

MODEL = "Torsional diffusion"


@dataclass(frozen=True)
class Source:
    """Where a molecule comes from and how it is to be read.

    kind: "example", "smiles" or "file"; text: its key, SMILES or InChI, or file name; data: the
    file. largest: take the largest of several separate molecules. record: which molecule of a
    file; charge: the net charge of an XYZ file; form: the stereoisomer, where one is left open;
    state: the protonation state, where it is not the one given.
    """

    kind: str
    text: str
    data: bytes = b""
    largest: bool = False
    record: int = 0
    charge: int = 0
    form: str = ""
    state: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """Why a molecule cannot be used: one sentence. fragments > 0: it is several molecules."""

    sentence: str
    fragments: int = 0


@dataclass(frozen=True, eq=False)
class Record:
    """A molecule and all the page says of it. mol is RDKit's, with explicit hydrogens.

    uploaded: (K, N, 3) Angstrom, the conformers of the file it came from; K = 0 when it had none.
    forms: labels of the stereoisomers that the input leaves open; form: the one that mol is.
    states: labels of other protonation states.
    """

    source: Source
    identity: str
    mol: Mol
    molecule: Molecule
    elements: tuple[str, ...]
    reports: tuple[BondReport, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    depiction: Depiction
    uploaded: np.ndarray
    forms: tuple[str, ...] = ()
    form: str = ""
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What was asked of the sampler."""

    conformers: int
    options: SampleOptions
    seed: int
    device: str
    model: str = "torus"


@dataclass(frozen=True, eq=False)
class Progress:
    """A running job's latest picture: xyz (K, N, 3); folding once torsions turn; sigma radians.

    held: (2, 1, K) once torsions turn, see ``held``.
    """

    xyz: np.ndarray
    folding: bool
    sigma: float = 0.0
    held: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Checks:
    """Measured on the samples against their local structures, worst of all conformers."""

    bond_change: float
    angle_change: float
    stereo_errors: int
    clashes: int


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run: frames (F, K, N, 3) Angstrom at noise levels sigmas (F,) radians, and the
    scores (F - 1, K, M) per radian that led from each to the next.

    held: (2, F, K), see ``held``.
    field: name of the force field, "" if none knows the molecule.
    """

    request: Request
    frames: np.ndarray
    sigmas: tuple[float, ...]
    scores: np.ndarray
    held: np.ndarray
    classical_xyz: np.ndarray
    classical: Ensemble
    model: Ensemble
    field: str
    classical_seconds: float
    model_seconds: float
    checks: Checks


def read(report: Report, source: Source) -> Record | Problem:
    """The molecule of ``source``, or what is wrong with it."""
    report(0, 1, message="Reading the molecule")
    try:
        reading = _read(source)
        mol, molecule = reading.mol, to_molecule(reading.mol)
    except MoleculeError as problem:
        return Problem(str(problem), problem.fragments)
    reports = identify_rotatable_bonds(mol)
    digest = hashlib.sha256(repr(replace(source, data=b"")).encode() + source.data)
    return Record(
        source=source,
        identity=digest.hexdigest()[:12],
        mol=mol,
        molecule=molecule,
        elements=tuple(atom.GetSymbol() for atom in mol.GetAtoms()),
        reports=tuple(reports),
        sentences=tuple(explain(r) for r in reports),
        notes=notes(mol),
        uploaded=reading.uploaded,
        forms=reading.forms,
        form=reading.form,
        states=reading.states,
        depiction=depict(mol),
    )


def _read(source: Source) -> Reading:
    if source.kind == "example":
        example = MOLECULES[source.text]
        return read_text(example.smiles, name=example.name)
    if source.kind == "smiles":
        return read_text(source.text, largest=source.largest, form=source.form, state=source.state)
    return read_file(
        source.text,
        source.data,
        source.largest,
        source.record,
        source.charge,
        source.form,
        source.state,
    )


@lru_cache(maxsize=4)
def model(name: str, device: str) -> TorsionalModel:
    """A trained model, loaded once per process and device."""
    return load(name, device)


WORDS = {
    "embedding": "Building starting structures, {} of {}",
    "folding": "Denoising, step {} of {}",
    "folding again": "Once more for those that clash, step {} of {}",
    "choosing": "Choosing, candidate {} of {}",
}


def fold(report: Report, record: Record, request: Request) -> Run:
    """Local structures, then the reverse process on their torsions, reported step by step."""
    molecule = record.molecule

    def progress(step: Step) -> None:
        folding = step.stage != "embedding"
        kept = held(molecule, step.starts, step.xyz[None]) if folding else None
        partial = Progress(step.xyz, folding, step.sigma, kept)
        report(step.fraction, 1, partial, WORDS[step.stage].format(step.done, step.total))

    report(0, 1, message=WORDS["embedding"].format(0, request.conformers))
    made = generate(
        record.mol,
        model(request.model, request.device),
        request.conformers,
        request.options,
        request.seed,
        progress,
    )
    return Run(
        request=request,
        frames=made.frames,
        sigmas=tuple(made.sigmas.tolist()),
        scores=made.scores,
        held=held(molecule, made.starts, made.frames),
        classical_xyz=made.seeds,
        classical=Ensemble(
            classical_name(made.energy_name),
            "reference",
            torsions(molecule, made.seeds),
            made.seed_energies,
        ),
        model=Ensemble(MODEL, "model", torsions(molecule, made.molecule.xyz), made.energies),
        field=made.energy_name,
        classical_seconds=made.seed_seconds,
        model_seconds=made.model_seconds,
        checks=Checks(
            bond_change=float(made.bond_change.max()),
            angle_change=float(np.degrees(made.angle_change.max())),
            stereo_errors=int(made.stereo_errors.sum()),
            clashes=int(made.clashes.sum()),
        ),
    )


def classical_name(field: str) -> str:
    """The method behind the local structures: ETKDGv3, relaxed by the field that knows them."""
    return f"ETKDGv3 + {field}" if field else "ETKDGv3"


def turned(record: Record, xyz: np.ndarray, angles: Sequence[float]) -> str:
    """What a conformer xyz (N, 3) costs once its torsions stand at ``angles`` (M,) degrees."""
    moved = posed(record.molecule, xyz, angles)
    clashes = int(count_clashes(record.mol, moved)[0])
    close = "nothing clashes" if not clashes else f"{clashes} pairs of atoms clash"
    close = "1 pair of atoms clashes" if clashes == 1 else close
    try:
        field = ForceField(record.mol)
    except MoleculeError:
        return f"{close}."
    before, after = field.energies(np.stack([xyz, moved[0]]))
    return f"{after - before:+.1f} kcal/mol ({field.name}), {close}.".replace("-", "−")


def posed(molecule: Molecule, xyz: np.ndarray, angles: Sequence[float]) -> np.ndarray:
    """(1, N, 3): the conformer xyz (N, 3) with its torsions turned to ``angles`` (M,) degrees."""
    target = np.radians(np.asarray(angles))[None]
    batch = repeat(molecule, xyz[None])
    delta = torch.from_numpy(target - torsions(molecule, xyz[None])).float()
    return rotate(batch.xyz, batch.rotors, batch.moving, delta).numpy()


def held(molecule: Molecule, seeds: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """(2, F, K): largest change of a bond length, Angstrom, and of a bond angle, degrees.

    Of frames (F, K, N, 3) against the structures (K, N, 3) they were turned from.
    """
    lengths = max_bond_change(seeds, frames, molecule.bonds)
    angles = np.degrees(max_angle_change(seeds, frames, molecule.bonds))
    return np.stack([lengths, angles]).astype(np.float32)


def recalled(record: Record, xyz: np.ndarray) -> Coverage:
    """How well the conformers xyz (K, N, 3) find those of the uploaded file."""
    return coverage(rmsd_matrix(record.uploaded, xyz, mappings(record.mol)))


def torsions(molecule: Molecule, xyz: np.ndarray) -> np.ndarray:
    """(K, M) radians."""
    return calculate_dihedral_angle(xyz, molecule.quartets)


@dataclass(frozen=True, eq=False)
class Relaxation:
    """A run's samples after MMFF94s: xyz (K, N, 3), the ensemble, how long it took."""

    xyz: np.ndarray
    ensemble: Ensemble
    seconds: float


def relax(report: Report, record: Record, run: Run) -> Relaxation:
    """The nearest MMFF94s minimum of every sample. Helps energies and costs variety."""
    field = ForceField(record.mol)
    start = time.monotonic()
    out: list[np.ndarray] = []
    count = len(run.frames[-1])
    for xyz in run.frames[-1]:
        report(len(out), count, message=f"Relaxing, {len(out)} of {count}")
        out.append(field.relax(xyz))
    relaxed = np.stack(out).astype(np.float32)
    seconds = time.monotonic() - start
    ensemble = Ensemble(
        f"{MODEL}, then {field.name}",
        "accent",
        torsions(record.molecule, relaxed),
        field.energies(relaxed),
    )
    return Relaxation(relaxed, ensemble, seconds)
