"""Stereo that is said, open or lost: a note where there is stereo and none where there is none."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor

from engine.chem.energy import embed
from engine.chem.reading import ReadingChoices, read_file, read_text
from engine.chem.reading.stereo import count, forms, label, lost, open_places, sentence
from engine.chem.structure import stereo_errors
from engine.chem.structure.axes import labelled_axes
from engine.geometry import dihedral_angles

DATA = Path(__file__).parents[2] / "data" / "stereo"

#: SMILES to what is open, "" for nothing.
NOTES = {
    "COP(=O)(O)OCC": "",
    "COP(=O)([O-])OCC": "",
    "CCOP(=O)(O)OP(=O)(O)OC": "",
    "CCP(C)(=O)O": "",
    "CCS(=O)O": "",
    "CCOS(=O)O": "",
    "CCN=C=NCCCN(C)C": "",
    "CCN=[N+]=[N-]": "",
    "CCC=C=O": "",
    "CCC(C)=N": "",
    "CCC(C)=[NH2+]": "",
    "CC(=NC)NCC": "",
    "CNC(=NC)NCC": "",
    "CNC(=NC#N)NCCO": "",
    "CSC(=NC)NCC": "",
    "CCC(O)=NC": "",
    "CC([O-])=NCC": "",
    "CC[NH+](C)CCC": "",
    "CCN(C)CCC": "",
    "CCC=[N+]([O-])O": "",
    "CCS(C)(=N)CC": "",
    "CCS(C)=O": "the stereo centre S3",
    "CCOP(=S)(O)OC": "the stereo centre P4",
    "CCOP(C)(=O)SC": "the stereo centre P4",
    "CCP(C)CCC": "the stereo centre P3",
    "CCS(C)(=N)=O": "the stereo centre S3",
    "CS(=O)(=NC)N": "the stereo centre S2",
    "CC[N+](C)(CCC)CCCC": "the stereo centre N3",
    "CCC(C)=NO": "the double bond C3=N5",
    "CC(N)=NOCC": "the double bond C2=N4",
    "CCC(C)=NN": "the double bond C3=N5",
    "CCC(C)=NC": "the double bond C3=N5",
    "CCN=NCC": "the double bond N3=N4",
    "CCS(C)=NC": "the stereo centre S3",
    "CCC(O)C=CC": "the stereo centre C3 and the double bond C5=C6",
    "CC(O)c1cccc(Cl)c1-c1c(C)cccc1O": "the stereo centre C2 and the hindered axis C10-C11",
}


@pytest.mark.parametrize("smiles", NOTES)
def test_what_is_open_is_said_and_nothing_else(smiles):
    mol = Chem.MolFromSmiles(smiles)
    places = open_places(mol)
    found = sentence(mol, places, "x").partition(" w")[0] if places else ""
    assert found.lower() == NOTES[smiles].lower()
    assert lost(mol) == ""
    assert len(forms(mol, places)) == (count(places) if places else 0)


@pytest.mark.parametrize(
    ("smiles", "centres"),
    [
        ("CC12CC3CC(C1)CC(N)(C3)C2", ()),  # memantine
        ("CC(N)C12CC3CC(CC(C3)C1)C2", (1,)),  # rimantadine
        ("CNC1C2CC3CC(C2)CC1C3", ()),
        ("COc1ccc(cc1C12CC3CC(CC(C3)C1)C2)C(O)=O", ()),
        ("CCC12CC(C1)C2", ()),
        ("CCC12CCC(CC1)CC2", ()),
        ("CCC12C3C4C1C5C2C3C45", ()),
        ("CCC12C3C4C5C1C6C7C2C8C3C9C4C1C5C6C2C7C8C9C12", ()),
        ("CNC(=O)C12C3C4C1C5C2C3C45C(=O)OC", ()),
        ("N#CC1CCCN1C(=O)CNC12CC3CC(CC(O)(C3)C1)C2", (2,)),  # vildagliptin
        ("OC12CC3(F)CC(Cl)(CC(C3)(CC)C1)C2", (1, 3, 6, 9)),
        ("OCC1CN2CCC1CC2", (2,)),
        ("CC1CCC(CO)CC1", (1, 4)),
        ("CCC1CC2CCC1C2", (2, 4, 7)),
    ],
)
def test_a_cage_of_one_form_has_no_stereo(smiles, centres):
    assert open_places(Chem.MolFromSmiles(smiles)).atoms == centres


@pytest.mark.parametrize(
    ("smiles", "named"),
    [
        ("CC=[C@]=CCC", "the allene C2=C3=C4"),
        ("CCC=C=CC", "the allene C3=C4=C5"),
        ("CC(F)=C=C(F)CC", "the allene C2=C4=C5"),
        ("CC=C=CCCC=C=CCO", "the allenes C2=C3=C4 and C7=C8=C9"),
        ("CC(C)=C=CCC", ""),
        ("C=C=CCC", ""),
        ("CCC=C=O", ""),
    ],
)
def test_the_hand_of_an_allene_is_told(smiles, named):
    said = lost(Chem.MolFromSmiles(smiles))
    assert bool(said) == bool(named) and named in said


def test_reading_tells_of_an_allene():
    (note,) = read_text("CC=[C@]=CCCO").notes
    assert note == "The hand of the allene C2=C3=C4 is not kept; conformers may have either."


def test_a_labile_centre_takes_no_place_among_the_forms():
    reading = read_text("CC(O)COP(=O)(O)OC")
    assert reading.forms == ("R", "S")


@pytest.mark.parametrize("form", ["M", "P"])
def test_the_hand_of_an_open_axis_can_be_chosen(form):
    smiles = "Cc1cc2c(C(N)=O)c(N)n(-c3c(C)ccc(O)c3C)c2nc1C"
    first = read_text(smiles)
    assert first.forms == ("M", "P")
    assert first.notes == (
        f"The hindered axis N11-C12 was left open; the form ({first.form}) was chosen.",
    )
    chosen = read_text(smiles, choices=ReadingChoices(form=form))
    assert chosen.form == form == label(chosen.mol, open_places(Chem.MolFromSmiles(smiles)))


@pytest.mark.parametrize(("name", "sign"), [("sotorasib", 1), ("rp6306", 1), ("rp6306_3d", -1)])
def test_the_axis_of_a_file_is_kept_in_every_conformer(name, sign):
    reading = read_file(f"{name}.sdf", (DATA / f"{name}.sdf").read_bytes())
    assert reading.forms == ()
    quartets, signs = labelled_axes(reading.mol)
    assert signs.tolist() == [sign]
    assert [r.reason for r in reading.reports if set(r.atoms) == {*quartets[0, 1:3]}] == [
        "hindered"
    ]
    xyz = embed(reading.mol, 4, 1)
    assert (np.sign(dihedral_angles(xyz, quartets)) == sign).all()
    assert not stereo_errors(reading.mol, xyz).any()


def test_coordinates_of_another_scale_give_their_stereo_and_no_shape():
    reading = read_file("rp6306_3d.sdf", (DATA / "rp6306_3d.sdf").read_bytes())
    assert len(reading.uploaded) == 0
    (note,) = reading.notes
    assert note == (
        "The bonds in this file are 0.6 times as long as real ones, so its coordinates are not "
        "used; the stereo that they show is kept."
    )


def test_a_planar_molecule_keeps_its_coordinates():
    data = (DATA / "hexatriene.xyz").read_bytes()
    reading = read_file("hexatriene.xyz", data)
    given = [[float(x) for x in line.split()[1:]] for line in data.decode().splitlines()[2:]]
    assert np.abs(reading.uploaded - given).max() < 1e-6
    assert reading.notes == () and reading.forms == ()
    middle = reading.mol.GetBondBetweenAtoms(0, 1)
    assert str(middle.GetStereo()) == "STEREOE"
    torsion = dihedral_angles(reading.uploaded[0], np.array([4, 2, 0, 1]))
    assert abs(torsion) > 3.1, "s-trans"


#: Flat molecules.
FLAT = {
    "vinyl benzoquinone": "C=CC1=CC(=O)C=CC1=O",
    "salicylaldehyde": "O=Cc1ccccc1O",
    "nitrostyrene": "O=[N+]([O-])/C=C/c1ccccc1",
}


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize(("mark", "kept"), [("3D", True), ("  ", True), ("2D", False)])
def test_a_flat_shape_in_a_file_is_told_from_a_drawing(name, mark, kept):
    assert was_kept(flattened(FLAT[name]), mark) == kept


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("mark", ["3D", "  ", "2D"])
@pytest.mark.parametrize("hydrogens", [True, False])
def test_a_drawing_is_no_shape_whatever_its_bonds_measure(name, mark, hydrogens):
    for length in (0.83, 1.0, 1.42, 1.5):
        mol = Chem.MolFromSmiles(FLAT[name])
        mol = Chem.AddHs(mol) if hydrogens else mol
        rdDepictor.Compute2DCoords(mol)
        conformer = mol.GetConformer()
        conformer.SetPositions(conformer.GetPositions() * length / 1.5)
        assert not was_kept(mol, mark)


@pytest.mark.parametrize("ending", ["CCCO", "C[C@H](O)CC", "CC/C=C/CC=CCO"])
def test_no_drawing_with_a_tetrahedral_centre_is_a_shape(ending):
    mol = Chem.AddHs(Chem.MolFromSmiles(ending))
    rdDepictor.Compute2DCoords(mol)
    assert not was_kept(mol, "3D")


def flattened(smiles: str) -> Chem.Mol:
    """A relaxed molecule, put into the plane z = 0."""
    mol = read_text(smiles).mol
    xyz = mol.GetConformer().GetPositions()
    xyz = xyz - xyz.mean(axis=0)
    xyz = xyz @ np.linalg.svd(xyz)[2].T
    xyz[:, 2] = 0
    mol.GetConformer().SetPositions(xyz)
    return mol


def was_kept(mol: Chem.Mol, mark: str) -> bool:
    """Whether the coordinates of ``mol`` count when its file is marked as 2D, 3D or not at all."""
    lines = Chem.MolToMolBlock(mol).split("\n")
    lines[1] = lines[1][:20].ljust(20) + mark + lines[1][22:]
    return len(read_file("a.mol", "\n".join(lines).encode()).uploaded) == 1


def test_coordinates_of_a_drawing_behind_a_smiles_leave_the_stereo_as_written():
    text = (DATA / "thiourea_flat.smi").read_text(encoding="utf-8")
    reading = read_text(text)
    assert len(reading.uploaded) == 0 and reading.notes == () and reading.forms == ()
    assert Chem.MolToSmiles(Chem.RemoveHs(reading.mol)) == Chem.CanonSmiles(text.split()[0])
    assert not stereo_errors(reading.mol, embed(reading.mol, 3, 1)).any()


def test_a_shape_behind_a_smiles_is_kept():
    mol = read_text("C[C@H](O)CCN").mol
    heavy = Chem.RemoveHs(mol)
    reading = read_text(Chem.MolToCXSmiles(heavy))
    assert len(reading.uploaded) == 1
    assert Chem.MolToSmiles(Chem.RemoveHs(reading.mol)) == "C[C@H](O)CCN"


def test_coordinates_of_some_atoms_behind_a_smiles_are_passed_over():
    assert len(read_text("CCCO |(0,0,0;1,1,1)|").uploaded) == 0


#: Cages and chains of equal rings, whose CIP labels take for ever, and many open places.
ENDLESS = {
    "ethyl dodecahedrane": "CCC12C3C4C5C1C6C7C2C8C3C9C4C1C5C6C2C7C8C9C12",
    "five cyclohexanes": "CC1CCC(CC1)" + "C1CCC(CC1)" * 4 + "C",
    "ten cyclohexanes": "CC1CCC(CC1)" + "C1CCC(CC1)" * 9 + "C",
    "ethyl cubane": "CCC12C3C4C1C5C2C3C45",
    "sixty alcohols": "C" + "C(O)" * 60 + "C",
    "sixty double bonds": "C" + "C=C" * 60 + "C",
    "a large ring": "C1" + "C(O)" * 45 + "C1CC",
    "a siloxane": "C[Si]1(O)" + "O[Si](C)(O)" * 12 + "O1",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_names_of_forms_take_a_bounded_time(name):
    mol = Chem.MolFromSmiles(ENDLESS[name])
    start = time.process_time()
    places = open_places(mol)
    found = forms(mol, places)
    assert not places or sentence(mol, places, "")
    label(Chem.AddHs(mol), places)
    assert time.process_time() - start < 10.0
    assert len(found) <= 16


def test_a_bond_between_charges_has_no_sides() -> None:
    """As in a sulfilimine, whose S=N is S+-N-: with sides, none of its shapes would be right."""
    mol = read_text("C/[S@](=N/S(=O)(=O)c1ccc(Cl)cc1)c1ccccc1").mol
    assert Chem.MolToSmiles(Chem.RemoveHs(mol)) == "C[S@](=NS(=O)(=O)c1ccc(Cl)cc1)c1ccccc1"
