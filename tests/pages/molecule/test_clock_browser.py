"""The molecule's clock in a real Chromium: the map of two torsions, noise put back, the game."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.conftest import BrowserPage, Server, middle, press, wait, watched_page
from tests.pages.molecule.test_browser import coordinates, viewer

pytestmark = pytest.mark.browser

FEW = "molecule?n=3&torsional_steps=5"


@pytest.fixture(scope="module")
def browser_page(desktop: Any, server: Server) -> Iterator[BrowserPage]:
    """One page for all tests of this file: the run is replayed and stopped."""
    opened = watched_page(desktop, server.url)
    press(viewer(opened.open(FEW), "replay").locator(".play"))
    yield opened
    opened.page.close()


def paused(browser_page: BrowserPage) -> tuple[Any, Any]:
    """The page and its viewer."""
    return browser_page.page, viewer(browser_page.page, "replay")


def drawn(shown: Any) -> int:
    """How many pixels of the map are not empty."""
    return shown.locator("canvas.torus").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".filter((value, i) => i % 4 === 3 && value > 0).length"
    )


def seek(page: Any, shown: Any, frame: int) -> None:
    """Put the clock on a frame, by keys."""
    shown.evaluate("(e, frame) => e.viewer.clock.seek(frame)", frame)
    wait(page, lambda: shown.get_attribute("data-frame") == f"{frame:.2f}")


def test_two_bonds_are_mapped_against_each_other(browser_page: BrowserPage) -> None:
    page, shown = paused(browser_page)
    torus = shown.locator("canvas.torus")
    labels = shown.evaluate("e => e.viewer.molecule.rotors.map(r => r.label)")
    bonds = shown.evaluate("e => e.viewer.molecule.rotors.map(r => r.bond)")
    assert drawn(shown) > 500, "a neighbour is the partner until another is chosen"
    press(shown.locator(f'.dial[data-bond="{bonds[3]}"]'))
    wait(page, lambda: labels[3] in (torus.get_attribute("aria-label") or ""))
    plus = shown.get_by_role("button", name=f"Map the selected bond against {labels[0]}")
    plus.focus()
    page.keyboard.press("Enter")
    wait(page, lambda: torus.get_attribute("data-pair") == "3 0")
    assert plus.get_attribute("aria-pressed") == "true"
    press(shown.locator(f'.dial[data-bond="{bonds[5]}"]'), modifiers=["Shift"])
    wait(page, lambda: torus.get_attribute("data-pair") == "3 5")
    assert shown.get_attribute("data-selected") == str(bonds[3]), "the first bond stays selected"
    assert (
        torus.get_attribute("aria-label") == f"Map of {labels[3]} (across) against {labels[5]} (up)"
    )
    seek(page, shown, 0)
    early = torus.screenshot()
    seek(page, shown, 5)
    assert torus.screenshot() != early, "the dots move with the clock"
    assert not browser_page.console_errors


def test_paths_break_at_the_border(browser_page: BrowserPage) -> None:
    _, shown = paused(browser_page)
    steps = np.array(shown.evaluate("e => [...e.viewer.bond.torus.steps]")).reshape(-1, 4)
    assert (np.abs(steps[:, 2:]) <= math.pi + 1e-5).all(), "every step goes the short way round"
    ends = steps[:, :2] + steps[:, 2:]
    wrapped = ends - 2 * np.pi * np.round(ends / (2 * np.pi))
    following = steps[3:, :2]
    gap = np.abs(np.angle(np.exp(1j * (wrapped[:-3] - following))))
    assert gap.max() < 1e-4, "and arrives where the next begins"


def test_the_forward_process_is_noise_afresh(browser_page: BrowserPage) -> None:
    page, shown = paused(browser_page)
    seek(page, shown, 5)
    final = coordinates(shown)
    seek(page, shown, 0)
    noise = coordinates(shown)
    press(shown.get_by_role("button", name="Forward", exact=True))
    wait(page, lambda: shown.evaluate("e => e.viewer.data.forward"))
    wait(page, lambda: float(shown.get_attribute("data-frame")) > 0)
    seek(page, shown, 0)
    assert shown.locator(".time").inner_text() == "σ = 0°"
    assert np.abs(coordinates(shown) - final).max() < 5e-3, "it begins where the reverse ended"
    seek(page, shown, 5)
    assert shown.locator(".time").inner_text() == "σ = 180°"
    away = coordinates(shown)
    assert np.abs(away - final).max() > 1 and np.abs(away - noise).max() > 1, (
        "no film run backwards"
    )
    bonds = np.array(shown.evaluate("e => e.viewer.molecule.bonds.map(b => b.atoms)"))
    lengths = [np.linalg.norm(np.diff(x[bonds], axis=1), axis=-1) for x in (final, away)]
    assert np.abs(lengths[0] - lengths[1]).max() < 0.02
    press(shown.get_by_role("button", name="Reverse", exact=True))
    wait(page, lambda: not shown.evaluate("e => e.viewer.data.forward"))
    assert not browser_page.exceptions() and not browser_page.console_errors


def test_the_meter_counts_and_measures(browser_page: BrowserPage) -> None:
    page, shown = paused(browser_page)
    meter = shown.locator(".meter")
    assert "8 torsion angles instead of 3N = 99 Cartesian coordinates" in meter.inner_text()
    seek(page, shown, 3)
    wait(page, lambda: meter.get_attribute("data-length") is not None)
    assert 0 < float(meter.get_attribute("data-length")) < 1e-4
    assert 0 < float(meter.get_attribute("data-angle")) < 1e-2


def test_the_user_is_the_denoiser(browser_page: BrowserPage) -> None:
    page, shown = paused(browser_page)
    press(shown.get_by_role("button", name="Be the denoiser"))
    wait(page, lambda: shown.evaluate("e => Boolean(e.viewer.data.game && e.viewer.hand.active)"))
    scores = shown.locator(".game .score b")
    assert scores.nth(2).inner_text() == "0"
    energies = shown.evaluate("e => [e.viewer.data.game.energy, e.viewer.data.game.model]")
    press(shown.get_by_role("button", name="Longest arrow"))
    m, target = shown.evaluate(
        "e => { const m = e.viewer.bond.rotor;"
        " return [m, e.viewer.hand.angle(m) + e.viewer.game.pull(m)]; }"
    )
    assert m == shown.evaluate("e => e.viewer.game.strongest()")
    dial = shown.locator(".turner")
    x, y = middle(dial)
    page.mouse.click(x + 50 * math.sin(target), y - 50 * math.cos(target))
    wait(page, lambda: scores.nth(2).inner_text() == "1")
    wait(page, lambda: shown.evaluate("e => e.viewer.data.game.energy") != energies[0])
    assert shown.evaluate("e => e.viewer.data.game.model") == energies[1]
    assert shown.evaluate("e => e.viewer.game.trail.length") == 2
    dial.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert scores.nth(2).inner_text() == "1", "the same bond by keys is the same turn"
    press(shown.get_by_role("button", name="Let the model finish"))
    wait(page, lambda: float(shown.get_attribute("data-frame")) > 0.5)
    assert "lower" in shown.locator(".game p").inner_text()
    press(shown.get_by_role("button", name="Again", exact=True))
    wait(
        page,
        lambda: shown.evaluate("e => e.viewer.data.game?.number === 1 && e.viewer.hand.active"),
    )
    assert scores.nth(2).inner_text() == "0"
    press(shown.get_by_role("button", name="Leave", exact=True))
    wait(page, lambda: shown.evaluate("e => !e.viewer.data.game && !e.viewer.hand.active"))
    assert not shown.locator(".game").is_visible()
    assert not browser_page.exceptions() and not browser_page.console_errors
