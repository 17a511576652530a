"""Reference ensembles from a SMILES: found by force fields, minimised by quantum chemistry.

    ETKDGv3 and random torsions -> MMFF94s -> shaken -> GFN-FF minima
    -> children of the lowest minima, several rounds -> GFN-FF minima
    -> and with an amide bond on its other side -> GFN-FF minima
    -> GFN2-xTB energies -> a representative subset
    -> GFN2-xTB minima (``engine.chem.search.polish``)
    -> those within a window, and apart

Shaken, because a minimum of MMFF94s (a nitro group square to its ring) may be a saddle of GFN-FF,
where a minimiser would stop. Children take torsions from two parents or draw a few anew, as in
genetic searches (Supady, Blum and Baldauf 2015, doi:10.1021/acs.jcim.5b00243): they find the
compact shapes of the gas phase, which independent starts seldom hit. A representative subset,
because the lowest alone would be variations of one shape.

Both sides of every amide, because force fields put cis too high above trans, so that sorted by
GFN-FF many cis forms would never be looked at (docs/decisions.md).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from rdkit.Chem import Descriptors, rdMolAlign
from rdkit.rdBase import BlockLogs

from engine.chem.energy import embed, quantum
from engine.chem.energy import force_field as energy
from engine.chem.reading import MoleculeError
from engine.chem.search.moves import Turns
from engine.chem.search.polish import Clock, parents, polished, relaxed, sound
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure import with_conformers
from engine.chem.structure.features import from_reference
from engine.options import setting

#: Rounds in which the children are born.
_ROUNDS = 4
#: A child is the lowest by GFN-FF of this many.
_LITTER = 8
#: GFN2 single points per conformer to minimise, and the width of the GFN-FF window in windows.
_SINGLE_POINTS, _COARSE_WINDOWS = 2, 1.5
#: Added to the window as long as energies are those at GFN-FF minima, kcal/mol.
_MARGIN = 2.0
#: Conformers with nearly the same energy (kcal/mol) and shape (Angstrom) are one minimum.
_SAME_ENERGY, _SAME_SHAPE = 0.1, 0.1
#: Atom mappings tried for the symmetric RMSD.
_MAPPINGS = 256


@dataclass(frozen=True)
class ReferenceOptions:
    """How much work one molecule gets."""

    seeds: int = setting(60, "starts, half of them from random torsions")
    children: int = setting(120, "further starts bred from the lowest")
    keep: int = setting(12, "conformers minimised by GFN2")
    window: float = setting(6.0, "highest energy kept, kcal/mol")
    apart: float = setting(0.2, "smallest heavy-atom RMSD, Angstrom")
    seconds: float = setting(120.0, "processor time of a molecule, s")
    max_atoms: int = setting(150, "largest molecule, hydrogens counted")


@dataclass(eq=False)
class _Minima:
    """GFN-FF minima found so far: xyz (K, N, 3) Angstrom, energy (K,) kcal/mol, lowest first."""

    mol: Chem.Mol
    xyz: np.ndarray
    energy: np.ndarray

    def add(self, found: list[tuple[np.ndarray, float]]) -> None:
        """Take in those that are sound and new."""
        xyz = np.array([x for x, _ in found]).reshape(-1, *self.xyz.shape[1:])
        height = np.array([e for _, e in found])
        usable = sound(self.mol, xyz) & np.isfinite(height)
        xyz = np.concatenate([self.xyz, xyz[usable]])
        height = np.concatenate([self.energy, height[usable]])
        kept = _distinct(self.mol, xyz, height, _SAME_SHAPE, _SAME_ENERGY)
        self.xyz, self.energy = xyz[kept], height[kept]


def reference_ensemble(smiles: str, options: ReferenceOptions) -> ReferenceEnsemble:
    """The ensemble of one molecule; the same SMILES and options give the same one.

    Raises:
        MoleculeError: with the cause, if the molecule is unsuited or nothing survives the checks.
    """
    clock = Clock(options.seconds)
    seed = zlib.crc32(smiles.encode())
    smiles, mol = prepare(smiles, seed, options.max_atoms)
    minima = _search(mol, options, seed, clock)
    xyz = minima.xyz[_candidates(minima.energy, options)]
    xyz = np.concatenate([xyz, _other_sides(mol, xyz, seed, clock)])
    height = _single_points(mol, xyz, clock)
    inside = height < height.min() + options.window + _MARGIN
    xyz, height = xyz[inside], height[inside]
    distinct = _distinct(mol, xyz, height, options.apart)
    return _finished(smiles, mol, xyz[distinct], options, seed, clock)


def refined(smiles: str, xyz: np.ndarray, options: ReferenceOptions) -> ReferenceEnsemble:
    """The ensemble of a molecule whose conformers ``xyz`` (K, N, 3) another method has found.

    They are taken in place of the search, best first; ``smiles`` and the order of the atoms are
    those of an ensemble file.

    Raises:
        MoleculeError: with the cause, if nothing survives the checks.
    """
    mol = from_reference(smiles, xyz[0])
    seed, clock = zlib.crc32(smiles.encode()), Clock(options.seconds)
    return _finished(smiles, mol, xyz.astype(np.float64), options, seed, clock)


def _finished(
    smiles: str,
    mol: Chem.Mol,
    xyz: np.ndarray,
    options: ReferenceOptions,
    seed: int,
    clock: Clock,
) -> ReferenceEnsemble:
    """GFN2 minima from a representative subset of ``xyz`` (K, N, 3), best first."""
    xyz, height = polished(mol, xyz[_spread(len(xyz), options.keep)], options.window, seed, clock)
    inside = height < height.min() + options.window
    xyz, height = xyz[inside], height[inside]
    kept = _distinct(mol, xyz, height, options.apart)
    xyz, height = xyz[kept], height[kept]
    xyz = xyz - xyz.mean(axis=1, keepdims=True)
    return ReferenceEnsemble(
        smiles, xyz.astype(np.float32), (height - height[0]).astype(np.float32)
    )


def prepare(smiles: str, seed: int, max_atoms: int) -> tuple[str, Chem.Mol]:
    """A molecule ready for embedding, its open stereo centres decided by the first embedding.

    Returns:
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
    xyz = _embedded(mol, seed)
    if xyz is None:
        raise MoleculeError("embedding failed")
    shaped = with_conformers(mol, xyz[None])
    Chem.AssignStereochemistryFrom3D(shaped)
    isomer = Chem.CanonSmiles(Chem.MolToSmiles(Chem.RemoveHs(shaped)))
    return isomer, Chem.AddHs(Chem.MolFromSmiles(isomer))


