"""Reference ensembles from a SMILES: force-field minima ranked by a quantum-chemical energy.

    ETKDGv3 and random torsions -> MMFF94s -> torsions shaken -> GFN-FF minima -> GFN2-xTB energies

The shaking matters: a minimum of MMFF94s (a nitro group square to its ring) may be a saddle of
GFN-FF, where a minimiser would stop.

GFN-FF: Spicher and Grimme 2020, doi:10.1002/anie.202004239 (package ``gfnff``). GFN2-xTB:
Bannwarth, Ehlert and Grimme 2019, doi:10.1021/acs.jctc.8b01176 (package ``tblite``). Both are
needed only here (requirements-ensembles.txt). Everything happens in the gas phase.

The GFN-FF library is called directly, with SciPy's L-BFGS: a step costs half a millisecond, and
ASE's optimisers would cost more than the force field. It leaks memory, so whoever makes many
ensembles should do so in processes that end now and then (``engine.workers``).
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import Descriptors, rdMolAlign
from rdkit.rdBase import BlockLogs
from scipy.optimize import minimize

from engine.chem.convert import with_conformers
from engine.chem.embed import embed
from engine.chem.energy import ForceField
from engine.chem.errors import MoleculeError
from engine.chem.geometry import count_clashes, stereo_errors
from engine.chem.torsions import identify_rotatable_bonds, moving_side

BOHR = 0.529177210903  # Angstrom
HARTREE = 627.5094740631  # kcal/mol
EV = 23.060547830619  # kcal/mol

#: A GFN-FF minimum has no force component above this (eV/Angstrom) ...
_FORCE = 0.05
#: ... or took this many evaluations.
_EVALUATIONS = 500
#: Minima this many energy windows above the lowest by GFN-FF get no GFN2 single point.
_COARSE_WINDOWS = 2.5
#: Conformers with nearly the same energy (kcal/mol) and shape (Angstrom) are one minimum.
_SAME_ENERGY, _SAME_SHAPE = 0.1, 0.1
#: tblite's accuracy; energies of 10 agree with those of the default 1 to 0.001 kcal/mol.
_ACCURACY = 10.0
#: Atom mappings tried for the symmetric RMSD.
_MAPPINGS = 256
#: Bonded atoms stay within, and others beyond, these multiples of the sum of covalent radii.
_BONDED, _APART = 1.35, 1.1
#: Random torsions are the least crowded of this many draws.
_DRAWS = 8
#: Amide bonds flip in this share of the random torsions.
_FLIP = 0.25
#: Standard deviation of the shaking (rad).
_SHAKE = 0.2


@dataclass(frozen=True)
class ReferenceOptions:
    """How much work one molecule gets."""

    seeds: int = field(default=60, metadata={"help": "starting geometries of a molecule"})
    keep: int = field(default=20, metadata={"help": "conformers kept at most"})
    window: float = field(default=6.0, metadata={"help": "highest energy kept, kcal/mol"})
    apart: float = field(default=0.2, metadata={"help": "smallest heavy-atom RMSD, Angstrom"})
    seconds: float = field(default=120.0, metadata={"help": "processor time limit of a molecule"})
    max_atoms: int = field(default=150, metadata={"help": "largest molecule, hydrogens counted"})


@dataclass(frozen=True, eq=False)
class Reference:
    """One finished ensemble.

    Attributes
    ----------
    smiles: isomeric SMILES, every stereo centre decided.
    xyz: (K, N, 3) float32 Angstrom, lowest energy first, atoms in the order of
        ``Chem.AddHs(Chem.MolFromSmiles(smiles))``, centred.
    energy: (K,) float32 kcal/mol above the first, GFN2-xTB.
    """

    smiles: str
    xyz: np.ndarray
    energy: np.ndarray


def require_backends() -> None:
    """Check that the quantum-chemical packages are here.

    Raises
    ------
    MoleculeError: if one is missing, with the command that brings it.
    """
    try:
        import gfnff  # noqa: F401
        import tblite.interface  # noqa: F401
    except ImportError as error:
        raise MoleculeError(
            "Reference ensembles need the packages gfnff and tblite: "
            "python -m pip install -r requirements-ensembles.txt",
            detail=str(error),
        ) from error


def reference_ensemble(smiles: str, options: ReferenceOptions) -> Reference:
    """The ensemble of one molecule; the same SMILES and options give the same one.

    Raises
    ------
    MoleculeError: with the cause, if the molecule is unsuited or nothing survives the checks.
    """
    deadline = time.process_time() + options.seconds
    seed = zlib.crc32(smiles.encode())
    smiles, mol = prepare(smiles, seed, options.max_atoms)
    xyz, energy = _gfnff_minima(mol, _seeds(mol, options.seeds, seed, deadline), deadline)
    near = energy - energy.min() < _COARSE_WINDOWS * options.window
    xyz, energy = xyz[near], energy[near]
    xyz = xyz[_distinct(mol, xyz, energy, _SAME_SHAPE, _SAME_ENERGY)]
    energy, xyz = _gfn2(mol, xyz, deadline)
    inside = energy - energy.min() < options.window
    xyz, energy = xyz[inside], energy[inside]
    kept = _distinct(mol, xyz, energy, options.apart)[: options.keep]
    xyz, energy = xyz[kept], energy[kept]
    xyz = xyz - xyz.mean(axis=1, keepdims=True)
    return Reference(smiles, xyz.astype(np.float32), (energy - energy[0]).astype(np.float32))


def prepare(smiles: str, seed: int, max_atoms: int) -> tuple[str, Chem.Mol]:
    """A molecule ready for embedding, its open stereo centres decided by the first embedding.

    Returns
    -------
    The isomeric SMILES, and the molecule with hydrogens in the order of that SMILES.
    """
    with BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise MoleculeError("SMILES cannot be read")
    if len(Chem.GetMolFrags(mol)) != 1:
        raise MoleculeError("more than one fragment")
    if Descriptors.NumRadicalElectrons(mol):
        raise MoleculeError("radical")
    mol = Chem.AddHs(mol)
    if mol.GetNumAtoms() > max_atoms:
        raise MoleculeError(f"more than {max_atoms} atoms")
    shaped = with_conformers(mol, _embed(mol, 1, seed))
    Chem.AssignStereochemistryFrom3D(shaped)
    isomer = Chem.CanonSmiles(Chem.MolToSmiles(Chem.RemoveHs(shaped)))
    return isomer, Chem.AddHs(Chem.MolFromSmiles(isomer))


def _embed(mol: Chem.Mol, n: int, seed: int) -> np.ndarray:
    try:
        return embed(mol, n, seed, relax=False)
    except MoleculeError as error:
        raise MoleculeError("embedding failed") from error


def _seeds(mol: Chem.Mol, n: int, seed: int, deadline: float) -> np.ndarray:
    """(<= n, N, 3), lowest first: shaken MMFF94s minima, half of them from random torsions."""
    try:
        force_field = ForceField(mol)
    except MoleculeError as error:
        raise MoleculeError("no force field parameters") from error
    rng = np.random.default_rng(seed)
    turns = _Turns(mol)
    found: list[np.ndarray] = []
    for k in range((n + 1) // 2):
        start = _embed(mol, 1, seed + k + 1)[0].astype(np.float64)
        for xyz in (start, turns.random(start, rng))[: n - len(found)]:
            _check_time(deadline)
            found.append(turns.shaken(force_field.relax(xyz), rng))
    xyz = np.stack(found)
    xyz = xyz[_sound(mol, xyz)]
    if not len(xyz):
        raise MoleculeError("no sound MMFF94s minimum")
    return xyz[np.argsort(force_field.energies(xyz), kind="stable")]


class _Turns:
    """Random torsions for one molecule: the bonds to turn and the atoms each one moves."""

    def __init__(self, mol: Chem.Mol) -> None:
        self._mol = mol
        reports = [r for r in identify_rotatable_bonds(mol) if r.rotatable and r.kind != "methyl"]
        self._bonds = [
            (*r.atoms, sorted(moving_side(mol, *r.atoms)), bool(r.note)) for r in reports
        ]

    def random(self, xyz: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(N, 3): the least crowded of several copies of ``xyz`` with all torsions drawn anew.

        Amide bonds flip or stay: anything else would relax to one of these two planar forms.
        """
        flips = [np.pi * (rng.random() < _FLIP) for _ in self._bonds]
        angles = [
            np.full(_DRAWS, flip) if stiff else rng.uniform(-np.pi, np.pi, _DRAWS)
            for flip, (*_, stiff) in zip(flips, self._bonds, strict=True)
        ]
        copies = self._turned(xyz, np.array(angles).reshape(-1, _DRAWS))
        return copies[int(np.argmin(count_clashes(self._mol, copies)))]

    def shaken(self, xyz: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(N, 3): ``xyz`` with all torsions a little off."""
        return self._turned(xyz, rng.normal(0, _SHAKE, (len(self._bonds), 1)))[0]

    def _turned(self, xyz: np.ndarray, angles: np.ndarray) -> np.ndarray:
        """(K, N, 3): copies of ``xyz`` (N, 3) with each bond turned by ``angles`` (M, K)."""
        copies = np.repeat(xyz[None], angles.shape[1], axis=0)
        for angle, (b, c, side, _) in zip(angles, self._bonds, strict=True):
            copies[:, side] = _rotate(copies[:, side], copies[:, b], copies[:, c], angle)
        return copies


def _rotate(xyz: np.ndarray, b: np.ndarray, c: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rodrigues: points (K, S, 3) turned about the axes b -> c (K, 3) by angles (K,)."""
    axis = ((c - b) / np.linalg.norm(c - b, axis=-1, keepdims=True))[:, None]
    relative, cosine, sine = xyz - c[:, None], np.cos(angle), np.sin(angle)
    along = (relative * axis).sum(-1, keepdims=True) * axis
    across = relative - along
    turned = cosine[:, None, None] * across + sine[:, None, None] * np.cross(axis, across)
    return c[:, None] + along + turned


def _gfnff_minima(
    mol: Chem.Mol, starts: np.ndarray, deadline: float
) -> tuple[np.ndarray, np.ndarray]:
    """GFN-FF minima (K, N, 3) that kept bonds and stereo, with energies (K,) in kcal/mol.

    The topology is set up once, from the first start, so that energies can be compared.
    """
    from gfnff import GFNFFCalculator

    numbers = np.array([a.GetAtomicNum() for a in mol.GetAtoms()], dtype=np.int32)
    field = GFNFFCalculator(numbers, starts[0] / BOHR, charge=Chem.GetFormalCharge(mol))

    def energy_and_gradient(flat: np.ndarray) -> tuple[float, np.ndarray]:
        _check_time(deadline)
        energy, gradient, _ = field.singlepoint(numbers, flat.reshape(-1, 3) / BOHR)
        return energy * HARTREE / EV, gradient.ravel() * (HARTREE / EV / BOHR)

    try:
        found = [_lbfgs(energy_and_gradient, start) for start in starts]
    except RuntimeError as error:
        raise MoleculeError("GFN-FF failed", detail=str(error)) from error
    finally:
        field.deallocate()
    xyz, energy = np.stack([x for x, _ in found]), np.array([EV * e for _, e in found])
    sound = _sound(mol, xyz) & np.isfinite(energy)
    if not sound.any():
        raise MoleculeError("GFN-FF changed bonds or stereo")
    return xyz[sound], energy[sound]


def _lbfgs(
    function: Callable[[np.ndarray], tuple[float, np.ndarray]], start: np.ndarray
) -> tuple[np.ndarray, float]:
    """The minimum (N, 3) near ``start`` (N, 3) and its energy."""
    options: dict[str, Any] = {"maxfun": _EVALUATIONS, "gtol": _FORCE, "ftol": 0, "maxcor": 20}
    result = minimize(function, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    return result.x.reshape(-1, 3), float(result.fun)


def _gfn2(mol: Chem.Mol, xyz: np.ndarray, deadline: float) -> tuple[np.ndarray, np.ndarray]:
    """GFN2-xTB energies (K,) in kcal/mol and the conformers (K, N, 3) that converged."""
    from tblite.exceptions import TBLiteRuntimeError
    from tblite.interface import Calculator

    numbers = np.array([a.GetAtomicNum() for a in mol.GetAtoms()])
    try:
        quantum = Calculator(
            "GFN2-xTB", numbers, xyz[0] / BOHR, charge=float(Chem.GetFormalCharge(mol))
        )
    except TBLiteRuntimeError as error:
        raise MoleculeError("GFN2-xTB failed", detail=str(error)) from error
    quantum.set("verbosity", 0)
    quantum.set("accuracy", _ACCURACY)
    energies, good, last = [], [], None
    for k, positions in enumerate(xyz):
        _check_time(deadline)
        quantum.update(positions / BOHR)
        try:
            last = quantum.singlepoint(last)
        except TBLiteRuntimeError:
            last = None
            continue
        energies.append(float(last["energy"]) * HARTREE)
        good.append(k)
    if not good:
        raise MoleculeError("GFN2-xTB failed")
    return np.array(energies), xyz[good]


def _check_time(deadline: float) -> None:
    if time.process_time() > deadline:
        raise MoleculeError("time limit")


def _sound(mol: Chem.Mol, xyz: np.ndarray) -> np.ndarray:
    """(K,) bool: finite, the bonds of ``mol`` and no others, and its stereo."""
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(a.GetAtomicNum()) for a in mol.GetAtoms()])
    reach = radii[:, None] + radii[None, :]
    graph = Chem.GetDistanceMatrix(mol)
    distance = np.linalg.norm(xyz[:, :, None] - xyz[:, None, :], axis=-1)
    torn = (distance > _BONDED * reach) & (graph == 1)
    fused = (distance < _APART * reach) & (graph > 2)
    finite = np.isfinite(xyz).all(axis=(1, 2))
    return finite & ~(torn | fused).any(axis=(1, 2)) & ~stereo_errors(mol, xyz)


def _distinct(
    mol: Chem.Mol,
    xyz: np.ndarray,
    energy: np.ndarray,
    apart: float,
    tolerance: float = np.inf,
) -> np.ndarray:
    """Indices into ``xyz`` (K, N, 3), lowest energy first, without near-duplicates.

    Two conformers are the same if their heavy-atom RMSD over symmetry is below ``apart``
    Angstrom and their energies differ by less than ``tolerance`` kcal/mol.
    """
    heavy = Chem.RemoveHs(with_conformers(mol, xyz))
    kept: list[int] = []
    for k in np.argsort(energy, kind="stable").tolist():
        close = (j for j in reversed(kept) if energy[k] - energy[j] < tolerance)
        if all(_rmsd(heavy, k, j) >= apart for j in close):
            kept.append(k)
    return np.array(kept, dtype=np.int64)


def _rmsd(heavy: Chem.Mol, k: int, j: int) -> float:
    """Symmetric RMSD of two conformers in Angstrom; moves conformer k."""
    return float(rdMolAlign.GetBestRMS(heavy, heavy, k, j, maxMatches=_MAPPINGS))
