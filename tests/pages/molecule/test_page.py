"""The molecule page under AppTest: what a chemist types, uploads and gets back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.chem.reading import from_smiles
from engine.chem.writing import to_sdf
from tests.conftest import settle

Open = Callable[..., AppTest]


def text_of(app: AppTest) -> str:
    """All the words on the page."""
    parts = [*app.markdown, *app.caption, *app.error, *app.warning, *app.subheader, *app.metric]
    whole = " ".join(str(part.value) for part in parts)
    return re.sub(r"\[([^]]*)\]\(#term-\w+\)", r"\1", whole)  # links by their words


def test_ibuprofen_samples_by_itself_when_the_page_opens(open_page: Open) -> None:
    app = settle(open_page("molecule", n="3", torsional_steps="5"))
    assert not app.exception
    assert not app.error
    words = text_of(app)
    assert "Samples: 3 asked" in words
    definition = app.segmented_control(key="definition")
    assert definition.options == [
        "Turned by the model: 8", "Between heavy-atom groups: 4",
        "RDKit, strict: 4", "RDKit, loose: 4",
    ]  # fmt: skip
    assert "8 torsion angles" in words and "99 Cartesian coordinates" in words


def test_a_link_restores_the_page(open_page: Open) -> None:
    app = open_page(
        "molecule", source="SMILES", smiles="CCCC", n="2", torsional_steps="5", seed="7"
    )
    settle(app)
    assert not app.exception
    assert app.text_input(key="smiles").value == "CCCC"
    assert app.number_input(key="seed").value == 7
    assert app.slider(key="n").value == 2
    assert "steps=5" in next(block.value for block in app.code)


def test_a_hindered_axis_is_named_and_every_conformer_keeps_it(open_page: Open) -> None:
    smiles = "Oc1ccc2ccccc2c1-c1c(O)ccc2ccccc12"  # BINOL
    app = settle(open_page("molecule", source="SMILES", smiles=smiles, n="4", torsional_steps="5"))
    assert not app.exception and not app.error
    words = text_of(app)
    assert "Not turned, hindered: C11–C12." in words
    assert "The hindered axis C11-C12 was left open" in words
    assert app.selectbox(key="form").options == ["M", "P"]
    assert "2 torsion angles" in words


def test_bad_smiles_gets_one_sentence_and_the_page_stays(open_page: Open) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5"))
    app.segmented_control(key="source").set_value("smiles").run()
    for text in ("nonsense", "C1CC", "CC(C)(C)(C)(C)C", "[Na+].[Cl-]", "C"):
        app.text_input(key="smiles").set_value(text)
        settle(app.run())
        assert not app.exception
        assert len(app.error) == 1, text
        sentence = app.error[0].value
        assert sentence.endswith(".") and "\n" not in sentence and "Traceback" not in sentence
        assert "99 Cartesian coordinates" in text_of(app), "the molecule before is still shown"
        assert app.button(key="sample").disabled, "and not sampled in the name of another"


BAD_FILES = {
    "empty.sdf": b"",
    "noise.sdf": b"\x00\x01\x02 not a molecule",
    "noise.mol": b"hello",
    "noise.mol2": b"hello",
    "noise.pdb": b"hello",
    "picture.png": b"\x89PNG\r\n",
    "noextension": b"CCO",
}


def test_a_bad_file_gets_one_sentence(open_page: Open) -> None:
    app = settle(open_page("molecule", source="File", n="2", torsional_steps="5"))
    for name, data in BAD_FILES.items():
        app.file_uploader[0].set_value((name, data, "application/octet-stream"))
        settle(app.run())
        assert not app.exception
        assert len(app.error) == 1, name
        assert app.error[0].value.endswith(".")


def test_a_good_file_is_shown_and_sampled(open_page: Open) -> None:
    mol = from_smiles("C[C@H](O)CC(=O)NC", name="made here")
    data = to_sdf(mol, mol.GetConformer().GetPositions()[None]).encode()
    app = settle(open_page("molecule", source="File", n="2", torsional_steps="5"))
    app.file_uploader[0].set_value(("made.sdf", data, "chemical/x-mdl-sdfile"))
    settle(app.run())
    assert not app.exception and not app.error
    assert f"{3 * mol.GetNumAtoms()} Cartesian coordinates" in text_of(app)
    button = next(b for b in app.button if b.label == "Sample conformers")
    settle(button.click().run())
    assert not app.exception and not app.error
    assert "Samples: 2 asked" in text_of(app)


def test_several_molecules_offer_the_largest(open_page: Open) -> None:
    app = settle(open_page("molecule", source="SMILES", smiles="CCCCO.CC", n="1"))
    assert len(app.error) == 1
    toggle = next(t for t in app.toggle if t.label == "Use the largest of them")
    settle(toggle.set_value(True).run())
    assert not app.exception
    assert f"{3 * from_smiles('CCCCO').GetNumAtoms()} Cartesian coordinates" in text_of(app)


def test_every_method_gets_a_row_with_as_many_conformers(open_page: Open) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5", results="compared"))
    assert not app.exception
    table = app.table[0].value
    assert [method.split(", then")[0] for method in table["Method"]] == [
        "ETKDGv3",
        "ETKDGv3 + MMFF94s",
        "ETKDGv3 + MMFF94s, chosen",
        "Torsional diffusion",
        "Torsional diffusion",
    ]
    assert table["Candidates"].tolist() == ["2", "2", "8", "8", "8"]
    assert set(table["Kept"]) == {"2"}
    assert (table["Seconds"].astype(float) > 0).all()
    assert table["Lowest energy"].astype(float).min() == 0
    assert table["Lowest energy"].astype(float)[0] > table["Lowest energy"].astype(float)[1]


#: By the key of the switch: how energies are headed, and what the files are called.
SWITCHED = {
    "model": ("MMFF94s, not minimised", "ibuprofen_conformers.sdf"),
    "relaxed": ("MMFF94s, minimised", "ibuprofen_conformers_minimised.sdf"),
    "plain": ("MMFF94s, not minimised", "ibuprofen_conformers_etkdg.sdf"),
    "relaxed_seeds": ("MMFF94s, minimised", "ibuprofen_conformers_etkdg_minimised.sdf"),
}


def test_one_switch_chooses_what_table_and_files_hold(open_page: Open) -> None:
    app = settle(open_page("molecule", n="3", torsional_steps="5", duplicates="off"))
    for method, (energies, _) in SWITCHED.items():
        app.segmented_control(key="stage").set_value(method)
        settle(app.run())
        assert not app.exception
        table = app.dataframe[0].value
        assert len(table) == 3 and table["Energy"].is_monotonic_increasing
        assert ("Weight" in table) == energies.endswith(" minimised") * ("not" not in energies)
        assert energies in text_of(app)


@pytest.mark.parametrize("link", [{"stage": "relaxed"}, {"relax": "true"}])
def test_links_open_the_ensemble_that_they_name(open_page: Open, link: dict[str, str]) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5", **link))
    assert not app.exception
    assert app.segmented_control(key="stage").value == "relaxed"
    assert "Samples, minimised: 2 asked" in text_of(app)


@pytest.mark.parametrize("stage", ["ETKDGv3 + MMFF94s", "ETKDGv3"])
def test_other_conformers_take_the_stage(open_page: Open, stage: str) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5", stage=stage))
    assert not app.exception
    assert app.segmented_control(key="stage").value != "model"
    settle(app.segmented_control(key="stage").set_value("model").run())
    assert not app.exception


def test_a_ring_is_refused_honestly_and_nothing_else_is_sampled(open_page: Open) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5", example="butane"))
    app.segmented_control(key="source").set_value("smiles").run()
    assert app.button(key="sample").disabled, "the box is empty"
    app.text_input(key="smiles").set_value("C1CCCCCCCCCCC1")
    settle(app.run())
    [error] = app.error
    assert "does not sample the shapes of a ring" in error.value and "one shape" not in error.value
    assert app.button(key="sample").disabled
    app.text_input(key="smiles").set_value("CCCO")
    settle(app.run())
    assert not app.button(key="sample").disabled


def test_charges_and_open_stereo_are_warnings(open_page: Open) -> None:
    app = settle(open_page("molecule", n="1", torsional_steps="5", example="gaba"))
    assert any("trained on neutral molecules" in warning.value for warning in app.warning)
    smiles = "CC(O)CC"
    app = settle(open_page("molecule", source="smiles", smiles=smiles, n="1", torsional_steps="5"))
    assert any("left open" in warning.value for warning in app.warning)
    assert "C<sub>4</sub>H<sub>10</sub>O, 74.12 g/mol" in text_of(app)
    assert "c4h10o_conformers.sdf" in next(block.value for block in app.code)


def test_results_before_stay_while_sampling_and_cancel_takes_the_place_of_the_button(
    open_page: Open,
) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5"))
    app.slider(key="n").set_value(50)
    app.button(key="sample").click().run()
    assert not app.exception
    assert not [button for button in app.button if button.key == "sample"]
    assert any(button.label == "Cancel" for button in app.button)
    assert "from before" in text_of(app) and "Samples: 2 asked" in text_of(app)
    next(button for button in app.button if button.label == "Cancel").click().run()
    assert "Stopped" in text_of(app)


def test_the_gallery_opens(open_page: Open) -> None:
    app = settle(open_page("molecule", n="1", torsional_steps="5"))
    settle(next(b for b in app.button if b.label == "Browse the examples").click().run())
    assert not app.exception
    assert sum(button.label == "Use it" for button in app.button) == 6
    settle(app.run())
    assert sum(button.label == "Use it" for button in app.button) == 6, "it stays open"
    settle(app.button(key="example_butane").click().run())
    assert not any(button.label == "Use it" for button in app.button)
    assert app.selectbox(key="example").value == "butane"


def test_the_row_of_the_address_is_chosen_and_not_in_the_next_run(open_page: Open) -> None:
    app = settle(
        open_page(
            "molecule", example="butane", n="3", torsional_steps="5", row="2", duplicates="off"
        )
    )

    def rows() -> list[int]:
        serial = app.session_state["_jobs"]["conformers"].result.serial
        return list(app.session_state[f"conformer_table_{serial}_model"].selection.rows)

    assert rows() == [1]
    assert app.query_params["row"] == "2"
    next(each for each in app.button if each.label == "Sample conformers").click()
    settle(app.run())
    assert rows() == []
    assert "row" not in app.query_params
