"""The flat drawing: every bond between heavy atoms is there, under its number in the molecule."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from engine.chem.reading import from_smiles
from engine.chem.structure import depict, to_molecule
from tests.molecules import DRUG, IBUPROFEN

STEROID = "C[C@]12CC[C@H]3[C@H]([C@@H]1CC[C@@H]2O)CCC4=C3C=CC(=C4)O"  # hydrogens at ring fusions


@pytest.mark.parametrize("smiles", [IBUPROFEN, DRUG, "CCO", "C[C@H](N)C(=O)O", STEROID])
def test_every_bond_between_heavy_atoms_is_drawn_under_its_number(smiles: str) -> None:
    mol = from_smiles(smiles)
    molecule, drawn = to_molecule(mol), depict(mol)
    heavy = {
        e
        for e, (i, j) in enumerate(molecule.bonds)
        if molecule.numbers[i] > 1 < molecule.numbers[j]
    }
    assert set(drawn.lines) == heavy
    assert {int(e) for e in re.findall(r"bond-(\d+)", drawn.svg)} <= heavy
    pairs = [set(pair) for pair in molecule.bonds.tolist()]
    turning = {pairs.index(set(rotor)) for rotor in molecule.rotors.tolist()}
    assert turning <= heavy
    for e in turning:
        assert f"bond-{e} " in drawn.svg


def test_the_drawing_is_one_svg_that_follows_the_theme() -> None:
    drawn = depict(from_smiles(IBUPROFEN), 320, 200)
    root = ElementTree.fromstring(drawn.svg)
    assert root.tag.endswith("svg")
    left, top, width, height = map(float, root.get("viewBox").split())
    assert width <= 320 and height <= 200
    assert "currentColor" in drawn.svg and "#000000" not in drawn.svg
    for x1, y1, x2, y2 in drawn.lines.values():
        assert left <= min(x1, x2) and max(x1, x2) <= left + width
        assert top <= min(y1, y2) and max(y1, y2) <= top + height


def test_labels_of_an_input_do_not_stand_for_elements() -> None:
    plain = depict(from_smiles("CCCO")).svg
    for text in ("CCCO |$OH;;;CH3$|", "CCCO |atomProp:0._displayLabel.OH:3.atomNote.x|"):
        assert depict(from_smiles(text)).svg == plain
