"""Links are moments: what a page shows when its clock rests, another browser shows, too.

And every page keeps its own settings, whichever way it is left and opened again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from pages.ui.navigation import ENTRIES, MOLECULES, TOY
from tests.conftest import BrowserPage, Server, at_rest, press, wait, watched_page

SECONDS = 90.0
MOVES = ".player[data-frame], .player.viewer, .square[data-at]"  #: what a page opens with
#: page, its settings -> [(which of its players, the keys that lead to a moment)]
Keys = list[str]
MOMENTS: list[tuple[str, list[tuple[int, Keys]]]] = [
    ("", [(0, ["Home", *["Shift+ArrowRight"] * 2]), (0, ["End", *["ArrowLeft"] * 9])]),
    ("one_dimension?noise_T=50&seed=4", [(0, ["Home", *["Shift+ArrowRight"] * 3, "ArrowLeft"])]),
    ("one_dimension?data=uneven_gaussians&denoiser=oracle&sampler=ddim", [(0, ["End"])]),
    ("swiss_roll?show_score=true&points_n=200&seed=7", [(0, ["Home", "Shift+ArrowRight"])]),
    ("swiss_roll?data=pinwheel&denoiser=memory&steps=10", [(0, ["End"]), (0, ["Home"])]),
    ("helix?view=both", [(0, ["Home", *["Shift+ArrowRight"] * 4])]),
    ("helix?data=helix_planar&schedule=linear&ghost=false", [(0, ["End", "Shift+ArrowLeft"])]),
    ("polymer?view=both&noise_T=50", [(0, ["Home", *["Shift+ArrowRight"] * 3])]),
    ("polymer?lab=guide", [(0, ["End", "ArrowLeft"])]),
    ("noise_schedules?shown=linear&shown=laplace", [(0, ["Home", "ArrowRight"]), (1, ["End"])]),
    ("samplers?steps=5&points_n=200", [(0, ["Home", "ArrowRight", "ArrowRight"])]),
    ("samplers?shown=ddim&shown=euler&points_n=200&steps=10", [(0, ["End"])]),
    ("own_data?seed=3", [(0, ["Home", *["Shift+ArrowRight"] * 3])]),
    ("exact_learned?data=moons", [(0, ["Home", "Shift+ArrowRight", "ArrowRight"])]),
    ("exact_learned?view=likelihood&data=two_gaussians", [(0, ["End", "ArrowLeft"])]),
    ("symmetry?view=taught&taught_steps=5&taught_shown=3", [(0, ["Home", "ArrowRight"])]),
    (
        "coordinates?example=butane&ways_conformers=2&ways_steps=10&ways_references=1",
        [(0, ["Home", "ArrowRight"]), (0, ["End"])],
    ),
    ("molecule?example=butane&n=2&torsional_steps=5", [(0, ["Home", "ArrowRight"])]),
    (
        "molecule?example=butane&n=3&torsional_steps=5&view=grid&bond=1&process=forward",
        [(0, ["End"])],
    ),
]


@pytest.fixture(scope="module")
def other(browser: Any) -> Iterator[Any]:
    """Another browser, as large."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, color_scheme="light")
    yield context
    context.close()


def standing(page: Any, which: int) -> bytes:
    """The picture of a player, once nothing on the page moves or is computed."""
    page.locator(".player[data-frame] .bar").nth(which).wait_for(timeout=SECONDS * 1000)
    player = page.locator(".player").nth(which)
    pictures: list[bytes] = []

    def rests() -> bool:
        at_rest(page)
        player.evaluate("player => player.scrollIntoView({ block: 'start' })")
        pictures.append(player.screenshot(mask=[player.locator(".bar")]))
        return len(pictures) > 2 and len({*pictures[-3:]}) == 1

    wait(page, rests, SECONDS)
    return pictures[-1]


@pytest.fixture
def pair(desktop: Any, other: Any, server: Server) -> Iterator[tuple[BrowserPage, BrowserPage]]:
    """A page in each of the two browsers."""
    opened = watched_page(desktop, server.url), watched_page(other, server.url)
    yield opened
    for each in opened:
        each.page.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("address", "moments"), MOMENTS, ids=[each for each, _ in MOMENTS])
def test_another_browser_shows_the_same_picture(
    pair: tuple[BrowserPage, BrowserPage],
    server: Server,
    address: str,
    moments: list[tuple[int, Keys]],
) -> None:
    mine, theirs = pair
    page = mine.open(address)
    for which, keys in moments:
        page.locator(".player[data-frame] .bar").nth(which).wait_for(timeout=SECONDS * 1000)
        player = page.locator(".player").nth(which)
        at_rest(page)
        page.locator('.viewer:not([data-mode="replay"][data-ready="true"])').wait_for(
            state="detached", timeout=SECONDS * 1000
        )
        if "process=forward" in address:  # comes after the run that it begins at the end of
            forward = page.get_by_role("button", name="Forward", exact=True, pressed=True)
            forward.wait_for(timeout=SECONDS * 1000)
        player.focus()
        for key in keys:
            page.keyboard.press(key)
        wait(page, lambda: "frame" in page.url)
        page.wait_for_timeout(400)  # the address waits until the hand rests
        player.evaluate("player => player.blur()")  # the frame of what has the focus
        seen, frame = standing(page, which), player.get_attribute("data-frame")
        asked = parse_qs(urlparse(page.url).query)
        assert parse_qs(urlparse(f"/{address}").query).items() <= asked.items()
        there = theirs.open(page.url.removeprefix(server.url))
        shown = standing(there, which)
        again = there.locator(".player").nth(which)
        assert again.get_attribute("data-playing") == "false"
        assert again.get_attribute("data-frame") == frame
        assert shown == seen
        assert parse_qs(urlparse(there.url).query) == asked
    assert [*mine.console_errors, *theirs.console_errors] == []


