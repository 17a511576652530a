"""In a real Chromium: a server that is killed under open pages, and texts that want to be code."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlparse

import pytest

from engine.figures.offline.molecule_page import webpage
from tests.conftest import (
    BrowserPage,
    at_rest,
    press,
    start_server,
    stop_server,
    wait,
    watched_page,
)
from tests.pages.test_hostile_texts import named, read

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 120_000  #: milliseconds: a server that has just started opens three pages at once
ROWS = "\n".join(f"{k},{k * k}" for k in range(50))
MOLECULES = Path(__file__).parents[2] / "assets" / "molecules"
#: Each sets a flag where it is executed, whichever way.
HOSTILE = '"><img src=x onerror=window.ran=1><svg onload=window.ran=2><script>window.ran=3</script>'
FOUND = """() => {
  const roots = [document];
  const bad = [];
  for (const root of roots) {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) roots.push(node.shadowRoot);
      for (const { name, value } of node.attributes)
        if (name.startsWith("on") || value.startsWith("javascript:")) bad.push(node.outerHTML);
    }
  }
  return [window.ran ?? 0, ...bad];
}"""


def upload(page: Any, name: str, data: bytes) -> None:
    page.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": data}
    )


def says(page: Any, words: str) -> None:
    main = page.locator('[data-testid="stMain"]')
    wait(page, lambda: words in main.inner_text(), 120, main.inner_text)


def shows(page: Any, name: str) -> None:
    """Until the viewer shows the molecule of this name."""
    seen = page.locator(f'.viewer[data-ready="true"] [aria-label^="{name}"]')
    wait(page, seen.is_visible, 120)


def test_a_server_killed_under_open_pages_does_no_harm(browser: Any) -> None:
    server = start_server()
    context = browser.new_context(viewport={"width": 1400, "height": 900})

    def opened(path: str) -> BrowserPage:
        page = watched_page(context, server.url)
        page.page.set_default_timeout(PATIENCE)
        page.page.goto(f"{server.url}/{path}")
        return page

    try:
        own = opened("own_data?source=file&points_n=100&noise_T=20")
        upload(own.page, "mine.csv", f"left,right\n{ROWS}".encode())
        says(own.page, "50 points")
        molecule = opened("molecule?source=file&n=1&torsional_steps=5")
        upload(molecule.page, "mine.sdf", (MOLECULES / "three_painkillers.sdf").read_bytes())
        shows(molecule.page, "Paracetamol")
        roll = opened("swiss_roll?seed=7")
        pages = [own, molecule, roll]
        for each in pages:
            at_rest(each.page)
        addresses = [each.page.url for each in pages]
        server.process.kill()
        server.process.wait()
        server = start_server(port=urlparse(server.url).port or 0)
        own.page.get_by_role("spinbutton", name="Seed").first.fill("5")
        own.page.keyboard.press("Enter")
        says(own.page, "Still open: mine.csv")
        says(own.page, "50 points")
        wait(own.page, lambda: "seed=5" in own.page.url)
        shows(molecule.page, "Paracetamol")
        molecule.page.reload()
        says(molecule.page, "Still open: mine.sdf")
        shows(molecule.page, "Paracetamol")
        roll.page.reload()
        wait(roll.page, roll.page.locator(".player canvas").first.is_visible)
        for each, address in zip(pages[1:], addresses[1:], strict=True):
            assert each.page.url == address
        assert not [each.exceptions() for each in pages if each.exceptions()]
    finally:
        context.close()
        stop_server(server)


def test_hostile_texts_are_shown_and_never_run(browser_page: BrowserPage, tmp_path: Path) -> None:
    page = browser_page.page
    page.set_default_timeout(PATIENCE)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    browser_page.open("own_data?source=file&points_n=100&noise_T=20")
    header = ",".join('"' + f"{k} {HOSTILE}".replace('"', '""') + '"' for k in range(3))
    table = f"{header}\n" + "\n".join(f"{row},1{k}" for k, row in enumerate(ROWS.split("\n")))
    upload(page, f"{HOSTILE.replace('/', '|')}.csv", table.encode())
    says(page, "50 points")
    assert page.evaluate(FOUND) == [0]
    browser_page.open("molecule?source=file&n=1&torsional_steps=5")
    molecule = named(HOSTILE, field=HOSTILE.replace(">", ")"), value=HOSTILE)
    upload(page, f"{HOSTILE.replace('/', '|')}.sdf", molecule + molecule)
    says(page, "Molecule in this file")
    press(page.get_by_role("button", name="Sample conformers"))
    wait(page, page.locator('.viewer[data-mode="replay"][data-ready="true"]').is_visible)
    assert page.evaluate(FOUND) == [0]
    browser_page.open(f"molecule?source=smiles&n=1&torsional_steps=5&smiles={quote(HOSTILE)}")
    wait(page, page.locator('[data-testid="stAlert"]').first.is_visible)
    assert page.evaluate(FOUND) == [0]
    made = read(named(HOSTILE))
    path = tmp_path / "offline.html"
    frames = made.molecule.xyz[None].repeat(2, axis=0)
    path.write_text(webpage(made.molecule, made.elements, frames, [1.0, 0.0], HOSTILE), "utf-8")
    page.goto(path.as_uri())
    wait(page, lambda: page.locator("h1").inner_text() == HOSTILE)
    assert page.evaluate(FOUND) == [0] and not dialogs
