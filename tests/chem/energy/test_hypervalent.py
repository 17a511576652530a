"""Atoms with more than four directions: their shape, and no energy for them."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from engine.chem import MoleculeError
from engine.chem.energy import ForceField, embed, hypervalent
from engine.chem.energy.plausibility import fault
from engine.chem.reading import from_smiles, read_file
from engine.chem.structure import with_conformers
from engine.chem.structure.quartets import get_dihedral_atoms
from engine.conformers import ConformerOptions, generate, relax
from engine.progress import finish
from engine.torsional import load

PIFA = "O=C(OI(OC(=O)C(F)(F)F)c1ccccc1)C(F)(F)F"
SF5_ANISOLE = "COc1ccc(S(F)(F)(F)(F)F)cc1"
DESS_MARTIN = "CC(=O)OI1(OC(C)=O)(OC(C)=O)OC(=O)c2ccccc12"
IBX = "O=C1OI(=O)(O)c2ccccc12"
MARTIN = (
    "FC(F)(F)C(OS(OC(C(F)(F)F)(C(F)(F)F)c1ccccc1)(c1ccccc1)c1ccccc1)(C(F)(F)F)c1ccccc1"
)  # fmt: skip
DAST = "CCN(CC)S(F)(F)F"
SPIRO = "CC1(C)OP2(OC1(C)C)(c1ccccc1)OC(C)(C)C(C)(C)O2"

#: Name, SMILES, number of the atom in question, and how many pairs of its neighbours stand at
#: about 90, 120 and 180 degrees.
SHAPES = [
    ("PIFA, a T", PIFA, 3, (2, 0, 1)),
    ("PhICl2, a T", "CCc1ccccc1I(Cl)Cl", 8, (2, 0, 1)),
    ("Togni's reagent, a T", "CC1(C)OI(C(F)(F)F)c2ccccc12", 4, (2, 0, 1)),
    ("triiodide, straight", "I[I-]I", 1, (0, 0, 1)),
    ("IBX, a seesaw", IBX, 3, (4, 1, 1)),
    ("Martin's sulfurane, a seesaw", MARTIN, 6, (4, 1, 1)),
    ("DAST, a seesaw", DAST, 5, (4, 1, 1)),
    ("PF5, a bipyramid", "FP(F)(F)(F)F", 1, (6, 3, 1)),
    ("pentaphenylphosphorane", "c1ccccc1P(c1ccccc1)(c1ccccc1)(c1ccccc1)c1ccccc1", 6, (6, 3, 1)),
    ("a spirophosphorane", SPIRO, 4, (6, 3, 1)),
    ("Dess-Martin, a square pyramid", DESS_MARTIN, 4, (8, 0, 2)),
    ("IF5, a square pyramid", "FI(F)(F)(F)F", 1, (8, 0, 2)),
    ("tetrachloroiodate, a square", "Cl[I-](Cl)(Cl)Cl", 1, (4, 0, 2)),
    ("SF6, an octahedron", "FS(F)(F)(F)(F)F", 1, (12, 0, 3)),
    ("hexafluorophosphate", "F[P-](F)(F)(F)(F)F", 1, (12, 0, 3)),
    ("orthoperiodic acid", "OI(O)(O)(O)(O)=O", 1, (12, 0, 3)),
    ("SF5-anisole", SF5_ANISOLE, 6, (12, 0, 3)),
    ("TRISPHAT's skeleton", "c1ccc2c(c1)O[P-]13(O2)(Oc2ccccc2O1)Oc1ccccc1O3", 7, (12, 0, 3)),
]


def angles(mol: Chem.Mol, xyz: np.ndarray, atom: int) -> np.ndarray:
    """Degrees between any two bonds of an atom."""
    arms = xyz[[other.GetIdx() for other in mol.GetAtomWithIdx(atom).GetNeighbors()]] - xyz[atom]
    arms = arms / np.linalg.norm(arms, axis=1, keepdims=True)
    cosines = (arms @ arms.T)[np.triu_indices(len(arms), 1)]
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


@pytest.mark.parametrize(
    ("smiles", "atom", "shape"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES]
)
def test_the_neighbours_stand_as_electron_pairs_repel_each_other(smiles, atom, shape):
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    for xyz in embed(mol, 3, 1).astype(float):
        found = angles(mol, xyz, atom)
        near = [np.abs(found - angle) < 15 for angle in (90, 120, 180)]
        assert tuple(int(n.sum()) for n in near) == shape
        assert fault(mol, xyz) is None


def test_electronegative_neighbours_are_on_the_axis_and_multiple_bonds_are_not():
    for smiles, axis in ((PIFA, "OO"), (IBX, "OO"), (DAST, "FF"), (MARTIN, "OO")):
        mol = Chem.MolFromSmiles(smiles)
        centre = hypervalent.centres(mol)[0]
        ends = [mol.GetAtomWithIdx(a) for a in centre.neighbours]
        straight = np.argwhere(np.triu(hypervalent.angles(centre.arms) > 170))[0]
        assert "".join(ends[i].GetSymbol() for i in straight) == axis
        assert all(ends[i].GetTotalDegree() > 1 or ends[i].GetSymbol() == "F" for i in straight)


def test_bonds_have_the_lengths_that_crystals_have():
    mol = Chem.AddHs(Chem.MolFromSmiles(SF5_ANISOLE))
    xyz = embed(mol, 1, 1)[0]
    arms = np.linalg.norm(xyz[[5, 7, 8, 9, 10, 11]] - xyz[6], axis=1)
    assert arms == pytest.approx([1.80, 1.58, 1.58, 1.58, 1.58, 1.58], abs=0.07)


@pytest.mark.parametrize(
    "smiles", [PIFA, SF5_ANISOLE, "CCc1ccccc1I=O", "CCc1ccc([I+]c2ccccc2)cc1", "[O-]I(=O)(=O)=O"]
)
def test_no_field_pretends_to_know_them(smiles):
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    with pytest.raises(MoleculeError, match=r"parameters for the bonds around atom \d+ \([IS]\)"):
        ForceField(mol)


@pytest.mark.parametrize("smiles", ["CCOP(=O)(OCC)OCC", "CS(=O)(=O)CC", "CC[S+](C)C", "CCCI"])
def test_ordinary_phosphorus_sulfur_and_iodine_are_known(smiles):
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert not hypervalent.centres(mol)
    assert ForceField(mol).name in {"MMFF94s", "UFF"}


@pytest.mark.parametrize("smiles", [PIFA, SF5_ANISOLE, DESS_MARTIN, DAST])
def test_their_bonds_are_turned_and_their_angles_stay(smiles):
    mol = from_smiles(smiles)
    made = finish(generate(mol, load(), 3, ConformerOptions(steps=3), seed=1))
    centre = hypervalent.centres(mol)[0]
    assert made.energy_name == "" and made.classical.source == "ETKDGv3"
    assert all(centre.fits(xyz) for xyz in made.samples.xyz)
    assert [fault(mol, xyz) for xyz in made.samples.xyz] == 3 * [None]
    with pytest.raises(MoleculeError, match="cannot be relaxed"):
        finish(relax(mol, made.samples))


def test_a_torsion_is_not_measured_along_a_straight_line():
    mol = from_smiles("FS(F)(F)(F)(F)CCC")
    a, b, c, _ = get_dihedral_atoms(mol, 1, 6)
    xyz = mol.GetConformer().GetPositions()
    assert np.degrees(np.arccos(np.clip(cosine(xyz[a] - xyz[b], xyz[c] - xyz[b]), -1, 1))) < 120


def cosine(u: np.ndarray, v: np.ndarray) -> float:
    return float(u @ v / np.linalg.norm(u) / np.linalg.norm(v))


def test_coordinates_of_a_file_are_kept_and_copied(monkeypatch):
    """A seesaw turned inside out: rules would put fluorine on the axis, this file has carbon."""
    mol = Chem.AddHs(Chem.MolFromSmiles("FS(F)(F)CCO"))
    rule = hypervalent.centres(mol)[0]
    carbon = rule.neighbours.index(4)
    straight = np.argwhere(np.triu(hypervalent.angles(rule.arms) > 170))[0]
    assert carbon not in straight
    arms = rule.arms.copy()
    arms[[carbon, straight[0]]] = arms[[straight[0], carbon]] * [[1.12], [1 / 1.12]]
    other = hypervalent.Centre(rule.atom, rule.neighbours, arms)
    with monkeypatch.context() as patched:
        patched.setattr(hypervalent, "centres", lambda mol: (other,))
        xyz = embed(mol, 1, 1)[0].astype(float)
    assert other.fits(xyz) and not rule.fits(xyz)
    data = Chem.MolToMolBlock(with_conformers(mol, xyz[None])).encode()
    reading = read_file("inside_out.sdf", data)
    assert np.abs(reading.uploaded[0] - xyz).max() < 1e-3
    assert all(other.fits(found) for found in embed(reading.mol, 3, 1).astype(float))


def test_a_shape_without_a_rule_is_refused_by_name():
    mol = Chem.MolFromSmiles("F[I](F)(F)(F)(F)(F)F", sanitize=False)
    mol.UpdatePropertyCache(strict=False)
    Chem.GetSymmSSSR(mol)
    with pytest.raises(MoleculeError, match=r"atom 2 \(I\) with its 7 neighbours"):
        hypervalent.centres(mol)