def test_these_are_twenty_moments() -> None:
    assert sum(len(moments) for _, moments in MOMENTS) >= 20


@pytest.mark.browser
def test_play_takes_the_moment_out_of_the_address_and_the_bar_copies_it(
    browser_page: BrowserPage,
) -> None:
    browser_page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = browser_page.open("swiss_roll?data=pinwheel&frame=20.5&seed=3")
    player = page.locator(".player[data-frame]").first
    player.wait_for(timeout=60_000)
    assert player.get_attribute("data-frame") == "20.50"
    seed = page.get_by_label("Seed", exact=True)
    seed.fill("4")
    seed.press("Enter")
    page.wait_for_url("**/swiss_roll?*seed=4*")
    at_rest(page)
    wanted = {"data": ["pinwheel"], "frame": ["20.5"], "seed": ["4"]}
    assert parse_qs(urlparse(page.url).query) == wanted
    press(player.get_by_role("button", name="Play", exact=True))
    page.wait_for_url(lambda url: "frame" not in url)
    press(page.get_by_role("radio", name="Memory", exact=True))  # Python says the address anew
    page.wait_for_url("**/swiss_roll?*denoiser=memory*")
    press(player.get_by_role("button", name="Copy link to this moment"))
    player.get_by_text("Link copied").wait_for()
    assert player.get_attribute("data-playing") == "false"
    frame = float(player.get_attribute("data-frame") or "nan")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    assert parse_qs(urlparse(copied).query)["frame"] == [f"{frame:.10g}"]


@pytest.mark.browser
def test_where_the_clipboard_is_closed_the_link_stands_there_to_be_copied(
    browser_page: BrowserPage,
) -> None:
    browser_page.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.execCommand = () => false;"
    )
    page = browser_page.open("swiss_roll?frame=7")
    page.locator(".player[data-frame]").first.wait_for(timeout=60_000)
    press(page.get_by_role("button", name="Copy link to this moment"))
    field = page.get_by_role("textbox", name="Link to this moment")
    field.wait_for()
    assert field.input_value() == page.url
    selected = field.evaluate("field => [field.selectionStart, field.selectionEnd]")
    assert selected == [0, len(page.url)]


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_keeps_its_own_settings_in_the_order_of_the_menu(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open("")
    menu = page.locator('[data-testid="stSidebarNav"]')

    def go(title: str, name: str) -> dict[str, list[str]]:
        press(menu.get_by_text(title, exact=True))
        page.wait_for_url(f"**/{name}*")
        page.locator("h1", has_text=title).wait_for(timeout=60_000)
        return said()

    def said() -> dict[str, list[str]]:
        """What the address says once the page has drawn its controls."""
        page.locator(MOVES).first.wait_for(timeout=SECONDS * 1000)
        page.get_by_label("Seed", exact=True).first.wait_for(state="attached")
        at_rest(page)
        return parse_qs(urlparse(page.url).query)

    entries = [entry for entry in ENTRIES if entry.section in {TOY, MOLECULES}]
    kept: dict[str, dict[str, list[str]]] = {}
    for number, entry in enumerate(entries, start=1):
        assert go(entry.title, entry.name) == {}, "as nobody has left it"
        exercise = page.locator('[class*="st-key-try_"]:not(.st-key-try_over) button').first
        if exercise.count():
            press(exercise)
            page.wait_for_url("**?*try=*", timeout=60_000)
            at_rest(page)
        seed = page.get_by_label("Seed", exact=True).first
        if not seed.is_visible():
            page.locator("details", has=seed).locator("summary").click()
        seed.fill(f"{number}")
        seed.press("Enter")
        page.wait_for_url(f"**?*seed={number}*", timeout=60_000)
        kept[entry.name] = said()
        assert kept[entry.name]["seed"] == [f"{number}"]
    for entry in entries:
        assert go(entry.title, entry.name) == kept[entry.name]
        number = kept[entry.name]["seed"][0]
        assert page.get_by_label("Seed", exact=True).first.input_value() == number
    for entry in [*entries[:-1]][::-1]:
        page.go_back()
        page.wait_for_url(f"**/{entry.name}?*")
        assert said() == kept[entry.name]
        assert page.locator("h1").first.inner_text() == entry.title
    page.go_forward()
    page.wait_for_url(f"**/{entries[1].name}?*")
    assert said() == kept[entries[1].name]
    assert browser_page.exceptions() == []
    assert browser_page.console_errors == []
