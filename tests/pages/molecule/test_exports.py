"""The Export section: what its buttons make, and the script that repeats a run."""

from __future__ import annotations

import gc
import runpy
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.chem.reading import ReadingChoices, read_text
from engine.conformers import ConformerOptions
from engine.experiments.molecule.conformer_run import Request, Run, sample_conformers
from engine.experiments.molecule.downloads import downloads
from engine.experiments.molecule.ensembles import Selection, samples_shown
from engine.experiments.molecule.record import Record, Source
from engine.progress import finish
from pages.sections.molecule import scenes
from pages.sections.molecule.pictures import Picture, film, picture, player
from pages.sections.molecule.script import script
from tests.conftest import settle
from tests.experiments.molecule import record_of, run_of

Open = Callable[..., AppTest]
FOLDER = Path(__file__).parents[3] / "assets" / "molecules"
ALL = Selection(duplicates=0.0)
SMILES = r"C/C=C\C[C@H](O)C(=O)NC"
THREE = (FOLDER / "three_painkillers.sdf").read_bytes()
SOURCES = {
    "example": Source("example", "ibuprofen"),
    "smiles": Source("smiles", SMILES),
    "form": Source("smiles", "CC(O)C(F)CC").choosing(form=read_text("CC(O)C(F)CC").forms[1]),
    "record": Source("file", "3.sdf", THREE).choosing(record=1),
    "largest": Source("smiles", "CCCCO.CC").choosing(largest=True),
    "file": Source("file", 'odd "name".sdf', (FOLDER / "ibuprofen.sdf").read_bytes()),
}


@pytest.fixture(scope="module")
def ibuprofen() -> Record:
    return record_of(SOURCES["example"])


@pytest.fixture(scope="module")
def run(ibuprofen: Record) -> Run:
    """Three conformers in five steps."""
    return run_of(ibuprofen, conformers=3, steps=5, seed=4)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_the_script_repeats_the_run_to_the_last_digit(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    request = Request(2, ConformerOptions(steps=5, eta=0.5, diversity=1.0), 11, "cpu")
    run = finish(sample_conformers(record_of(source), request))
    monkeypatch.chdir(tmp_path)
    if source.kind == "file":
        Path(source.text).write_bytes(source.data)
    text = script(source, request, "again", "model", Selection())
    Path("again.py").write_text(text, encoding="utf-8")
    made = runpy.run_path("again.py")["made"]
    assert made == run and made.serial != run.serial
    assert np.array_equal(made.samples.xyz, run.samples.xyz)
    assert np.array_equal(made.process.frames, run.process.frames)
    written = Path("again_conformers.sdf").read_text(encoding="utf-8")
    shown = samples_shown(run, Selection())
    assert written == downloads(run, shown)[0].make(), "the page's own file"


def test_the_script_says_all_settings() -> None:
    request = Request(2, ConformerOptions(steps=20), 1, "cpu")
    choices = ReadingChoices(record=2, form="(R)")
    source = Source("file", "a.sdf", b"x" * 999, choices)
    text = script(source, request, "a", "relaxed", Selection(0.5, 1.0))
    assert 'shown_sdf(made, "relaxed", 0.5, 1.0)' in text
    assert "xxx" not in text, "the file is read again"
    assert "record=2" in text and 'form="(R)"' in text
    assert 'data=Path("a.sdf").read_bytes()' in text
    for setting in ("steps=20", "eta=1.0", "retries=1", "candidates=4", "seed=1"):
        assert setting in text


def test_runs_have_names_of_their_own(ibuprofen: Record) -> None:
    """Also where the second gets the memory of the first."""
    names, keys = [], []
    for _ in range(2):
        run = run_of(ibuprofen, conformers=1, steps=5, retries=0, candidates=1)
        scene = scenes.replay(run, samples_shown(run, Selection()), None)
        assert scene.replay is not None
        names.append(scene.run)
        keys.append(scene.replay.recording)
        del run, scene
        gc.collect()
    assert len(set(names)) == len(set(keys)) == 2


def test_pictures_open(run: Run) -> None:
    shown = samples_shown(run, ALL)
    still = Image.open(BytesIO(picture(run, shown, Picture(dark=True, lowest=True))))
    assert still.format == "PNG" and still.size == (960, 720)
    shares: list[float] = []
    made = finish(film(run, ALL, Picture()), lambda step: shares.append(step.fraction))
    moving = Image.open(BytesIO(made))
    assert moving.format == "GIF" and moving.n_frames == len(shares) == 41
    assert shares == sorted(shares) and shares[-1] == 1
    assert "3 conformers of 12 by torsional diffusion" in player(run, shown)


def test_pictures_of_the_lowest_show_the_lowest(run: Run) -> None:
    shown = samples_shown(run, ALL)
    [first] = Picture(lowest=True).drawn(shown)
    assert shown.ensemble.energies[first] == run.samples.energies.min()
    assert Picture().drawn(shown).tolist() == [0, 1, 2]


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.get("download_button")]


def script_of(app: AppTest) -> str:
    """The script on the page."""
    return next(block.value for block in app.code if "conformer_run" in block.value)


def test_the_section_offers_everything(open_page: Open) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5"))
    assert not app.exception
    assert labels(app).count("PDB") == labels(app).count("XYZ") == 1
    wanted = ["Download 2 conformers (SDF)", "6 frames (PDB)", "6 frames (XYZ)", "Picture (PNG)"]
    wanted += ["All conformers, to play (HTML)", "Script (Python)", "Table (CSV)"]
    assert set(wanted) <= set(labels(app))
    code = script_of(app)
    compile(code, "script", "exec")
    assert 'text="ibuprofen"' in code and "3 conformers" not in code
    assert f"seed={app.number_input(key='seed').value:g}" in code


def test_a_film_is_made_on_demand(open_page: Open) -> None:
    app = settle(open_page("molecule", n="1", torsional_steps="5"))
    assert "Film (GIF)" not in labels(app)
    settle(app.button(key="export_film").click().run())
    assert not app.exception
    assert "Film (GIF)" in labels(app)
    app.segmented_control(key="export_background").set_value("Dark").run()
    assert "Film (GIF)" not in labels(app), "that film shows something else"


def test_a_typed_molecule_has_its_script(open_page: Open) -> None:
    app = settle(open_page("molecule", source="SMILES", smiles=SMILES, n="1", torsional_steps="5"))
    assert not app.exception
    code = script_of(app)
    assert '"C/C=C\\\\C[C@H](O)C(=O)NC"' in code


def test_an_uploaded_file_has_its_script(open_page: Open) -> None:
    data = (FOLDER / "three_painkillers.sdf").read_bytes()
    app = settle(open_page("molecule", source="File", n="1", torsional_steps="5"))
    app.file_uploader[0].set_value(("three.sdf", data, "chemical/x-mdl-sdfile"))
    settle(app.run())
    button = next(b for b in app.button if b.label == "Sample conformers")
    settle(button.click().run())
    assert not app.exception
    code = script_of(app)
    assert 'text="three.sdf"' in code and 'data=Path("three.sdf").read_bytes()' in code
