"""Drawing a molecule in Chromium: what stands on the board, and what is drawn there."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page
from rdkit import Chem

from tests.conftest import BrowserPage, middle, place, press, wait
from tests.pages.molecule.test_browser import viewer

pytestmark = pytest.mark.browser

ALANINE = "C[C@H](N)C(=O)O"
CHAIN_TOOL = (33, 117)  # pixels from the corner of the tool bar


def smiles_in_the_address(page: Page) -> str:
    return parse_qs(urlparse(page.url).query).get("smiles", [""])[0]


def test_the_board_keeps_stereo_and_takes_a_drawing(browser_page: BrowserPage) -> None:
    page = browser_page.open(
        "molecule?source=SMILES&smiles=C%5BC@H%5D(N)C(%3DO)O&n=2&torsional_steps=5"
    )
    viewer(page, "replay")
    press(page.get_by_role("button", name="Draw it"))
    use = page.get_by_role("button", name="Use this molecule")
    wait(page, use.is_enabled)
    press(use)
    use.wait_for(state="detached")
    wait(page, lambda: smiles_in_the_address(page) != ALANINE)
    assert Chem.CanonSmiles(smiles_in_the_address(page)) == Chem.CanonSmiles(ALANINE)

    press(page.get_by_role("button", name="Draw it"))
    wait(page, use.is_enabled)
    press(page.get_by_role("button", name="Clear"))
    wait(page, use.is_disabled)
    tools = place(page.locator(".paper canvas").first)
    x, y = middle(page.locator(".paper canvas").last)
    page.mouse.click(tools["x"] + CHAIN_TOOL[0], tools["y"] + CHAIN_TOOL[1])
    page.mouse.move(x - 100, y)
    page.mouse.down()
    page.mouse.move(x + 100, y, steps=8)
    page.mouse.up()
    wait(page, use.is_enabled)
    press(use)
    wait(page, lambda: re.fullmatch("C{4,}", smiles_in_the_address(page)) is not None)
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
