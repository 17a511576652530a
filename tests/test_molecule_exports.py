"""The Export section: what its buttons make, and the script that repeats a run."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from rdkit import Chem
from streamlit.testing.v1 import AppTest

from engine.chem.export import to_pdb_file
from engine.chem.geometry import max_bond_change
from engine.chem.read import read_text
from engine.torsional.sample import SampleOptions
from pages.ui.molecule_exports import file_stem
from pages.ui.molecule_jobs import Record, Request, Run, Source, fold, read
from pages.ui.molecule_takeaway import (
    Picture,
    between,
    film,
    gathered,
    lowest,
    picture,
    player,
    script,
)
from tests.conftest import settle

Open = Callable[..., AppTest]
FOLDER = Path(__file__).parents[1] / "assets" / "molecules"
SMILES = r"C/C=C\C[C@H](O)C(=O)NC"
SOURCES = {
    "example": Source("example", "ibuprofen"),
    "smiles": Source("smiles", SMILES),
    "form": Source("smiles", "CC(O)C(F)CC", form=read_text("CC(O)C(F)CC").forms[1]),
    "record": Source("file", "3.sdf", (FOLDER / "three_painkillers.sdf").read_bytes(), record=1),
    "largest": Source("smiles", "CCCCO.CC", largest=True),
    "file": Source("file", 'odd "name".sdf', (FOLDER / "ibuprofen.sdf").read_bytes()),
}


def quiet(*_: object, **__: object) -> None:
    """A report that nobody reads."""


def record_of(source: Source) -> Record:
    found = read(quiet, source)
    assert isinstance(found, Record)
    return found


@pytest.fixture(scope="module")
def ibuprofen() -> Record:
    return record_of(SOURCES["example"])


@pytest.fixture(scope="module")
def run(ibuprofen: Record) -> Run:
    """Three conformers in five steps."""
    return fold(quiet, ibuprofen, Request(3, SampleOptions(steps=5), 4, "cpu"))


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_the_script_repeats_the_run_to_the_last_digit(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    record = record_of(source)
    request = Request(2, SampleOptions(steps=5, eta=0.5, diversity=1.0), 11, "cpu")
    run = fold(quiet, record, request)
    monkeypatch.chdir(tmp_path)
    if source.kind == "file":
        Path(source.text).write_bytes(source.data)
    Path("again.py").write_text(script(source, request, "again"), encoding="utf-8")
    found = runpy.run_path("again.py")
    assert np.array_equal(found["xyz"], run.frames[-1])
    written = Chem.SDMolSupplier("again_conformers.sdf", removeHs=False)
    assert len(list(written)) == 2


def test_what_was_chosen_while_reading_is_in_the_script() -> None:
    request = Request(2, SampleOptions(), 1, "cpu")
    text = script(Source("file", "a.sdf", b"x", record=2, form="(R)"), request, "a")
    assert "from engine.chem.read import read_file" in text
    assert 'read_file("a.sdf", Path("a.sdf").read_bytes(), record=2, form="(R)").mol\n' in text
    text = script(Source("smiles", "CCO", form="(R)"), request, "a")
    assert 'mol = read_text("CCO", form="(R)").mol\n' in text
    assert 'mol = from_smiles("CCO")\n' in script(Source("smiles", "CCO"), request, "a")


def test_lying_over_each_other_changes_the_place_only(ibuprofen: Record, run: Run) -> None:
    xyz = run.frames[-1]
    aligned = gathered(ibuprofen, xyz, run.model, run, aligned=True).xyz
    plain = gathered(ibuprofen, xyz, run.model, run)
    assert np.array_equal(plain.xyz, xyz)
    distances = [np.linalg.norm(x[:, :, None] - x[:, None], axis=-1) for x in (aligned, xyz)]
    assert np.abs(distances[0] - distances[1]).max() < 1e-4
    assert "steps: 5" in to_pdb_file(plain)
    start = gathered(ibuprofen, run.classical_xyz, run.classical, run)
    assert "steps" not in start.properties


def test_between_two_frames_bonds_keep_their_lengths(ibuprofen: Record, run: Run) -> None:
    molecule = ibuprofen.molecule
    frames, sigmas = between(molecule, run.frames, np.array(run.sigmas), 21)
    assert frames.shape == (21, 3, 33, 3) and len(sigmas) == 21
    assert np.abs(frames[::4] - run.frames).max() < 1e-4
    assert np.allclose(sigmas[::4], run.sigmas) and (np.diff(sigmas) < 0).all()
    for xyz in frames:
        assert max_bond_change(run.frames[-1], xyz, molecule.bonds).max() < 1e-3
    fewer, levels = between(molecule, run.frames, np.array(run.sigmas), 3)
    assert len(fewer) == len(levels) == 3
    assert np.array_equal(fewer[0], run.frames[0]) and np.array_equal(fewer[-1], run.frames[-1])


def test_pictures_open(ibuprofen: Record, run: Run) -> None:
    still = Image.open(BytesIO(picture(ibuprofen, run, Picture(dark=True, lowest=True))))
    assert still.format == "PNG" and still.size == (1200, 900)
    told: list[float] = []

    def report(done: float, total: float, partial: object = None, message: str = "") -> None:
        told.append(done / total)

    moving = Image.open(BytesIO(film(report, ibuprofen, run, Picture())))
    assert moving.format == "GIF" and moving.n_frames == len(told) == 41
    assert told == sorted(told)
    assert "3 conformers of 12 by torsional diffusion" in player(ibuprofen, run)


def test_the_lowest_is_the_lowest(run: Run) -> None:
    assert run.model.energies[lowest(run)] == run.model.energies.min()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.get("download_button")]


def test_the_section_offers_everything(open_page: Open) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5"))
    assert not app.exception
    assert labels(app).count("PDB") == labels(app).count("XYZ") == 2
    wanted = ["Download 2 conformers (SDF)", "6 frames (PDB)", "6 frames (XYZ)", "Picture (PNG)"]
    wanted += ["All conformers, to play (HTML)", "Script (Python)", "Starting structures (SDF)"]
    assert set(wanted) <= set(labels(app))
    code = next(block.value for block in app.code if "from_smiles" in block.value)
    compile(code, "script", "exec")
    assert 'name="Ibuprofen"' in code
    assert f"seed={app.number_input(key='seed').value}" in code


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
    code = next(block.value for block in app.code if "from_smiles" in block.value)
    assert '"C/C=C\\\\C[C@H](O)C(=O)NC"' in code


def test_an_uploaded_file_has_its_script(open_page: Open) -> None:
    data = (FOLDER / "three_painkillers.sdf").read_bytes()
    app = settle(open_page("molecule", source="File", n="1", torsional_steps="5"))
    app.file_uploader[0].set_value(("three.sdf", data, "chemical/x-mdl-sdfile"))
    settle(app.run())
    button = next(b for b in app.button if b.label == "Sample conformers")
    settle(button.click().run())
    assert not app.exception
    code = next(block.value for block in app.code if "engine.chem.read" in block.value)
    assert 'from_file("three.sdf", Path("three.sdf").read_bytes())' in code


def test_file_names_are_plain(ibuprofen: Record) -> None:
    assert file_stem(ibuprofen) == "ibuprofen"