def _embedded(mol: Chem.Mol, seed: int) -> np.ndarray | None:
    """One conformer (N, 3) by ETKDGv3, or None when it fails."""
    try:
        return embed(mol, 1, seed, relax=False)[0].astype(np.float64)
    except MoleculeError:
        return None


def _search(mol: Chem.Mol, options: ReferenceOptions, seed: int, clock: Clock) -> _Minima:
    """GFN-FF minima from seeds, then from their children, while these bring anything new."""
    rng = np.random.default_rng(seed)
    turns = Turns(mol)
    starts = _seeds(mol, turns, options.seeds, seed, clock)
    minima = _Minima(mol, np.zeros((0, *starts.shape[1:])), np.zeros(0))
    with quantum.ForceField(mol, starts[0]) as gfnff:
        minima.add(relaxed(gfnff, starts, clock))
        if not len(minima.energy):
            raise MoleculeError("GFN-FF changed bonds or stereo")
        rounds = _ROUNDS if turns.n else 0
        for size in np.diff(np.linspace(0, options.children, rounds + 1).astype(int)).tolist():
            children = [_child(gfnff, turns, minima, rng) for _ in range(size)]
            before = len(minima.energy)
            minima.add(relaxed(gfnff, children, clock))
            if len(minima.energy) == before:
                break
    return minima


def _child(
    gfnff: quantum.ForceField, turns: Turns, minima: _Minima, rng: np.random.Generator
) -> np.ndarray:
    """(N, 3): the lowest of a litter, each with parents of its own."""
    pairs = parents(minima.energy, (_LITTER, 2), rng)
    litter = [turns.child(minima.xyz[a], minima.xyz[b], rng) for a, b in pairs]
    return min(litter, key=gfnff.energy)


