"""Training on the molecule in a real Chromium: the dials appear, move, and come to the marks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import BrowserPage, press, wait

pytestmark = pytest.mark.browser

PLACES = """() => {
  const find = (root) => [...root.querySelectorAll("*")].flatMap((e) =>
    [...(e.matches(".dials[role=img]") ? [e] : []), ...(e.shadowRoot ? find(e.shadowRoot) : [])]);
  return find(document).map((dials) =>
    [...dials.querySelectorAll("canvas")].map((face) => face.toDataURL()).join());
}"""


def dials(page: Any) -> str:
    """What is drawn on the dials; "" while there are none."""
    return "".join(page.evaluate(PLACES))


def test_the_dials_move_while_it_trains(browser_page: BrowserPage) -> None:
    page = browser_page.open(
        "molecule?source=smiles&smiles=CCCC&n=2&torsional_steps=5&taught=true&taught_steps=300"
        "&taught_batch_size=64"
    )
    button = page.get_by_role("button", name="Train", exact=True)
    button.wait_for(timeout=60_000)
    press(button)
    wait(page, lambda: bool(dials(page)), 60)
    first = dials(page)
    wait(page, lambda: dials(page) != first, 60)
    page.get_by_text("Both models on this molecule").wait_for(timeout=120_000)
    page.get_by_text("of the samples give the conformer back").first.wait_for(timeout=120_000)
    assert browser_page.exceptions() == []
    assert browser_page.console_errors == []
