"""What the molecule page accepts, under AppTest: pickers, charge, forms, and their trouble."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rdkit import Chem
from streamlit.testing.v1 import AppTest

from engine.chem.reading import from_smiles
from engine.experiments.molecule.record import Record
from tests.conftest import settle

Open = Callable[..., AppTest]
SAMPLES = Path(__file__).parents[3] / "assets" / "molecules"
STATES = "Possible protonation states (Dimorphite-DL's rules)"
FEW = {"n": "1", "torsional_steps": "5"}


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return settle(app.run())


def box(app: AppTest, label: str):
    return next((b for b in app.selectbox if b.label == label), None)


def shown(app: AppTest) -> Record:
    return app.session_state["_molecule_last"]


def name_of(app: AppTest) -> str:
    return shown(app).molecule.name


def test_the_molecules_of_a_file_can_be_chosen_and_stay_chosen(open_page: Open) -> None:
    app = settle(open_page("molecule", source="File", **FEW))
    assert "Drop a file here" in app.file_uploader[0].help
    broken = b"broken\n\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n$$$$\n"
    data = (SAMPLES / "three_painkillers.sdf").read_bytes() + broken
    upload(app, "pain.sdf", data)
    picker = box(app, "Molecule in this file")
    assert not app.error and picker.value == 0 and len(picker.options) == 4
    assert picker.options[0] == "1. Paracetamol" and name_of(app) == "Paracetamol"
    settle(picker.set_value(1).run())
    second = name_of(app)
    assert second != "Paracetamol" and second in box(app, "Molecule in this file").options[1]
    app.segmented_control(key="source").set_value("example")
    settle(app.run())
    assert name_of(app) == "Ibuprofen"
    app.segmented_control(key="source").set_value("file")
    settle(app.run())
    assert box(app, "Molecule in this file").value == 1 and name_of(app) == second
    settle(box(app, "Molecule in this file").set_value(3).run())
    assert not app.exception and len(app.error) == 1 and name_of(app) == second


def test_a_link_to_a_molecule_that_cannot_be_used_shows_the_first_example(open_page: Open) -> None:
    app = settle(open_page("molecule", source="SMILES", smiles="[Na+].[Cl-]", **FEW))
    assert len(app.error) == 1 and "separate molecules" in app.error[0].value
    assert not any("being read" in caption.value for caption in app.caption)
    assert app.button(key="sample").disabled, "the picture shows another molecule"
    app.text_input(key="smiles").set_value("CCCC")
    settle(app.run())
    assert not app.error and Chem.MolToSmiles(Chem.RemoveHs(shown(app).mol)) == "CCCC"


def test_only_an_xyz_file_asks_for_the_charge(open_page: Open) -> None:
    ion = from_smiles("CCC(=O)[O-]")
    app = settle(open_page("molecule", source="File", **FEW))
    upload(app, "ion.sdf", Chem.MolToMolBlock(ion).encode())
    assert not [n for n in app.number_input if n.label == "Net charge"]
    upload(app, "ion.xyz", Chem.MolToXYZBlock(ion).encode())
    assert len(app.error) == 1 and "-1" in app.error[0].value
    charge = next(n for n in app.number_input if n.label == "Net charge")
    settle(charge.set_value(-1).run())
    assert not app.error and not app.exception
    assert Chem.GetFormalCharge(shown(app).mol) == -1
    assert any("charge of -1" in note for note in shown(app).notes)


def test_open_stereo_offers_its_forms(open_page: Open) -> None:
    app = settle(open_page("molecule", source="SMILES", smiles="CC(N)C(=O)O", **FEW))
    picker = box(app, "Stereoisomer")
    assert picker.options == ["R", "S"] and picker.value == shown(app).form
    other = "R" if picker.value == "S" else "S"
    settle(picker.set_value(other).run())
    assert not app.exception and not app.error and shown(app).form == other
    assert any(f"({other})" in note for note in shown(app).warnings)
    app.text_input(key="smiles").set_value("CC=CCO")
    settle(app.run())
    assert not app.exception and box(app, "Stereoisomer").options == ["E", "Z"]
    app.text_input(key="smiles").set_value("C[C@H](N)C(=O)O")
    settle(app.run())
    assert box(app, "Stereoisomer") is None


def test_a_link_restores_the_form(open_page: Open) -> None:
    forms = {}
    for form in ("R", "S"):
        app = open_page("molecule", source="SMILES", smiles="CC(N)C(=O)O", form=form, **FEW)
        forms[form] = shown(settle(app)).form
    assert forms == {"R": "R", "S": "S"}


def test_protonation_is_offered_changed_and_in_the_link(open_page: Open) -> None:
    typed = {"source": "SMILES", "smiles": "CC(N)C(=O)O", **FEW}
    app = settle(open_page("molecule", **typed))
    picker = box(app, STATES)
    assert picker.options == [
        "as given, net charge 0", "O6-, net charge \u22121", "N3+, O6-, net charge 0"
    ]  # fmt: skip
    assert picker.value == ""
    atoms = shown(app).mol.GetNumAtoms()
    settle(picker.set_value("O6-").run())
    assert Chem.GetFormalCharge(shown(app).mol) == -1
    assert shown(app).mol.GetNumAtoms() == atoms - 1 and box(app, "Stereoisomer").options == [
        "R",
        "S",
    ]
    linked = settle(open_page("molecule", protonation="N3+, O6-", form="S", **typed))
    assert not linked.exception and shown(linked).form == "S"
    assert shown(linked).mol.GetNumAtoms() == atoms and "O6-" in shown(linked).source.choices.state
    app.text_input(key="smiles").set_value("CC=CCO")
    settle(app.run())
    assert not app.exception and box(app, STATES) is None


def test_a_form_that_cannot_be_built_is_explained_below_the_box(open_page: Open) -> None:
    app = settle(open_page("molecule", source="SMILES", smiles="CCC12CCC(O)(C1)CC2", **FEW))
    picker, before = box(app, "Stereoisomer"), shown(app).identity
    other = next(form for form in picker.options if form != picker.value)
    settle(picker.set_value(other).run())
    assert not app.exception and len(app.error) == 1
    assert "No 3D shape" in app.error[0].value and shown(app).identity == before


def test_an_inchi_may_be_typed(open_page: Open) -> None:
    inchi = "InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1"
    app = settle(open_page("molecule", source="SMILES", smiles=inchi, **FEW))
    assert not app.exception and not app.error
    assert Chem.MolToSmiles(Chem.RemoveHs(shown(app).mol)) == Chem.CanonSmiles("C[C@H](N)C(=O)O")


def test_a_template_corrects_the_bond_orders_of_a_file_without_them(open_page: Open) -> None:
    app = settle(open_page("molecule", source="File", **FEW))
    folder = Path(__file__).parents[2] / "data" / "molecules" / "ligands"
    upload(app, "ligand.pdb", (folder / "LIG_2wue.pdb").read_bytes())
    assert any("from bond lengths" in caption.value for caption in app.caption)
    field = next(f for f in app.text_input if f.label == "Template for the bond orders")
    saturated = "CC(CCC(=O)C(=O)O)C(=O)CCc1ccccc1Cl"
    settle(field.set_value(saturated).run())
    found = Chem.MolToSmiles(Chem.RemoveHs(shown(app).mol), isomericSmiles=False)
    assert not app.error and found == Chem.CanonSmiles(saturated)
    field = next(f for f in app.text_input if f.label == "Template for the bond orders")
    settle(field.set_value("CCO").run())
    assert not app.exception and "another molecule" in app.error[0].value
