"""Stereo axes: the hindered ones are found, kept and measured, the others are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler

from engine.chem.energy import embed
from engine.chem.reading import MoleculeError, read_text
from engine.chem.structure import (
    explain,
    find_axes,
    identify_rotatable_bonds,
    label_axes,
    stereo_errors,
    to_molecule,
)
from engine.chem.structure.axes import labelled_axes
from engine.chem.structure.features import from_reference
from engine.geometry import dihedral_angles

#: Compounds whose atropisomers have been separated, or that racemise over hours.
HINDERED = {
    "1,1'-binaphthyl": "c1ccc2c(c1)cccc2-c1cccc2ccccc12",
    "BINOL": "Oc1ccc2ccccc2c1-c1c(O)ccc2ccccc12",
    "QUINAP": "c1ccc(P(c2ccccc2)c2ccc3ccccc3c2-c2nccc3ccccc23)cc1",
    "methaqualone": "Cc1ccccc1-n1c(C)nc2ccccc2c1=O",
    "lesinurad": "OC(=O)CSc1nnc(Br)n1-c1ccc(C2CC2)c2ccccc12",
    "metolachlor": "CCc1cccc(C)c1N(C(C)COC)C(=O)CCl",
    "acetochlor": "CCOCN(C(=O)CCl)c1c(C)cccc1CC",
    "PCB 84": "Clc1cccc(-c2c(Cl)ccc(Cl)c2Cl)c1Cl",
    "PCB 132": "Clc1ccc(-c2c(Cl)ccc(Cl)c2Cl)c(Cl)c1Cl",
    "2,2'-bis(trifluoromethyl)biphenyl": "FC(F)(F)c1ccccc1-c1ccccc1C(F)(F)F",
    "6,6'-dinitrodiphenic acid": ("OC(=O)c1cccc([N+](=O)[O-])c1-c1c(C(=O)O)cccc1[N+](=O)[O-]"),
    "o-tert-butyl anilide": "CC(=O)N(C)c1ccccc1C(C)(C)C",
    "N-aryl succinimide": "CC1CC(=O)N(c2ccccc2C(C)(C)C)C1=O",
    "2-methyl-1-naphthamide": "CCN(CC)C(=O)c1c(C)ccc2ccccc12",
    "gossypol": ("CC(C)c1c(O)c(O)c(C=O)c2c(O)c(-c3c(C)cc4c(C(C)C)c(O)c(O)c(C=O)c4c3O)c(C)cc12"),
    "sotorasib": (
        "C=CC(=O)N1CCN(c2nc(=O)n(-c3c(C)ccnc3C(C)C)c3nc(-c4c(O)cccc4F)c(F)cc23)[C@H](C)C1"
    ),
    "lunresertib": "Cc1cc2c(C(N)=O)c(N)n(-c3c(C)ccc(O)c3C)c2nc1C",
}

#: Bonds that turn within seconds, and hindered ones whose turn gives the same molecule.
FREE = {
    "bitolyl": "Cc1ccccc1-c1ccccc1C",
    "2,2'-dichlorobiphenyl": "Clc1ccccc1-c1ccccc1Cl",
    "2,2'-bipyridine": "c1ccnc(-c2ccccn2)c1",
    "losartan": "CCCCc1nc(Cl)c(CO)n1Cc1ccc(-c2ccccc2-c2nnn[nH]2)cc1",
    "telmisartan": "CCCc1nc2c(C)cc(-c3nc4ccccc4n3C)cc2n1Cc1ccc(-c2ccccc2C(=O)O)cc1",
    "diflunisal": "OC(=O)c1cc(-c2ccc(F)cc2F)ccc1O",
    "decafluorobiphenyl": "Fc1c(F)c(F)c(F)c(F)c1-c1c(F)c(F)c(F)c(F)c1F",
    "celecoxib": "Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1",
    "boscalid": "O=C(Nc1ccccc1-c1ccc(Cl)cc1)c1cccnc1Cl",
    "o-tolyl anilide": "CC(=O)N(C)c1ccccc1C",
    "secondary anilide": "CCc1cccc(C)c1NC(C)=O",
    "o-tolyl indole": "Cc1ccccc1-n1ccc2ccccc12",
    "mesityl, its ends alike": "Cc1cc(C)cc(C)c1-c1ccccc1",
    "fipronil, its ends alike": "N#Cc1nn(-c2c(Cl)cc(C(F)(F)F)cc2Cl)c(N)c1S(=O)C(F)(F)F",
    "alachlor, its ends alike": "CCc1cccc(CC)c1N(COC)C(=O)CCl",
    "o-methyl benzamide": "CN(C)C(=O)c1ccccc1C",
    "diazepam": "CN1c2ccc(Cl)cc2C(c2ccccc2)=NCC1=O",
}


def explicit(smiles: str) -> Chem.Mol:
    return Chem.AddHs(Chem.MolFromSmiles(smiles))


@pytest.mark.parametrize("name", HINDERED)
def test_a_hindered_axis_is_found_and_not_turned(name):
    mol = explicit(HINDERED[name])
    (index,) = find_axes(mol)
    assert set(find_axes(Chem.MolFromSmiles(HINDERED[name]))) == {index}
    report = identify_rotatable_bonds(mol)[index]
    assert (report.rotatable, report.reason) == (False, "hindered")
    assert "not turned" in explain(report)


@pytest.mark.parametrize("name", FREE)
def test_other_bonds_are_no_axes(name):
    mol = explicit(FREE[name])
    assert not find_axes(mol)
    assert all(report.reason != "hindered" for report in identify_rotatable_bonds(mol))


@pytest.mark.parametrize("name", ["BINOL", "metolachlor", "lesinurad", "2-methyl-1-naphthamide"])
def test_the_hand_does_not_depend_on_the_order_of_the_atoms(name):
    """A label that followed the numbers would change its CIP letter with them."""
    mol = read_text(HINDERED[name]).mol
    xyz = mol.GetConformer().GetPositions()
    Chem.RemoveStereochemistry(mol)
    rng, letters = np.random.default_rng(3), set()
    for _ in range(5):
        order = rng.permutation(mol.GetNumAtoms()).tolist()
        copy = Chem.RenumberAtoms(mol, order)
        label_axes(copy, xyz[order])
        letters.add(letter(copy))
        label_axes(copy, -xyz[order])
        letters.add({"P": "M", "M": "P"}[letter(copy)])
    assert len(letters) == 1


def letter(mol: Chem.Mol) -> str:
    """P or M of the one labelled axis."""
    copy = Chem.Mol(mol)
    rdCIPLabeler.AssignCIPLabels(copy, maxRecursiveIterations=100_000)
    found = [b for b in copy.GetBonds() if b.GetStereo() in ATROPISOMERS]
    return found[0].GetProp("_CIPCode")


ATROPISOMERS = (Chem.BondStereo.STEREOATROPCW, Chem.BondStereo.STEREOATROPCCW)


@pytest.mark.parametrize(
    "name", ["BINOL", "methaqualone", "o-tert-butyl anilide", "6,6'-dinitrodiphenic acid"]
)
def test_every_conformer_keeps_the_hand_and_the_mirror_image_is_an_error(name):
    mol = read_text(HINDERED[name]).mol
    quartets, signs = labelled_axes(mol)
    assert len(quartets) == 1
    xyz = embed(mol, 4, 2)
    assert (np.sign(dihedral_angles(xyz, quartets)) == signs).all()
    assert not stereo_errors(mol, xyz).any()
    if not any(atom.GetChiralTag() for atom in mol.GetAtoms()):
        assert stereo_errors(mol, -xyz).all()


def test_a_molecule_of_an_axis_alone_is_refused_in_a_sentence_of_its_own():
    with pytest.raises(MoleculeError, match="hindered"):
        read_text(HINDERED["1,1'-binaphthyl"])


def test_an_axis_is_no_rotor_of_the_model_and_a_reference_gives_its_hand():
    smiles = HINDERED["BINOL"]
    mol = read_text(smiles).mol
    assert to_molecule(mol).n_rotors == 2, "the two hydroxyl groups"
    xyz = mol.GetConformer().GetPositions()
    one, other = from_reference(smiles, xyz), from_reference(smiles, -xyz)
    assert not stereo_errors(one, xyz[None])[0] and stereo_errors(other, xyz[None])[0]
