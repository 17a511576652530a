"""The molecule page under AppTest: what a chemist types, uploads and gets back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from streamlit.testing.v1 import AppTest

from engine.chem.convert import to_sdf
from engine.chem.export import to_sdf_file
from engine.chem.library import MOLECULES
from engine.chem.read import from_smiles
from engine.seeds import unstrained
from engine.torsional.sample import SampleOptions
from pages.ui.molecule_compare import plain
from pages.ui.molecule_jobs import Problem, Record, Request, Run, Source, fold, read, relax
from pages.ui.molecule_takeaway import gathered
from tests.conftest import settle
from tests.molecules import DRUG

Open = Callable[..., AppTest]
MOLECULES_FOLDER = Path(__file__).parents[1] / "assets" / "molecules"


def quiet(*_: object, **__: object) -> None:
    """A report that nobody reads."""


@pytest.fixture(scope="module")
def ibuprofen() -> Record:
    """The first example, read."""
    record = read(quiet, Source("example", "ibuprofen"))
    assert isinstance(record, Record)
    return record


@pytest.fixture(scope="module")
def run(ibuprofen: Record) -> Run:
    """Four conformers in five steps."""
    return fold(quiet, ibuprofen, Request(4, SampleOptions(steps=5), 3, "cpu"))


def text_of(app: AppTest) -> str:
    """All the words on the page."""
    parts = [*app.markdown, *app.caption, *app.error, *app.subheader, *app.metric]
    return " ".join(str(part.value) for part in parts)


def test_ibuprofen_samples_by_itself_when_the_page_opens(open_page: Open) -> None:
    app = settle(open_page("molecule", n="3", torsional_steps="5"))
    assert not app.exception
    assert not app.error
    assert {metric.label: metric.value for metric in app.metric}["Conformers"] == "3"
    words = text_of(app)
    definition = app.segmented_control(key="definition")
    assert definition.options == [
        "All that turn: 8", "Between heavy groups: 4", "RDKit, strict: 4", "RDKit, loose: 4",
    ]  # fmt: skip
    assert "8 angles" in words and "99 coordinates" in words


def test_a_link_restores_the_page(open_page: Open) -> None:
    app = open_page(
        "molecule", source="SMILES", smiles="CCCC", n="2", torsional_steps="5", seed="7"
    )
    settle(app)
    assert not app.exception
    assert app.text_input(key="smiles").value == "CCCC"
    assert app.number_input(key="seed").value == 7
    assert app.slider(key="n").value == 2
    assert {m.label: m.value for m in app.metric}["Denoising steps"] == "5"


@pytest.mark.parametrize("text", ["nonsense", "C1CC", "CC(C)(C)(C)(C)C", "[Na+].[Cl-]", "C"])
def test_bad_smiles_gets_one_sentence_and_the_page_stays(open_page: Open, text: str) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5"))
    app.segmented_control(key="source").set_value("smiles").run()
    app.text_input(key="smiles").set_value(text)
    settle(app.run())
    assert not app.exception
    assert len(app.error) == 1
    sentence = app.error[0].value
    assert sentence.endswith(".") and "\n" not in sentence and "Traceback" not in sentence
    assert "99 coordinates" in text_of(app), "the molecule before is still shown"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.sdf", b""),
        ("noise.sdf", b"\x00\x01\x02 not a molecule"),
        ("noise.mol", b"hello"),
        ("noise.mol2", b"hello"),
        ("noise.pdb", b"hello"),
        ("picture.png", b"\x89PNG\r\n"),
        ("noextension", b"CCO"),
    ],
)
def test_a_bad_file_gets_one_sentence(open_page: Open, name: str, data: bytes) -> None:
    app = settle(open_page("molecule", source="File", n="2", torsional_steps="5"))
    app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    settle(app.run())
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.endswith(".")


def test_a_good_file_is_shown_and_sampled(open_page: Open) -> None:
    mol = from_smiles("C[C@H](O)CC(=O)NC", name="made here")
    data = to_sdf(mol, mol.GetConformer().GetPositions()[None]).encode()
    app = settle(open_page("molecule", source="File", n="2", torsional_steps="5"))
    app.file_uploader[0].set_value(("made.sdf", data, "chemical/x-mdl-sdfile"))
    settle(app.run())
    assert not app.exception and not app.error
    assert f"{3 * mol.GetNumAtoms()} coordinates" in text_of(app)
    button = next(b for b in app.button if b.label == "Sample conformers")
    settle(button.click().run())
    assert not app.exception and not app.error
    assert {m.label: m.value for m in app.metric}["Conformers"] == "2"


def test_several_molecules_offer_the_largest(open_page: Open) -> None:
    app = settle(open_page("molecule", source="SMILES", smiles="CCCCO.CC", n="1"))
    assert len(app.error) == 1
    toggle = next(t for t in app.toggle if t.label == "Use the largest of them")
    settle(toggle.set_value(True).run())
    assert not app.exception
    assert f"{3 * from_smiles('CCCCO').GetNumAtoms()} coordinates" in text_of(app)


def test_every_method_gets_a_row_with_as_many_conformers(open_page: Open) -> None:
    app = settle(
        open_page("molecule", n="2", torsional_steps="5", relax="true", results="Compared")
    )
    assert not app.exception
    table = app.table[0].value
    assert [method.split(",")[0] for method in table["Method"]] == [
        "ETKDGv3",
        "ETKDGv3 + MMFF94s",
        "Torsional diffusion",
        "Torsional diffusion",
    ]
    assert (table["Seconds"].astype(float) > 0).all()
    assert table["Lowest energy"].astype(float).min() == 0
    assert table["Lowest energy"].astype(float)[0] > table["Lowest energy"].astype(float)[1]
    assert any("Download them relaxed" in b.label for b in app.get("download_button"))


@pytest.mark.parametrize("stage", ["ETKDGv3 + MMFF94s", "ETKDGv3"])
def test_other_conformers_take_the_stage(open_page: Open, stage: str) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5", stage=stage))
    assert not app.exception
    assert app.segmented_control(key="stage").value != "model"
    settle(app.segmented_control(key="stage").set_value("model").run())
    assert not app.exception


def test_what_takes_the_stage_is_the_other_methods_own(ibuprofen: Record, run: Run) -> None:
    alone = plain(quiet, ibuprofen, run)
    assert alone.xyz.shape == run.classical_xyz.shape
    assert np.median(alone.ensemble.energies) > np.median(run.classical.energies) + 5
    assert np.array_equal(plain(quiet, ibuprofen, run).xyz, alone.xyz), "the same seed"


def test_the_starting_structures_are_named_by_the_field_that_relaxed_them() -> None:
    boron = read(quiet, Source("smiles", "CCOB(OCC)CC"))
    assert isinstance(boron, Record)
    made = fold(quiet, boron, Request(1, SampleOptions(steps=5), 1, "cpu"))
    assert made.classical.label == "ETKDGv3 + UFF"
    assert relax(quiet, boron, made).ensemble.label == "Torsional diffusion, then UFF"


def test_the_gallery_opens(open_page: Open) -> None:
    app = settle(open_page("molecule", n="1", torsional_steps="5"))
    settle(next(b for b in app.button if b.label == "Browse the examples").click().run())
    assert not app.exception


def test_every_example_reads() -> None:
    for key in MOLECULES:
        record = read(quiet, Source("example", key))
        assert isinstance(record, Record), key
        assert len(record.reports) == len(record.molecule.bonds)
        for report, atoms in zip(record.reports, record.molecule.bonds.tolist(), strict=True):
            assert set(report.atoms) == set(atoms), "texts stand at their own bonds"


def test_trouble_is_a_sentence_not_an_exception() -> None:
    found = read(quiet, Source("smiles", "CCO.CCCCC"))
    assert isinstance(found, Problem) and found.fragments == 2
    assert isinstance(read(quiet, Source("smiles", "CCO.CCCCC", largest=True)), Record)


def test_a_run_keeps_lengths_angles_and_stereo(ibuprofen: Record, run: Run) -> None:
    assert run.frames.shape == (6, 4, 33, 3)
    assert run.checks.bond_change < 1e-4
    assert run.checks.angle_change < 1e-2
    assert run.checks.stereo_errors == 0
    assert run.sigmas[0] > 3 and run.sigmas[-1] == 0
    assert run.field == "MMFF94s" and len(run.model.energies) == 4


def test_the_same_seed_gives_the_same_conformers(ibuprofen: Record, run: Run) -> None:
    again = fold(quiet, ibuprofen, run.request)
    assert np.array_equal(again.frames, run.frames)
    other = fold(quiet, ibuprofen, Request(4, SampleOptions(steps=5), 4, "cpu"))
    assert not np.allclose(other.frames[-1], run.frames[-1], atol=0.1)


def test_progress_is_shown_from_the_first_structure_on(ibuprofen: Record) -> None:
    seen: list[tuple[float, int, bool]] = []

    def report(done: float, total: float, partial=None, message: str = "") -> None:
        if partial is not None:
            seen.append((done / total, len(partial.xyz), partial.folding))

    options = SampleOptions(steps=5, retries=0, candidates=1)
    fold(report, ibuprofen, Request(3, options, 1, "cpu"))
    assert [count for _, count, folding in seen if not folding] == [1, 2, 3]
    assert [folding for *_, folding in seen] == [False] * 3 + [True] * 7
    shares = [share for share, *_ in seen]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)


def test_lengths_and_angles_hold_while_it_folds() -> None:
    """Some seeds give no candidate: each picture is measured against those that it came from."""
    drug = read(quiet, Source("smiles", DRUG))
    assert isinstance(drug, Record)
    held = []

    def report(done: float, total: float, partial=None, message: str = "") -> None:
        if partial is not None and partial.folding:
            held.append(partial.held)

    made = fold(report, drug, Request(6, SampleOptions(steps=3), 1, "cpu"))
    used = unstrained(drug.mol, made.classical_xyz, 24)[:6]
    assert list(used) != list(range(6)), "a seed was left out"
    lengths, angles = np.max(held, axis=(0, 2, 3))
    assert lengths < 1e-4 and angles < 1e-2


def test_the_file_opens_in_rdkit(ibuprofen: Record, run: Run) -> None:
    text = to_sdf_file(gathered(ibuprofen, run.frames[-1], run.model, run))
    records = Chem.SDMolSupplier()
    records.SetData(text, removeHs=False)
    mols = list(records)
    assert len(mols) == 4
    for mol, xyz in zip(mols, run.frames[-1], strict=True):
        assert np.abs(mol.GetConformer().GetPositions() - xyz).max() < 1e-3
        assert mol.GetProp("method") == "Torsional diffusion"
        assert float(mol.GetProp("relative_energy_kcal_per_mol")) >= 0


def test_relaxing_lowers_every_energy(ibuprofen: Record, run: Run) -> None:
    relaxed = relax(quiet, ibuprofen, run)
    assert (relaxed.ensemble.energies <= run.model.energies + 1e-6).all()
