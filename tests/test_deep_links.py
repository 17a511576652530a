"""Every page's address, opened on a cold server, shows that page; nothing leaves the machine.

And every control of every page and section is in the address, which restores it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.navigation import ENTRIES, HOME
from tests.conftest import BrowserPage, Server, settle, start_server, stop_server, watched_page

Open = Callable[..., AppTest]

NAMES = [entry.name for entry in ENTRIES if entry.name != HOME]
TITLES = {entry.name: entry.title for entry in ENTRIES} | {HOME: "Diffusion explorer"}


@pytest.fixture
def cold_server() -> Iterator[Server]:
    """A server that nobody has visited yet."""
    server = start_server()
    yield server
    stop_server(server)


@pytest.mark.browser
@pytest.mark.parametrize("name", [HOME, *NAMES])
def test_every_address_shows_its_page_on_a_cold_server(
    browser: Any, cold_server: Server, name: str
) -> None:
    context = browser.new_context()
    opened = watched_page(context, cold_server.url)
    page = opened.open("" if name == HOME else name)
    assert page.locator("h1").first.inner_text() == TITLES[name]
    page.locator("canvas").first.wait_for(timeout=45_000)
    assert opened.exceptions() == []
    assert opened.foreign_requests == []
    assert opened.console_errors == []
    context.close()


@pytest.mark.browser
def test_the_menu_leads_to_every_page(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    for entry in ENTRIES[1:3]:
        page.locator('[data-testid="stSidebarNav"]').get_by_text(entry.title, exact=True).click()
        page.locator("h1", has_text=entry.title).wait_for(timeout=20_000)
    assert browser_page.exceptions() == []


@pytest.mark.browser
def test_a_changed_control_is_in_the_address(browser_page: BrowserPage) -> None:
    page = browser_page.open("swiss_roll")
    seed = page.get_by_label("Seed", exact=True)
    seed.fill("17")
    seed.press("Enter")
    page.wait_for_url("**/swiss_roll?*seed=17*", timeout=15_000)
    page.reload()
    page.get_by_label("Seed", exact=True).wait_for()
    assert page.get_by_label("Seed", exact=True).input_value() == "17"


@pytest.mark.browser
def test_our_typeface_is_loaded_from_our_own_files(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    loaded = page.evaluate(
        "document.fonts.ready.then(fonts => [...fonts]"
        ".filter(font => font.status === 'loaded').map(font => font.family))"
    )
    assert "Inter" in loaded


@pytest.mark.browser
def test_assets_are_revalidated(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    answer = page.request.get(f"{browser_page.url}/assets/js/player.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"]
    assert "javascript" in answer.headers["content-type"]


@pytest.mark.browser
def test_a_narrow_window_does_not_scroll_sideways(browser_page: BrowserPage) -> None:
    browser_page.page.set_viewport_size({"width": 390, "height": 844})
    page = browser_page.open("")
    page.locator("canvas").first.wait_for(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.parametrize(
    "address", ["helix", "samplers", "polymer?lab=Noise+and+back", "noise_schedules"]
)
def test_a_wide_table_does_not_make_a_narrow_page_scroll_sideways(
    browser_page: BrowserPage, address: str
) -> None:
    """Pages scroll inside their main part, so the document is never wider than the window."""
    browser_page.page.set_viewport_size({"width": 390, "height": 844})
    page = browser_page.open(address)
    page.locator('[data-testid="stMain"] table').first.wait_for(timeout=90_000)
    page.wait_for_timeout(500)
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


# ---------------------------------------------------------------------------------------------
# Every control in the address

#: page and section -> the address of the section
SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "one_dimension": ("one_dimension", {}),
    "swiss_roll": ("swiss_roll", {}),
    "helix": ("helix", {}),
    "polymer, compared": ("polymer", {}),
    "polymer, guidance": ("polymer", {"lab": "Guidance"}),
    "polymer, map": ("polymer", {"lab": "Latent map"}),
    "polymer, process": ("polymer", {"lab": "Noise and back"}),
    "noise_schedules": ("noise_schedules", {}),
    "samplers": ("samplers", {}),
    "exact, score": ("exact_learned", {}),
    "exact, likelihood": ("exact_learned", {"view": "Likelihood"}),
    "exact, memory": ("exact_learned", {"view": "Memory"}),
    "own_data": ("own_data", {}),
}
KINDS = (
    "button_group", "selectbox", "slider", "select_slider", "number_input", "toggle", "checkbox",
    "radio", "text_input", "text_area", "multiselect",
)  # fmt: skip
SECTION_KEYS = {"lab", "view"}
#: Controls that decide which others there are.
SHAPING = {"data", "schedule", "sampler", "source", "shown", "zero", "train_model"}
#: Switches that start long work.
LONG = {"curve", "bound", "sweep", "measure_on", "few_train"}


def controls(app: AppTest) -> dict[str, Any]:
    """The controls on the page by key."""
    return {each.key: each for kind in KINDS for each in getattr(app, kind)}


def said(control: Any) -> str:
    """What a control says, as the address writes it."""
    value = control.value
    if control.type in ("selectbox", "select_slider", "radio"):
        return str(control.format_func(value))
    if control.type == "button_group":
        chosen = value if isinstance(value, list) else [value]
        return "|".join(str(control.format_func(each)) for each in chosen)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def other(control: Any) -> str:
    """Something else that the control could say."""
    now = said(control)
    if getattr(control, "options", None):
        at = control.options.index(now.split("|")[0])
        free = [text for text in control.options[at:] if text not in now.split("|")]
        return [*free, *control.options][0]
    if now in ("true", "false"):
        return {"true": "false", "false": "true"}[now]
    if control.type == "text_input":
        return now  # the curve drawn by hand, which has tests of its own
    step = control.proto.step
    value = control.value + (step if control.value + step <= control.proto.max else -step)
    return f"{value:.10g}"


def changed(app: AppTest, wanted: Callable[[str], bool]) -> dict[str, str]:
    """An address with something else for every control whose key is wanted."""
    return {
        key: other(each)
        for key, each in controls(app).items()
        if key not in SECTION_KEYS and wanted(key) and other(each) != said(each)
    }


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_every_control_is_in_the_address_which_restores_it(open_page: Open, section: str) -> None:
    name, query = SECTIONS[section]
    app = settle(open_page(name, **query))
    found = controls(app)
    assert "seed" in found and len(found) > 5
    loose = [key for key, each in found.items() if each.proto.query_param_key != key]
    assert loose == [], "these are not kept in the address"
    for wanted in (lambda key: key not in SHAPING | LONG, lambda key: key in SHAPING | LONG):
        asked = changed(app, wanted)
        again = open_page(name, **query, **asked)
        if any(key not in controls(again) for key in asked):
            again = settle(again)  # some stand beside a result
        restored = {key: said(each) for key, each in controls(again).items() if key in asked}
        assert restored == asked


@pytest.mark.browser
@pytest.mark.parametrize("section", SECTIONS)
def test_the_browser_keeps_every_control_in_the_address(
    open_page: Open, browser_page: BrowserPage, section: str
) -> None:
    """Streamlit takes out of the address what no control says, and what is as it is anyway."""
    name, query = SECTIONS[section]
    app = settle(open_page(name, **query))
    asked = query | changed(app, lambda key: key not in SHAPING | LONG)
    page = browser_page.open(f"{name}?{urlencode(asked)}")
    page.locator(".player canvas, canvas.map").first.wait_for(timeout=90_000)
    page.get_by_label("Seed", exact=True).first.wait_for(timeout=30_000)
    page.wait_for_timeout(1000)
    kept = parse_qs(urlparse(page.url).query, keep_blank_values=True)
    assert kept == {key: [text] for key, text in asked.items()}
    assert browser_page.exceptions() == []
