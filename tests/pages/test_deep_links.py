"""Every page's address, opened on a cold server, shows that page; nothing leaves the machine.

And every control of every page and section is in the address, which restores it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from engine.noise import SCHEDULES
from engine.samplers import SAMPLERS
from pages.ui import glossary
from pages.ui.addressing import addresses
from pages.ui.addressing.old_links import LABELS
from pages.ui.navigation import ENTRIES, HOME
from pages.ui.process_controls import DENOISERS
from tests.conftest import (
    BrowserPage,
    Server,
    press,
    settle,
    start_server,
    stop_server,
    wait,
    watched_page,
)

Open = Callable[..., AppTest]

NAMES = [entry.name for entry in ENTRIES if entry.name != HOME]
TITLES = {entry.name: entry.title for entry in ENTRIES} | {HOME: "Diffusion explorer"}


@pytest.fixture(scope="module")
def cold_server() -> Iterator[Server]:
    """A server that nobody has visited yet when the first address below is opened."""
    server = start_server()
    yield server
    stop_server(server)


@pytest.mark.browser
@pytest.mark.parametrize("name", [*NAMES, HOME])  # a deep link first
def test_every_address_shows_its_page_on_a_cold_server(
    browser: Any, cold_server: Server, name: str
) -> None:
    context = browser.new_context(reduced_motion="reduce")  # what does not play costs no time
    opened = watched_page(context, cold_server.url)
    page = opened.open("" if name == HOME else name)
    assert page.locator("h1").first.inner_text() == TITLES[name]
    if name != glossary.PAGE:  # all others move
        page.locator("canvas").first.wait_for(timeout=45_000)
    assert opened.exceptions() == []
    assert opened.foreign_requests == []
    assert opened.console_errors == []
    context.close()


@pytest.mark.browser
def test_the_menu_leads_to_every_page(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    menu = page.locator('[data-testid="stSidebarNav"]')
    for entry in ENTRIES[1:3]:
        press(menu.get_by_text(entry.title, exact=True))
        page.locator("h1", has_text=entry.title).wait_for(timeout=60_000)
    assert all(menu.get_by_text(each.title, exact=True).is_visible() for each in ENTRIES)
    assert browser_page.exceptions() == []


@pytest.mark.browser
def test_a_changed_control_is_in_the_address(browser_page: BrowserPage) -> None:
    page = browser_page.open("swiss_roll")
    seed = page.get_by_label("Seed", exact=True)
    seed.fill("17")
    seed.press("Enter")
    page.wait_for_url("**/swiss_roll?*seed=17*", timeout=60_000)
    page.reload()
    page.get_by_label("Seed", exact=True).wait_for()
    assert page.get_by_label("Seed", exact=True).input_value() == "17"


@pytest.mark.browser
def test_a_changed_choice_is_in_the_address_by_its_key_and_back_undoes_it(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open(
        "swiss_roll?data=pinwheel&denoiser=Oracle&steps=10"
    )  # a link with a former label
    page.wait_for_url("**/swiss_roll?*denoiser=oracle*", timeout=60_000)
    press(page.get_by_role("radio", name=DENOISERS["memory"], exact=True))
    page.wait_for_url("**/swiss_roll?*denoiser=memory*", timeout=60_000)
    page.go_back()
    page.wait_for_url("**/swiss_roll?*denoiser=oracle*", timeout=60_000)
    page.get_by_role("radio", name=DENOISERS["oracle"], exact=True, checked=True).wait_for()
    page.go_forward()
    page.get_by_role("radio", name=DENOISERS["memory"], exact=True, checked=True).wait_for()
    assert parse_qs(urlparse(page.url).query) == {
        "data": ["pinwheel"],
        "denoiser": ["memory"],
        "steps": ["10"],
    }


@pytest.fixture(scope="module")
def home(desktop: Any, server: Server) -> Iterator[BrowserPage]:
    """The start page, opened once."""
    opened = watched_page(desktop, server.url)
    opened.open("")
    yield opened
    opened.page.close()


@pytest.mark.browser
def test_our_typeface_is_loaded_from_our_own_files(home: BrowserPage) -> None:
    page = home.page
    loaded = page.evaluate(
        "document.fonts.ready.then(fonts => [...fonts]"
        ".filter(font => font.status === 'loaded').map(font => font.family))"
    )
    assert "Inter" in loaded


@pytest.mark.browser
def test_assets_are_revalidated(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    answer = page.request.get(f"{browser_page.url}/assets/vendor/3Dmol-min.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"]
    assert "javascript" in answer.headers["content-type"]


@pytest.mark.browser
def test_a_narrow_window_does_not_scroll_sideways(home: BrowserPage) -> None:
    page = home.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("canvas").first.wait_for(timeout=60_000)
    wait(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= 390)


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
    main = page.locator('[data-testid="stMain"]')
    wait(page, lambda: main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0)


# ---------------------------------------------------------------------------------------------
# Every control in the address

#: page and section -> the address of the section
SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "one_dimension": ("one_dimension", {}),
    "swiss_roll": ("swiss_roll", {}),
    "helix": ("helix", {}),
    "polymer, compared": ("polymer", {"lab": "compare"}),
    "polymer, guidance": ("polymer", {"lab": "guide"}),
    "polymer, map": ("polymer", {"lab": "map"}),
    "polymer, process": ("polymer", {"lab": "process"}),
    "noise_schedules": ("noise_schedules", {}),
    "samplers": ("samplers", {}),
    "exact, score": ("exact_learned", {}),
    "exact, likelihood": ("exact_learned", {"view": "likelihood"}),
    "exact, memory": ("exact_learned", {"view": "memory"}),
    "own_data": ("own_data", {}),
    "symmetry, turn": ("symmetry", {}),
    "symmetry, taught": ("symmetry", {"view": "taught"}),
    "coordinates": ("coordinates", {}),
}
KINDS = (
    "button_group", "selectbox", "slider", "select_slider", "number_input", "toggle", "checkbox",
    "radio", "text_input", "text_area", "multiselect",
)  # fmt: skip
SECTION_KEYS = {"lab", "view"}
#: Controls that decide which others there are.
SHAPING = {"data", "schedule", "sampler", "source", "shown", "zero", "train_model"}
#: Choices that never had other words in an address than their keys.
SPEAKING = {
    "bead",
    "change",
    "cluster",
    "ddpm_variance",
    "duplicates",
    "export_part",
    "few_n",
    "few_train",
    "guided_steps",
    "layer",
    "model",
    "protonation",
    "rival_steps",
    "taught_batch_size",
    "taught_learning_rate",
    "taught_on",
    "taught_shown",
    "taught_steps",
    "torsional_candidates",
    "torsional_retries",
    "torsional_steps",
    "ways_denoiser",
    "ways_direction",
    "ways_sampler",
    "wrap_t",
}
#: Keys that need something which the test does not have: a file, an Apple computer.
UNSEEN = {"file", "mps"}
#: Switches that start long work.
LONG = {"curve", "bound", "sweep", "measure_on", "few_train"}


@pytest.fixture
def choices(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """By parameter: what each choice that a page draws from now on may say, by its text."""
    found: dict[str, dict[str, Any]] = {}
    restore = addresses.restore

    def noted(key: str, values: dict[str, Any], default: Any, many: bool = False) -> Any:
        found.setdefault(key, {}).update(values)
        return restore(key, values, default, many)

    monkeypatch.setattr(addresses, "restore", noted)
    return found


def controls(app: AppTest) -> dict[str, Any]:
    """The controls on the page by key."""
    return {each.key: each for kind in KINDS for each in getattr(app, kind)}


def said(control: Any, choices: dict[str, dict[str, Any]]) -> str:
    """What a control says, as the address writes it."""
    value = control.value
    if control.key in choices:
        texts = {each: text for text, each in choices[control.key].items()}
        return "|".join(texts[each] for each in (value if isinstance(value, list) else [value]))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def other(control: Any, choices: dict[str, dict[str, Any]]) -> str:
    """Something else that the control could say."""
    now = said(control, choices)
    if getattr(control, "options", None):
        known = list(choices.get(control.key, control.options))[: len(control.options)]
        at = known.index(now.split("|")[0])
        return [*(text for text in known[at:] if text not in now.split("|")), *known][0]
    if now in ("true", "false"):
        return {"true": "false", "false": "true"}[now]
    if control.type == "text_input":
        return now  # the curve drawn by hand, which has tests of its own
    step = control.proto.step
    value = control.value + (step if control.value + step <= control.proto.max else -step)
    return f"{value:.10g}"


def changed(
    app: AppTest, choices: dict[str, dict[str, Any]], wanted: Callable[[str], bool]
) -> dict[str, str]:
    """An address with something else for every control whose key is wanted."""
    return {
        key: other(each, choices)
        for key, each in controls(app).items()
        if key not in SECTION_KEYS and wanted(key) and other(each, choices) != said(each, choices)
    }


def opened(open_page: Open, section: str, **more: str) -> AppTest:
    """A section of a page, all its results there."""
    name, query = SECTIONS[section]
    return settle(open_page(name, **query, **more))


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_every_control_is_in_the_address_which_restores_it(
    open_page: Open, choices: dict[str, dict[str, Any]], section: str
) -> None:
    name, query = SECTIONS[section]
    app = opened(open_page, section)
    found = controls(app)
    assert "seed" in found and len(found) > 5
    bound = {key for key, each in found.items() if each.proto.query_param_key == key}
    assert bound | choices.keys() >= found.keys(), "these are not kept in the address"
    assert not bound & choices.keys(), "Streamlit would write the labels of these"
    for wanted in (lambda key: key not in SHAPING | LONG, lambda key: key in SHAPING | LONG):
        asked = changed(app, choices, wanted)
        again = open_page(name, **query, **asked)
        if any(key not in controls(again) for key in asked):
            again = settle(again)  # some stand beside a result
        kept = {key: said(each, choices) for key, each in controls(again).items() if key in asked}
        assert kept == asked
        assert {key: text for key, text in again.query_params.items() if key in asked} == asked


@pytest.mark.slow
def test_every_key_and_every_former_label_is_known_to_a_control(
    open_page: Open, choices: dict[str, dict[str, Any]]
) -> None:
    """A key that is renamed or taken away would break links: its control still has to know it."""
    for section in SECTIONS:
        opened(open_page, section)
    for noise in SCHEDULES:
        open_page("swiss_roll", schedule=noise)
    for sampler in SAMPLERS:
        open_page("swiss_roll", sampler=sampler)
    settle(open_page("molecule", n="1", torsional_steps="5", taught="true"))
    settle(open_page("molecule", n="1", torsional_steps="5", source="smiles", smiles="CC(N)C=O"))
    lost = {
        (parameter, label): key
        for parameter, labels in LABELS.items()
        for label, key in labels.items()
        if key not in choices.get(parameter, {}) and key not in UNSEEN
    }
    assert lost == {}
    young = {key for key, values in choices.items() if key not in LABELS and len(values) > 1}
    assert young <= SPEAKING, "choices without former labels: did a parameter change its name?"


@pytest.mark.browser
@pytest.mark.parametrize("section", ["swiss_roll", "noise_schedules", "samplers", "polymer, map"])
def test_the_browser_keeps_every_control_in_the_address(
    open_page: Open, browser_page: BrowserPage, choices: dict[str, dict[str, Any]], section: str
) -> None:
    """Streamlit takes out of the address what no control says, and what is as it is anyway."""
    name, query = SECTIONS[section]
    app = settle(open_page(name, **query))
    asked = query | changed(app, choices, lambda key: key not in SHAPING | LONG)
    page = browser_page.open(f"{name}?{urlencode(asked)}")
    page.locator(".player canvas, canvas.map").first.wait_for(timeout=90_000)
    page.get_by_label("Seed", exact=True).first.wait_for(timeout=30_000)
    page.wait_for_timeout(1000)
    kept = parse_qs(urlparse(page.url).query, keep_blank_values=True)
    assert kept == {key: [text] for key, text in asked.items()}
    assert browser_page.exceptions() == []