def _other_sides(mol: Chem.Mol, xyz: np.ndarray, seed: int, clock: Clock) -> np.ndarray:
    """(<= K, N, 3): GFN-FF minima of ``xyz`` (K, N, 3) with an amide bond on its other side."""
    rng, turns = np.random.default_rng(seed), Turns(mol)
    starts = [start for x in xyz if (start := turns.flipped(x, rng)) is not None]
    if not starts:
        return xyz[:0]
    with quantum.ForceField(mol, xyz[0]) as gfnff:
        found = np.stack([x for x, _ in relaxed(gfnff, starts, clock)])
    return found[sound(mol, found)]


def _seeds(mol: Chem.Mol, turns: Turns, n: int, seed: int, clock: Clock) -> np.ndarray:
    """(<= n, N, 3), lowest first: shaken MMFF94s minima, half of them from random torsions."""
    try:
        mmff = energy.ForceField(mol)
    except MoleculeError as error:
        raise MoleculeError("no force field parameters") from error
    rng = np.random.default_rng(seed)
    found: list[np.ndarray] = []
    for k in range((n + 1) // 2):
        clock.check()
        start = _embedded(mol, seed + k + 1)
        if start is not None:
            pair = (start, turns.random(start, rng))
            found += [turns.shaken(mmff.relax(xyz), rng) for xyz in pair]
    if not found:
        raise MoleculeError("embedding failed")
    xyz = np.stack(found[:n])
    xyz = xyz[sound(mol, xyz)]
    if not len(xyz):
        raise MoleculeError("no sound MMFF94s minimum")
    return xyz[np.argsort(mmff.energies(xyz), kind="stable")]


def _candidates(height: np.ndarray, options: ReferenceOptions) -> np.ndarray:
    """Which minima, of GFN-FF energies (K,) in rising order, are worth a single point.

    Half are the lowest, so that the window starts where it should; half stand for the rest.
    """
    near = int((height < height[0] + _COARSE_WINDOWS * options.window).sum())
    half = min(options.keep * _SINGLE_POINTS // 2, near)
    return np.concatenate([np.arange(half), half + _spread(near - half, half)])


def _spread(n: int, most: int) -> np.ndarray:
    """At most ``most`` of the indices 0 .. n-1, evenly, the first among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64))


def _single_points(mol: Chem.Mol, xyz: np.ndarray, clock: Clock) -> np.ndarray:
    """GFN2-xTB energies (K,) in kcal/mol, infinite where the electrons do not converge."""
    gfn2 = quantum.TightBinding(mol)
    height = np.full(len(xyz), np.inf)
    for k, positions in enumerate(xyz):
        clock.check()
        height[k] = gfn2.energy(positions)
    if not np.isfinite(height).any():
        raise MoleculeError("GFN2-xTB failed")
    return height


def _distinct(
    mol: Chem.Mol,
    xyz: np.ndarray,
    height: np.ndarray,
    apart: float,
    tolerance: float = np.inf,
) -> np.ndarray:
    """Indices into ``xyz`` (K, N, 3), lowest energy first, without near-duplicates.

    Two conformers are the same if their heavy-atom RMSD over symmetry is below ``apart``
    Angstrom and their energies differ by less than ``tolerance`` kcal/mol.
    """
    heavy = Chem.RemoveHs(with_conformers(mol, xyz))
    kept: list[int] = []
    for k in np.argsort(height, kind="stable").tolist():
        close = (j for j in reversed(kept) if height[k] - height[j] < tolerance)
        if all(_rmsd(heavy, k, j) >= apart for j in close):
            kept.append(k)
    return np.array(kept, dtype=np.int64)


def _rmsd(heavy: Chem.Mol, k: int, j: int) -> float:
    """Symmetric RMSD of two conformers in Angstrom; moves conformer k."""
    return float(rdMolAlign.GetBestRMS(heavy, heavy, k, j, maxMatches=_MAPPINGS))
