"""Drawing a molecule in Chromium: what stands on the board, and what is drawn there."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page
from rdkit import Chem

from tests.conftest import BrowserPage, place, wait
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
    page.get_by_role("button", name="Draw it").click()
    use = page.get_by_role("button", name="Use this molecule")
    wait(page, use.is_enabled)
    use.click()
    use.wait_for(state="detached")
    wait(page, lambda: smiles_in_the_address(page) != ALANINE)
    assert Chem.CanonSmiles(smiles_in_the_address(page)) == Chem.CanonSmiles(ALANINE)

    page.get_by_role("button", name="Draw it").click()
    wait(page, use.is_enabled)
    page.get_by_role("button", name="Clear").click()
    wait(page, use.is_disabled)
    tools = place(page, page.locator(".paper canvas").first)
    board = place(page, page.locator(".paper canvas").last)
    assert tools and board
    page.mouse.click(tools["x"] + CHAIN_TOOL[0], tools["y"] + CHAIN_TOOL[1])
    middle = (board["x"] + board["width"] / 2, board["y"] + board["height"] / 2)
    page.mouse.move(middle[0] - 100, middle[1])
    page.mouse.down()
    page.mouse.move(middle[0] + 100, middle[1], steps=8)
    page.mouse.up()
    wait(page, use.is_enabled)
    use.click()
    wait(page, lambda: re.fullmatch("C{4,}", smiles_in_the_address(page)) is not None)
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
