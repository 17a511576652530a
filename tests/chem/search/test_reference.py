"""Reference ensembles of small molecules, against what their definition promises.

All that needs GFN-FF or GFN2 runs in one process of ``engine.workers``, with single-threaded
libraries, as in the command itself.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from rdkit import Chem
from scipy.optimize import minimize

from engine import workers
from engine.chem import MoleculeError
from engine.chem.energy import embed, quantum
from engine.chem.search.moves import Turns
from engine.chem.search.reference import (
    ReferenceOptions,
    _spread,
    prepare,
    reference_ensemble,
)
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure import mappings, rmsd_matrix, stereo_errors
from engine.geometry import dihedral_angles

DIOL, OPEN = "OCCCCO", "CC(O)C(F)C=CC"
OPTIONS = ReferenceOptions(seeds=6, children=8, keep=5)
FEW = ReferenceOptions(seeds=4, children=4)


def molecule(smiles: str) -> Chem.Mol:
    """In the order of an ensemble file."""
    return Chem.AddHs(Chem.MolFromSmiles(smiles))


def lower(reference: ReferenceEnsemble) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """GFN2 energies (K,) of an ensemble's conformers, and its minima next to them with theirs.

    Minimised further by quite another way than the project's: in Cartesian coordinates.
    """
    gfn2 = quantum.TightBinding(molecule(reference.smiles))
    shape = reference.xyz.shape[1:]

    def evaluate(flat: np.ndarray) -> tuple[float, np.ndarray]:
        energy, gradient = gfn2._evaluate(flat.reshape(shape))
        return energy, gradient.ravel()

    start = [xyz.astype(np.float64).ravel() for xyz in reference.xyz]
    ends = [minimize(evaluate, x, jac=True, method="L-BFGS-B") for x in start]
    heights = np.array(
        [
            [quantum.EV * evaluate(x)[0], quantum.EV * e.fun]
            for x, e in zip(start, ends, strict=True)
        ]
    )
    return heights[:, 0], np.stack([e.x.reshape(shape) for e in ends]), heights[:, 1]


def downhill(smiles: str) -> tuple[float, float, float]:
    """GFN-FF energy of an embedding, of its minimum as told, and of its minimum again."""
    mol = molecule(smiles)
    start = embed(mol, 1, 3, relax=False)[0]
    with quantum.ForceField(mol, start) as gfnff:
        xyz, energy = gfnff.relax(start)
        return gfnff.energy(start), energy, gfnff.energy(xyz)


def curvatures(smiles: str) -> np.ndarray:
    """Eigenvalues (3N,) of GFN-FF's Hessian at a minimum, eV/Angstrom^2."""
    mol = molecule(smiles)
    start = embed(mol, 1, 3, relax=False)[0]
    with quantum.ForceField(mol, start) as gfnff:
        for _ in range(3):
            start, _ = gfnff.relax(start)
        return np.linalg.eigvalsh(gfnff.hessian(start))


def call(task: tuple[Callable[..., Any], tuple[Any, ...]]) -> Any:
    function, arguments = task
    return function(*arguments)


@pytest.fixture(scope="module")
def away():
    """Call a function in a process that lives as long as the tests of this file."""
    if not all(find_spec(name) for name in ("gfnff", "tblite")):
        pytest.skip("gfnff and tblite are not installed (requirements-ensembles.txt)")
    asked: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
    results = workers.run(call, iter(asked.pop, None), 1, 100.0)

    def run(function: Callable[..., Any], *arguments: Any) -> Any:
        asked.append((function, arguments))
        return next(results)[1]

    yield run
    results.close()


@pytest.fixture(scope="module")
def diol(away) -> ReferenceEnsemble:
    return away(reference_ensemble, DIOL, OPTIONS)


def test_an_ensemble_is_ordered_bounded_and_apart(diol):
    k = len(diol.xyz)
    assert diol.smiles == DIOL and diol.xyz.shape == (k, 16, 3) and diol.energy.shape == (k,)
    assert 2 <= k <= OPTIONS.keep + 3, "minimised, and two children and a flip"
    assert diol.energy[0] == 0 and (np.diff(diol.energy) >= 0).all()
    assert diol.energy.max() < OPTIONS.window
    assert np.abs(diol.xyz.mean(axis=1)).max() < 1e-4
    rmsd = rmsd_matrix(diol.xyz, diol.xyz, mappings(molecule(DIOL)))
    assert rmsd[~np.eye(k, dtype=bool)].min() >= OPTIONS.apart - 1e-3


