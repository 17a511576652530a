"""Rotatable bonds counted by hand, and dihedral angles against RDKit's own."""

from __future__ import annotations

import random
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem, RDConfig
from rdkit.Chem import rdDistGeom, rdMolDescriptors, rdMolTransforms
from rdkit.rdBase import BlockLogs

from engine.chem.structure import DEFINITIONS, explain, identify_rotatable_bonds
from engine.chem.structure.quartets import get_dihedral_atoms
from engine.chem.structure.torsions import rdkit_count
from engine.geometry import dihedral_angles

NCI = Path(RDConfig.RDDataDir) / "NCI" / "first_5K.smi"


@lru_cache
def random_molecules(count: int = 100, seed: int = 0) -> list[Chem.Mol]:
    """Molecules of RDKit's NCI file with hydrogens, one conformer and a rotatable bond."""
    lines = NCI.read_text().splitlines()
    random.Random(seed).shuffle(lines)
    found: list[Chem.Mol] = []
    for line in lines:
        with BlockLogs():
            mol = Chem.MolFromSmiles(line.split()[0])
            if mol is None or not 4 <= mol.GetNumHeavyAtoms() <= 20 or "." in line.split()[0]:
                continue
            mol = Chem.AddHs(mol)
            if not any(report.rotatable for report in identify_rotatable_bonds(mol)):
                continue
            if rdDistGeom.EmbedMolecule(mol, randomSeed=1) < 0:
                continue
        Chem.AssignStereochemistryFrom3D(mol)
        found.append(mol)
        if len(found) == count:
            break
    return found


def explicit(smiles: str) -> Chem.Mol:
    return Chem.AddHs(Chem.MolFromSmiles(smiles))


#: SMILES: how many bonds of each class turn.
COUNTED = {
    "CC(C)Cc1ccc(cc1)C(C)C(=O)O": {"heavy": 4, "methyl": 3, "hydroxyl": 1},
    "CCCC": {"heavy": 1, "methyl": 2},
    "CC": {"methyl": 1},
    "c1ccc(cc1)-c1ccccc1": {"heavy": 1},
    "CC(=O)Oc1ccccc1C(=O)O": {"heavy": 3, "methyl": 1, "hydroxyl": 1},
    "CC(=O)Nc1ccc(O)cc1": {"heavy": 2, "methyl": 1, "hydroxyl": 1},
    "NCCS": {"heavy": 1, "amine": 1, "thiol": 1},
    "C[NH3+]": {"amine": 1},
    "Cn1c(=O)c2c(ncn2C)n(C)c1=O": {"methyl": 3},
    "CC#CC": {},
    "CCC#N": {"methyl": 1},
    "C=CC=C": {"heavy": 1},
    "C1CCCCC1": {},
    "C": {},
}


@pytest.mark.parametrize("smiles", COUNTED)
def test_known_molecules(smiles):
    reports = identify_rotatable_bonds(explicit(smiles))
    assert Counter(r.kind for r in reports if r.rotatable) == Counter(COUNTED[smiles])


def test_ibuprofen_has_eight_where_rdkit_counts_four():
    mol = explicit("CC(C)Cc1ccc(cc1)C(C)C(=O)O")
    assert sum(report.rotatable for report in identify_rotatable_bonds(mol)) == 8
    assert rdkit_count(mol) == 4


@pytest.mark.parametrize(
    ("smiles", "bond", "reason"),
    [
        ("C1CCCCC1", (0, 1), "ring"),
        ("C/C=C/C", (1, 2), "double"),
        ("CC#CC", (1, 2), "triple"),
        ("CC#CC", (0, 1), "straight"),
        ("c1ccccc1C", (0, 1), "aromatic"),
        ("CCCl", (1, 2), "terminal"),
    ],
)
def test_every_other_bond_has_its_reason(smiles, bond, reason):
    mol = explicit(smiles)
    report = identify_rotatable_bonds(mol)[mol.GetBondBetweenAtoms(*bond).GetIdx()]
    assert not report.rotatable
    assert (report.reason, report.kind) == (reason, "")


def test_an_amide_turns_and_is_called_a_partial_double_bond():
    mol = explicit("CC(=O)NC")
    report = identify_rotatable_bonds(mol)[mol.GetBondBetweenAtoms(1, 3).GetIdx()]
    assert report.rotatable and report.kind == "heavy"
    assert "partial double bond" in report.note and "partial double bond" in explain(report)


def test_there_is_one_report_per_bond_and_a_sentence_for_each():
    for mol in random_molecules()[:30]:
        reports = identify_rotatable_bonds(mol)
        assert [r.index for r in reports] == list(range(mol.GetNumBonds()))
        for report in reports:
            assert set(report.atoms) == {
                mol.GetBondWithIdx(report.index).GetBeginAtomIdx(),
                mol.GetBondWithIdx(report.index).GetEndAtomIdx(),
            }
            assert report.rotatable == bool(report.kind) != bool(report.reason)
            assert explain(report).endswith(".")


