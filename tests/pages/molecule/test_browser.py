"""The molecule journey in a real Chromium: see it move, touch a bond, upload, sample, download."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rdkit import Chem

from engine.figures.molecule.scene import CROWD
from tests.conftest import (
    CHROMIUM,
    CHROMIUM_FLAGS,
    BrowserPage,
    Server,
    middle,
    place,
    press,
    steady,
    wait,
    watched_page,
)

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[3] / "assets" / "molecules"
FEW = "n=3&torsional_steps=5"


def viewer(page: Any, mode: str, timeout: float = 90_000) -> Any:
    """The viewer once it is drawn and in this mode ("still", "live" or "replay")."""
    found = page.locator(f'.viewer[data-ready="true"][data-mode="{mode}"]').first
    wait(page, found.is_visible, timeout / 1000, lambda: states(page))
    return found


def spot(element: Any, bond: int) -> tuple[float, float]:
    """Where the middle of a bond is drawn, once the picture stands still."""
    place(element.locator(".view"))
    return steady(element.page, lambda: element.evaluate("(e, k) => e.viewer.project(k)", bond))


def states(page: Any) -> str:
    """What the viewers of the page say of themselves, and the words on the page."""
    viewers = page.locator(".viewer").evaluate_all(
        "all => all.map(e => [{...e.dataset}, e.viewer.serial, Boolean(e.viewer.scene)])"
    )
    return f"{viewers} {page.locator('[data-testid=stMain]').inner_text()[:2000]}"


def camera(element: Any) -> list[float]:
    """The view that 3Dmol itself holds."""
    return element.evaluate("e => e.viewer.scene.viewer.getView()")


def coordinates(element: Any) -> np.ndarray:
    """(conformers * atoms, 3) as drawn now; behind them stand the middles of coloured bonds."""
    return np.array(
        element.evaluate(
            "({ viewer: { scene } }) => scene.atoms.slice(0, scene.count * scene.conformers)"
            ".map(a => [a.x, a.y, a.z])"
        )
    )


@pytest.fixture(scope="module")
def playing(desktop: Any, server: Server) -> Iterator[BrowserPage]:
    """One page whose run plays, for tests that let it play on."""
    opened = watched_page(desktop, server.url)
    viewer(opened.open(f"molecule?{FEW}"), "replay")
    yield opened
    opened.page.close()


def test_it_moves_by_itself_and_the_camera_stays(playing: BrowserPage) -> None:
    page = playing.page
    shown = viewer(page, "replay")
    before, view = coordinates(shown), camera(shown)
    wait(page, lambda: bool(np.abs(coordinates(shown) - before).max() > 0.3))
    assert camera(shown) == view
    bonds = np.array(shown.evaluate("e => e.viewer.molecule.bonds.map(b => b.atoms)"))
    lengths = [
        np.linalg.norm(np.diff(xyz[bonds], axis=1), axis=-1) for xyz in (before, coordinates(shown))
    ]
    assert np.abs(lengths[0] - lengths[1]).max() < 0.02, "bonds keep their lengths between frames"
    assert not playing.exceptions()
    assert not playing.foreign_requests


def test_turning_the_molecule_stays_while_it_plays(playing: BrowserPage) -> None:
    page = playing.page
    shown = viewer(page, "replay")
    box = place(shown.locator(".view"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.85
    before = camera(shown)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y - 40, steps=4)
    page.mouse.up()
    wait(page, lambda: camera(shown) != before)
    turned = camera(shown)
    press(page.get_by_role("tab", name="Energies"))
    frame = shown.get_attribute("data-frame")
    wait(page, lambda: shown.get_attribute("data-frame") != frame)
    assert camera(shown) == turned


def test_a_bond_is_hovered_clicked_and_lit(browser_page: BrowserPage) -> None:
    page = browser_page.open("molecule?n=1&torsional_steps=5")
    shown = viewer(page, "replay")
    press(shown.locator(".play"))
    rotor = shown.evaluate("e => e.viewer.molecule.rotors[3].bond")
    label = shown.evaluate("e => e.viewer.molecule.rotors[3].label")
    x, y = spot(shown, rotor)
    page.mouse.move(x, y)
    tip = shown.locator(".tip")
    tip.wait_for(state="visible")
    assert label in tip.inner_text() and "°" in tip.inner_text()
    quiet = shown.evaluate("e => e.viewer.scene.atoms.map(a => a.color)")
    page.mouse.click(x, y)
    wait(page, lambda: shown.get_attribute("data-selected") == str(rotor))
    lit = shown.evaluate("e => e.viewer.scene.atoms.map(a => a.color)")
    assert quiet != lit, "the moving side lights up"
    page.locator(".de-table tr.chosen", has_text=label).wait_for(timeout=60_000)
    ring = shown.evaluate(
        "e => e.viewer.molecule.bonds.findIndex(b => b.text.includes('aromatic'))"
    )
    page.mouse.click(*spot(shown, ring))
    wait(page, lambda: shown.get_attribute("data-selected") == str(ring))
    assert "does not turn" in tip.inner_text() and "aromatic" in tip.inner_text()
    assert not browser_page.console_errors


def test_from_upload_to_download(browser_page: BrowserPage, tmp_path: Path) -> None:
    page = browser_page.open("molecule?source=File&n=4&torsional_steps=10")
    viewer(page, "still")  # the example, until there is a file
    page.locator('input[type="file"]').set_input_files(FOLDER / "penicillin_g_drawing.mol")
    page.get_by_text("C16H18N2O4S").first.wait_for(timeout=60_000)
    shown = viewer(page, "replay")  # the page samples the first molecule that it is given
    rotors = shown.evaluate("e => e.viewer.molecule.rotors.length")
    assert shown.locator(".dial").count() == rotors > 0
    shown.locator("input.scrub").focus()
    page.keyboard.press("End")
    wait(page, lambda: shown.get_attribute("data-frame") == "10.00")
    with page.expect_download() as download:
        press(page.get_by_role("button", name="Download 4 conformers (SDF)"))
    path = tmp_path / "conformers.sdf"
    download.value.save_as(path)
    check_sdf(path, 4)
    assert not browser_page.exceptions()
    assert not browser_page.foreign_requests


def check_sdf(path: Path, count: int) -> None:
    """So many conformers of penicillin G, all different, stereo as drawn."""
    drawn = Chem.MolFromMolFile(str(FOLDER / "penicillin_g_drawing.mol"))
    wanted = Chem.MolToSmiles(drawn)
    mols = list(Chem.SDMolSupplier(str(path), removeHs=False))
    assert len(mols) == count
    xyz = np.stack([mol.GetConformer().GetPositions() for mol in mols])
    for k, mol in enumerate(mols):
        Chem.AssignStereochemistryFrom3D(mol)
        assert Chem.MolToSmiles(Chem.RemoveHs(mol)) == wanted
        assert all(np.abs(xyz[k] - xyz[j]).max() > 0.1 for j in range(k))


def test_a_crowd_leaves_out_hydrogens(playing: BrowserPage, browser_page: BrowserPage) -> None:
    assert viewer(playing.page, "replay").evaluate("e => e.viewer.hydrogens")
    page = browser_page.open(f"molecule?n={CROWD + 1}&torsional_steps=5")
    assert not viewer(page, "replay").evaluate("e => e.viewer.hydrogens")


def test_cancel_stops_at_once(browser_page: BrowserPage) -> None:
    page = browser_page.open("molecule?n=50&torsional_steps=100&example=Atorvastatin")
    cancel = page.get_by_role("button", name="Cancel")
    cancel.wait_for(timeout=60_000)
    cancel.click()
    page.get_by_text("Stopped. Nothing was kept").wait_for(timeout=60_000)
    viewer(page, "still")
    assert not browser_page.exceptions()


def test_still_views_draw_without_a_network(playing: BrowserPage) -> None:
    page = playing.page
    press(page.get_by_role("tab", name="Overlay"))
    frame = page.frame_locator('iframe[srcdoc*="3Dmol"]').first
    frame.locator("canvas").first.wait_for(timeout=30_000)
    assert not playing.foreign_requests


def test_the_page_fits_a_phone(browser: Any, server: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = watched_page(context, server.url).open(f"molecule?{FEW}")
    shown = viewer(page, "replay")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = shown.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    context.close()


def test_without_webgl_the_molecule_is_drawn_all_the_same(browser: Any, server: Any) -> None:
    flags = [*CHROMIUM_FLAGS, "--disable-3d-apis"]
    path = os.environ.get("CHROMIUM", CHROMIUM)
    without = browser.browser_type.launch(executable_path=path, args=flags)
    watched = watched_page(without.new_context(viewport={"width": 1400, "height": 900}), server.url)
    page = watched.open(f"molecule?{FEW}")
    shown = viewer(page, "replay")
    assert "does not draw in 3D" in shown.locator(".no3d").inner_text()
    assert shown.locator(".dial").count() == 8
    shown.locator("input.scrub").focus()
    page.keyboard.press("End")
    wait(page, lambda: shown.get_attribute("data-frame") == "5.00")
    bond = shown.evaluate("e => e.viewer.molecule.bonds.findIndex(b => b.rotor !== null)")
    page.mouse.click(*spot(shown, bond))
    wait(page, lambda: shown.get_attribute("data-selected") == str(bond))
    colours = shown.evaluate(
        "e => { const c = e.querySelector('canvas.flat'); const { data } ="
        " c.getContext('2d').getImageData(0, 0, c.width, c.height);"
        " return new Set(new Uint32Array(data.buffer)).size; }"
    )
    assert colours > 50
    assert not watched.console_errors and not watched.exceptions()
    without.close()


@pytest.fixture(scope="module")
def stopped(desktop: Any, server: Server) -> Iterator[BrowserPage]:
    """One page whose run is stopped, for tests that put back what they turn."""
    opened = watched_page(desktop, server.url)
    press(viewer(opened.open("molecule?n=2&torsional_steps=5"), "replay").locator(".play"))
    yield opened
    opened.page.close()


def test_a_bond_clicked_in_the_drawing_is_selected_everywhere(stopped: BrowserPage) -> None:
    page = stopped.page
    shown = viewer(page, "replay")
    rotor = shown.evaluate("e => e.viewer.molecule.rotors[3].bond")
    label = shown.evaluate("e => e.viewer.molecule.rotors[3].label")
    line = shown.locator(f'.depiction line[data-bond="{rotor}"]')
    line.dispatch_event("click")
    wait(page, lambda: shown.get_attribute("data-selected") == str(rotor))
    assert shown.locator(f'.dial[data-bond="{rotor}"]').get_attribute("aria-pressed") == "true"
    assert label in shown.locator(".turner").get_attribute("aria-label")
    widths = shown.evaluate("e => e.viewer.depiction.parts.map(p => p[0]?.style.strokeWidth)")
    assert widths[rotor] == "7px" and widths.count("7px") == 1
    page.locator(".de-table tr.chosen", has_text=label).wait_for(timeout=60_000)
    assert not stopped.console_errors


def test_a_bond_is_turned_by_hand_and_its_cost_is_shown(stopped: BrowserPage) -> None:
    page = stopped.page
    shown = viewer(page, "replay")
    shown.evaluate("e => e.viewer.clock.seek(e.viewer.motion.frames - 1)")
    dial = shown.locator(".turner")
    x, y = middle(dial)
    before = coordinates(shown)
    page.mouse.move(x + 50, y)
    page.mouse.down()
    page.mouse.move(x + 36, y + 36, steps=3)
    page.mouse.up()
    wait(page, lambda: abs(int(dial.get_attribute("aria-valuenow")) - 135) < 4)
    hand = shown.evaluate("e => e.viewer.hand.conformer")
    atoms = len(before) // 2
    mine = slice(hand * atoms, (hand + 1) * atoms)
    moved = coordinates(shown)[mine]
    bonds = np.array(shown.evaluate("e => e.viewer.molecule.bonds.map(b => b.atoms)"))
    lengths = [
        np.linalg.norm(np.diff(xyz[bonds], axis=1), axis=-1) for xyz in (before[mine], moved)
    ]
    assert np.abs(lengths[0] - lengths[1]).max() < 0.02
    assert np.abs(moved - before[mine]).max() > 0.3
    words = shown.locator(".bond p")
    wait(page, lambda: "kcal/mol" in words.inner_text(), tell=words.inner_text)
    assert f"conformer {hand + 1}" in words.inner_text()
    press(shown.get_by_text("Undo my turns"))
    wait(page, lambda: np.abs(coordinates(shown) - before).max() < 1e-3)
    assert not stopped.console_errors
    assert not stopped.exceptions()
