"""The exported web page: nothing in it points to a network, and it plays without one."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.figures.molecule.scene import CROWD
from engine.figures.molecule.views import present
from engine.figures.offline.bundling import bundle
from engine.figures.offline.molecule_page import ENTRY, webpage
from engine.molecule import Molecule
from tests.molecules import chem, record

SMILES = "CC(C)Cc1ccc(cc1)C(C)C(=O)O"
SIGMAS = [np.pi, 1.0, 0.0]
TITLE = "<script>alert(1)</script> & {{data}}"


@pytest.fixture(scope="module")
def shown() -> tuple[Molecule, np.ndarray]:
    """A molecule with an evil name and frames (3, 2, N, 3)."""
    found = replace(record(SMILES, 3), name=TITLE)
    return found, np.stack([found.xyz[[0, 1]], found.xyz[[1, 2]], found.xyz[[2, 0]]])


@pytest.fixture(scope="module")
def text(shown: tuple[Molecule, np.ndarray]) -> str:
    elements = [atom.GetSymbol() for atom in chem(SMILES).GetAtoms()]
    return webpage(shown[0], elements, shown[1], SIGMAS, "2 conformers")


def test_nothing_is_fetched(text: str) -> None:
    code = bundle(ENTRY)
    for part in (text, code):
        assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//""", part)
        assert not re.search(r"""(url\(|@import|import\(|from ?["'])\s*["']?(https?:)?//""", part)
    assert "<link" not in text and "<img" not in text and "<script src" not in text
    assert "default-src 'none'" in text, "and the browser is told to fetch nothing"
    assert not re.search(r'from "\.', code)


def test_the_data_are_all_there(text: str, shown: tuple[Molecule, np.ndarray]) -> None:
    molecule, frames = shown
    found = re.search(r'id="data">(.*?)</script>', text)
    assert found is not None
    data = json.loads(found[1])
    packed = np.frombuffer(base64.b64decode(data["packed"]), dtype="<i2")
    xyz = packed.reshape(*data["shape"], 3) * data["unit"]
    assert np.abs(xyz - present(molecule, frames)).max() < 1e-3
    assert data["times"] == ["σ = 180°", "σ = 57°", "σ = 0°"]
    assert data["molecule"]["name"] == TITLE
    turning = [bond["rotor"] for bond in data["molecule"]["bonds"] if bond["rotor"] is not None]
    assert sorted(turning) == list(range(molecule.n_rotors))


def test_a_name_cannot_write_into_the_page(text: str) -> None:
    assert "<script>alert" not in text
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{data}}</h1>" in text


def wait(page: Any, condition: Callable[[], bool]) -> None:
    """Half a minute at most; the page forbids the scripts by which playwright itself waits."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It does not play.")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_plays_without_a_network(browser: Any, tmp_path: Path, text: str, scheme: str) -> None:
    path = tmp_path / "player.html"
    path.write_text(text, encoding="utf-8")
    context = browser.new_context(offline=True, color_scheme=scheme)
    page = context.new_page()
    trouble: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: line.type == "error" and trouble.append(line.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    wait(page, lambda: float(page.evaluate("document.body.dataset.frame") or 0) > 0.3)
    page.locator("#play").click()
    stopped = page.evaluate("document.body.dataset.frame")
    page.wait_for_timeout(300)
    assert page.evaluate("document.body.dataset.frame") == stopped
    page.locator("#scrub").focus()
    page.keyboard.press("End")
    wait(page, lambda: page.evaluate("document.body.dataset.frame") == "2.00")
    assert page.locator("#sigma").inner_text() == "σ = 0°"
    assert page.locator("#play").inner_text() == "Play"
    page.locator("#which").select_option("1")
    page.locator("#hydrogens").click()
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == {"light": "rgb(252, 251, 248)", "dark": "rgb(16, 20, 24)"}[scheme]
    assert not trouble
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("more", [0, 1])
def test_a_crowd_leaves_out_hydrogens(browser: Any, tmp_path: Path, more: int) -> None:
    molecule = record(SMILES, 1)
    elements = [atom.GetSymbol() for atom in chem(SMILES).GetAtoms()]
    frames = np.repeat(molecule.xyz[None], CROWD + more, axis=1)
    path = tmp_path / "player.html"
    path.write_text(webpage(molecule, elements, frames, [0.0]), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    wait(page, lambda: bool(page.evaluate("document.body.dataset.frame")))
    assert page.locator("#hydrogens").is_checked() is not bool(more)
    page.close()
