"""On a wall: keys without a click, the whole screen, letters that grow, no bar over a chart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import BrowserPage, press, wait

pytestmark = pytest.mark.browser


def says(page: Any, name: str, value: str) -> None:
    """Until the player's ``data-name`` is ``value``."""
    page.locator(f'.player[data-{name}="{value}"]').first.wait_for(timeout=60_000)


def letters(page: Any) -> float:
    """Pixels of the letters of a title."""
    size = page.locator(".player .title").first.evaluate("e => getComputedStyle(e).fontSize")
    return float(size.removesuffix("px"))


def bar_over_charts(page: Any) -> list[str]:
    """The panels that a bar of controls covers, by their titles."""
    found: list[str] = page.locator(".player .bar").evaluate_all("""bars => bars.flatMap(bar => {
        const { top, bottom } = bar.getBoundingClientRect();
        return [...bar.getRootNode().querySelectorAll("figure")].filter(figure => {
            const box = figure.getBoundingClientRect();
            return box.top < bottom && box.bottom > top;
        }).map(figure => figure.querySelector(".title").textContent);
    })""")
    return found


def test_a_lecture_from_the_first_key_to_the_whole_screen(browser_page: BrowserPage) -> None:
    page = browser_page.open("one_dimension?paths_n=40&noise_T=40")
    says(page, "playing", "true")
    frames = int(page.locator(".player").first.get_attribute("data-frames"))
    assert bar_over_charts(page) == []
    page.keyboard.press("Space")
    says(page, "playing", "false")
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    says(page, "frame", f"{round((frames - 1) / 10):.2f}")
    page.keyboard.press("PageUp")
    says(page, "frame", "0.00")
    page.keyboard.press("ArrowRight")
    says(page, "frame", "1.00")

    field = page.get_by_role("combobox").first
    for key in ("Space", "PageDown", "ArrowLeft", "f"):
        field.press(key)
    field.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator(".player").first.get_attribute("data-frame") == "1.00"
    assert not page.evaluate("Boolean(document.fullscreenElement)")
    field.blur()

    before, small = page.locator(".player canvas").first.bounding_box(), letters(page)
    page.keyboard.press("f")
    page.locator(".player.whole").wait_for()
    assert page.evaluate("Boolean(document.fullscreenElement)")
    wait(page, lambda: letters(page) == pytest.approx(1.6 * small))
    large = page.locator(".player canvas").first.bounding_box()
    assert large["width"] > 1.2 * before["width"]
    assert bar_over_charts(page) == []
    bar = page.locator(".player .bar").bounding_box()
    assert bar["y"] + bar["height"] == pytest.approx(page.evaluate("innerHeight"), abs=60)
    page.keyboard.press("PageDown")
    says(page, "frame", f"{round((frames - 1) / 10):.2f}")
    press(page.get_by_role("button", name="Leave full screen"))
    wait(page, lambda: page.locator(".player.whole").count() == 0)
    assert letters(page) == pytest.approx(small)
    press(page.get_by_role("button", name="Full screen (F)"))
    page.locator(".player.whole").wait_for()
    page.keyboard.press("f")
    wait(page, lambda: not page.evaluate("Boolean(document.fullscreenElement)"))
    assert not browser_page.exceptions() and not browser_page.console_errors


@pytest.mark.parametrize("name", ["helix", "exact_learned", "noise_schedules?points_n=100"])
def test_no_bar_stands_over_a_chart(browser_page: BrowserPage, name: str) -> None:
    """These have charts below their picture."""
    page = browser_page.open(name)
    says(page, "playing", "true")
    page.locator(".player .panels.rest figure").first.wait_for()
    for share in (0, 0.2, 0.5):
        page.locator('[data-testid="stMain"]').evaluate(
            "(e, share) => e.scrollTo(0, share * e.scrollHeight)", share
        )
        page.wait_for_timeout(100)
        assert bar_over_charts(page) == []


def test_a_wide_page_on_a_wide_screen(browser_page: BrowserPage) -> None:
    page = browser_page.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    browser_page.open("swiss_roll?points_n=100&noise_T=20")
    says(page, "playing", "true")
    main = page.locator('[data-testid="stMain"]').bounding_box()
    player = page.locator(".player").first.bounding_box()
    assert player["width"] > 0.9 * main["width"]
    assert letters(page) > 1.2 * 14.88, "which it has in a window of 1,400 pixels"
    lines = page.locator('[data-testid="stCaptionContainer"] p').evaluate_all(
        "all => all.map(p => p.clientWidth / parseFloat(getComputedStyle(p).fontSize))"
    )
    assert max(lines) < 70, "letters of about half an em: no line of more than 140"