def test_the_quartet_follows_bonds_and_prefers_heavy_atoms():
    mol = explicit("OCC(F)C")
    assert get_dihedral_atoms(mol, 1, 2) == (0, 1, 2, 3)
    assert get_dihedral_atoms(mol, 2, 1) == (3, 2, 1, 0)
    with pytest.raises(ValueError, match="no other neighbour"):
        get_dihedral_atoms(mol, 2, 3)


def rotor_quartets(mol: Chem.Mol) -> np.ndarray:
    return np.array(
        [get_dihedral_atoms(mol, *r.atoms) for r in identify_rotatable_bonds(mol) if r.rotatable]
    )


def circular(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs(np.angle(np.exp(1j * (np.asarray(a) - np.asarray(b)))))


def test_angles_are_exactly_rdkits():
    compared = 0
    for mol in random_molecules():
        quartets, conformer = rotor_quartets(mol), mol.GetConformer()
        ours = dihedral_angles(conformer.GetPositions(), quartets)
        theirs = [rdMolTransforms.GetDihedralRad(conformer, *q) for q in quartets.tolist()]
        assert circular(ours, theirs).max() < 1e-7
        compared += len(theirs)
    assert compared > 300


def test_a_mirror_image_has_the_negative_angles_and_a_rotation_the_same():
    rng = np.random.default_rng(0)
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    rotation *= np.linalg.det(rotation)
    for mol in random_molecules()[:30]:
        quartets, xyz = rotor_quartets(mol), mol.GetConformer().GetPositions()
        angles = dihedral_angles(xyz, quartets)
        assert circular(dihedral_angles(xyz * [1, 1, -1], quartets), -angles).max() < 1e-9
        moved = xyz @ rotation.T + [3.0, -2.0, 7.0]
        assert circular(dihedral_angles(moved, quartets), angles).max() < 1e-9
        assert circular(dihedral_angles(xyz, quartets[:, ::-1]), angles).max() < 1e-9


def test_shapes_and_range():
    xyz = np.random.default_rng(0).normal(size=(5, 7, 4, 3))
    assert dihedral_angles(xyz, np.array([0, 1, 2, 3])).shape == (5, 7)
    angles = dihedral_angles(xyz, np.array([[0, 1, 2, 3], [3, 2, 1, 0]]))
    assert angles.shape == (5, 7, 2)
    assert angles.min() > -np.pi and angles.max() <= np.pi


def test_the_iupac_sign_on_paper():
    """Looking from b to c, turning d clockwise is positive."""
    a, b, c = [1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]
    for degrees in (-150, -90, 0, 60, 180):
        turn = np.radians(degrees)
        d = [np.cos(turn), np.sin(turn), 1.0]
        angle = dihedral_angles(np.array([a, b, c, d]), np.array([0, 1, 2, 3]))
        assert circular(angle, turn) < 1e-12


def counted(mol: Chem.Mol) -> dict[str, frozenset[int]]:
    reports = identify_rotatable_bonds(mol)
    return {key: definition.counts(mol, reports) for key, definition in DEFINITIONS.items()}


def test_the_definitions_agree_with_rdkit_where_they_quote_it() -> None:
    rules = rdMolDescriptors.NumRotatableBondsOptions
    for mol in random_molecules():
        bare = Chem.RemoveHs(mol)
        found = counted(mol)
        strict, loose = found["strict"], found["loose"]
        assert len(strict) == rdMolDescriptors.CalcNumRotatableBonds(bare, rules.Strict)
        assert len(loose) == rdMolDescriptors.CalcNumRotatableBonds(bare, rules.NonStrict)
        assert found["heavy"] <= found["model"]


def test_the_definitions_of_ibuprofen_and_of_an_anilide() -> None:
    ibuprofen = explicit("CC(C)Cc1ccc(cc1)C(C)C(=O)O")
    assert {key: len(bonds) for key, bonds in counted(ibuprofen).items()} == {
        "model": 8, "heavy": 4, "strict": 4, "loose": 4,
    }  # fmt: skip
    anilide = explicit("CC(=O)Nc1ccccc1")
    amide = anilide.GetBondBetweenAtoms(1, 3).GetIdx()
    assert amide in counted(anilide)["loose"]
    assert amide not in counted(anilide)["strict"]


def test_the_definitions_do_not_care_for_the_order_of_atoms() -> None:
    mol = explicit("CC(=O)NCC(F)(F)F")
    order = list(np.random.default_rng(0).permutation(mol.GetNumAtoms()))
    other = Chem.RenumberAtoms(mol, [int(i) for i in order])
    for key in DEFINITIONS:
        ends = [
            {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in m.GetBonds()
             if b.GetIdx() in counted(m)[key]} for m in (mol, other)
        ]  # fmt: skip
        assert {frozenset(int(order[i]) for i in pair) for pair in ends[1]} == ends[0]