def test_conformers_are_almost_minima_of_gfn2_with_its_energies(away, diol):
    height, minima, below = away(lower, diol)
    assert np.allclose(height - height[0], diol.energy, atol=0.02)
    assert (height - below).max() < 0.3 and np.median(height - below) < 0.1
    for before, after in zip(diol.xyz, minima, strict=True):
        assert rmsd_matrix(after[None], before[None], mappings(molecule(DIOL))).item() < 0.25


def test_the_diol_folds(diol):
    """1,4-Butanediol can close a hydrogen bond: H...O at about 1.9 Angstrom."""
    mol = molecule(DIOL)
    bound = [[n.GetIdx() for n in mol.GetAtomWithIdx(o).GetNeighbors()] for o in (0, 5)]
    hydrogens = [i for around in bound for i in around if i > 5]
    across = diol.xyz[:, hydrogens] - diol.xyz[:, [5, 0]]
    assert len(hydrogens) == 2 and np.linalg.norm(across, axis=-1).min() < 2.3


def test_an_anilide_has_both_sides_of_its_amide(away):
    """GFN2 has cis and trans benzanilide at the same height, GFN-FF 3 kcal/mol apart."""
    found = away(reference_ensemble, "O=C(Nc1ccccc1)c1ccccc1", FEW)
    amide = np.array([[9, 1, 2, 3]])  # C-C(=O)-N-C
    angle = np.degrees(np.abs(dihedral_angles(found.xyz, amide)[:, 0]))
    lowest_cis, lowest_trans = found.energy[angle < 45].min(), found.energy[angle > 135].min()
    assert max(lowest_cis, lowest_trans) < 1.5


def test_a_flip_turns_one_amide_and_leaves_the_rest_nearly():
    mol = molecule("CCC(=O)NCCNC(=O)C")
    xyz = embed(mol, 1, 3, relax=True)[0].astype(np.float64)
    amides = np.array([[1, 2, 4, 5], [6, 7, 8, 10]])
    before = dihedral_angles(xyz[None], amides)[0]
    sides = set()
    for seed in range(6):
        flipped = Turns(mol).flipped(xyz, np.random.default_rng(seed))
        turn = dihedral_angles(flipped[None], amides)[0] - before
        other = np.cos(turn) < -0.9
        assert other.sum() == 1 and (np.cos(turn)[~other] > 0.99).all()
        sides.add(int(np.flatnonzero(other)[0]))
    assert sides == {0, 1}
    assert Turns(molecule("CCO")).flipped(embed(molecule("CCO"), 1, 1)[0], None) is None


def test_the_same_molecule_gives_the_same_ensemble(away, diol):
    again = away(reference_ensemble, DIOL, OPTIONS)
    assert np.array_equal(again.xyz, diol.xyz) and np.array_equal(again.energy, diol.energy)


def test_open_stereo_is_decided_and_kept(away):
    found = away(reference_ensemble, OPEN, FEW)
    assert "@" in found.smiles and "/" in found.smiles
    mol = molecule(found.smiles)
    assert mol.GetNumAtoms() == found.xyz.shape[1]
    assert not stereo_errors(mol, found.xyz).any()


@pytest.mark.parametrize("smiles", ["C[NH3+]", "c1ccccc1"])
def test_ions_and_rigid_molecules_work(away, smiles):
    assert len(away(reference_ensemble, smiles, FEW).xyz) == 1


def test_relaxing_goes_downhill(away):
    start, told, minimum = away(downhill, "CCO")
    assert minimum == pytest.approx(told, abs=1e-6) and minimum < start - 1


def test_moving_and_turning_cost_nothing_and_everything_else_does(away):
    found = np.sort(np.abs(away(curvatures, "OC=O")))
    assert found[:6].max() < 0.05 < 0.3 < found[6] and found[-1] > 30


@pytest.mark.parametrize(
    ("smiles", "cause"),
    [
        ("CC(=O)[O-].[Na+]", "more than one fragment"),
        ("C[CH2]", "radical"),
        ("C1CC", "SMILES cannot be read"),
        ("C" * 60, "more than 150 atoms"),
    ],
)
def test_unsuited_molecules_are_told_apart(smiles, cause):
    with pytest.raises(MoleculeError, match=cause):
        prepare(smiles, 1, 150)


def test_a_molecule_has_a_time_limit():
    with pytest.raises(MoleculeError, match="time limit"):
        reference_ensemble(DIOL, ReferenceOptions(seconds=0.0))


def test_a_missing_package_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "gfnff", None)
    with pytest.raises(MoleculeError, match=r"requirements-ensembles\.txt"):
        quantum.require_packages()


def test_a_fair_choice_has_the_lowest_and_the_highest():
    assert _spread(5, 10).tolist() == [0, 1, 2, 3, 4]
    assert _spread(9, 3).tolist() == [0, 4, 8]
    assert _spread(0, 3).tolist() == []
