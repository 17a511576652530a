"""Every exported file of the molecule page, downloaded in Chromium and opened elsewhere."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rdkit import Chem

from tests.conftest import BrowserPage
from tests.pages.molecule.test_browser import viewer

pytestmark = pytest.mark.browser

CONFORMERS, STEPS, ATOMS = 2, 5, 33
IBUPROFEN = "CC(C)Cc1ccc(C(C)C(=O)O)cc1"


@pytest.fixture
def sampled(browser_page: BrowserPage) -> Iterator[Any]:
    """The page with two finished conformers of ibuprofen."""
    page = browser_page.open(f"molecule?n={CONFORMERS}&torsional_steps={STEPS}")
    viewer(page, "replay")
    yield page
    assert not browser_page.exceptions()
    assert not browser_page.foreign_requests


def downloaded(page: Any, tab: str, button: str, folder: Path) -> Path:
    """The file behind a button of one of the export's tabs."""
    page.get_by_role("tab", name=tab, exact=True).last.click()
    with page.expect_download(timeout=60_000) as download:
        found = page.locator('[data-testid="stDownloadButton"] button', has_text=button)
        found.locator("visible=true").first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def models(path: Path) -> list[Chem.Mol]:
    """The molecules of a PDB file's models."""
    blocks = re.split(r"^MODEL ", path.read_text(), flags=re.MULTILINE)[1:]
    return [Chem.MolFromPDBBlock("\n".join(b.splitlines()[1:]), removeHs=False) for b in blocks]


def frames(path: Path) -> list[Chem.Mol]:
    """The frames of an XYZ file."""
    lines = path.read_text().splitlines()
    size = int(lines[0]) + 2
    blocks = [lines[k : k + size] for k in range(0, len(lines), size)]
    return [Chem.MolFromXYZBlock("\n".join(block) + "\n") for block in blocks]


def test_conformers_open_elsewhere(sampled: Any, tmp_path: Path) -> None:
    tab = "Conformers"
    path = downloaded(sampled, tab, f"Download {CONFORMERS} conformers (SDF)", tmp_path)
    mols = list(Chem.SDMolSupplier(str(path), removeHs=False))
    assert [Chem.MolToSmiles(Chem.RemoveHs(m), isomericSmiles=False) for m in mols] == [
        IBUPROFEN
    ] * CONFORMERS
    sdf = mols[0].GetConformer().GetPositions()
    for mol in (
        models(downloaded(sampled, tab, "PDB", tmp_path)),
        frames(downloaded(sampled, tab, "XYZ", tmp_path)),
    ):
        assert len(mol) == CONFORMERS and all(m.GetNumAtoms() == ATOMS for m in mol)
        assert abs(mol[0].GetConformer().GetPositions() - sdf).max() < 2e-3
    with downloaded(sampled, tab, "Table (CSV)", tmp_path).open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == CONFORMERS and len(rows[0]) > 8


def test_trajectories_pictures_and_the_script_open_elsewhere(
    sampled: Any, browser: Any, tmp_path: Path
) -> None:
    for button, read in (("frames (PDB)", models), ("frames (XYZ)", frames)):
        path = downloaded(sampled, "Trajectory", f"{STEPS + 1} {button}", tmp_path)
        assert [m.GetNumAtoms() for m in read(path)] == [ATOMS] * (STEPS + 1)
    player = downloaded(sampled, "Trajectory", "All conformers, to play (HTML)", tmp_path)
    context = browser.new_context(offline=True)
    alone = context.new_page()
    alone.goto(player.as_uri())
    alone.locator("canvas").first.wait_for(timeout=60_000)
    context.close()
    with Image.open(downloaded(sampled, "Pictures", "Picture (PNG)", tmp_path)) as picture:
        assert picture.format == "PNG" and picture.size == (960, 720)
    sampled.get_by_role("button", name="Make the film (GIF)").click()
    with Image.open(downloaded(sampled, "Pictures", "Film (GIF)", tmp_path)) as film:
        assert film.format == "GIF" and film.n_frames > STEPS
    script = downloaded(sampled, "Reproduce", "Script (Python)", tmp_path)
    compile(script.read_text(), script.name, "exec")
