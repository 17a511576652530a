"""On a phone, 390 pixels wide, with fingers: what stands first, what can be hit, what scrolls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pages.ui.navigation import ENTRIES, HOME
from tests.conftest import (
    BrowserPage,
    Server,
    at_rest,
    middle,
    place,
    press,
    steady,
    wait,
    watched_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH, HEIGHT = 390, 844
#: The first thing to do on each page; elsewhere the choice beside the title.
FIRST = {
    HOME: '[data-testid="stPageLink"]',
    "polymer": ".st-key-page_row",
    "noise_schedules": ".st-key-page_row",
    "samplers": ".st-key-page_row",
    "own_data": ".st-key-source",
    "molecule": ".st-key-molecule_sample button",
    "symmetry": ".st-key-page_row",
}
#: Quick versions of the pages.
QUERY = {
    "one_dimension": "?paths_n=40",
    "swiss_roll": "?points_n=200",
    "noise_schedules": "?points_n=100&all_T=30",
    "samplers": "?points_n=100&noise_T=50&steps=5",
    "coordinates": "?example=butane&ways_conformers=2&ways_steps=10&ways_references=1",
    "molecule": "?example=butane&n=2&torsional_steps=5",
}
#: What may be smaller than a finger, and why.
EXEMPT = {
    '[data-testid="stSkipToContent"]': "for keyboards: seen when it has the focus",
    '[data-testid="stSlider"] input': "hidden: what is pressed is its handle, measured by itself",
    "p a": "within a line of text",
    '[class*="st-key-card_"] a': "the whole card is the link",
}
#: On these a finger draws, or turns a bond round; beside them the page scrolls.
HELD = ".drawing canvas, canvas.turner"

SMALL = """exempt => {
    const pressed = "button, a[href], input, select, textarea, summary, [role=button], [role=tab]";
    const found = [];
    const visit = root => {
        for (const e of root.querySelectorAll("*")) {
            if (e.shadowRoot) visit(e.shadowRoot);
            if (!e.matches(pressed) || e.matches(exempt)) continue;
            const hit = e.matches("[type=checkbox], [type=radio]") ? e.closest("label") ?? e : e;
            const { width, height, left, right } = hit.getBoundingClientRect();
            if (!width || !height || right <= 0 || left >= innerWidth) continue;
            if (!hit.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
            if (Math.round(width) < 40 || Math.round(height) < 40) {
                const name = e.ariaLabel ?? e.title ?? "";
                found.push(`${e.tagName} "${name || e.textContent}" ${width} x ${height}`);
            }
        }
    };
    visit(document);
    return found;
}"""
#: The middles of all pictures: of canvases, charts and frames.
PICTURES = """held => {
    const found = [];
    const visit = root => {
        for (const e of root.querySelectorAll("*")) {
            if (e.shadowRoot) visit(e.shadowRoot);
            const picture = e.matches("canvas, .js-plotly-plot, iframe, .view");
            if (!picture || e.closest('[data-testid="stDataFrame"]') || e.matches(held)) continue;
            const { width, height } = e.getBoundingClientRect();
            if (width > 100 && height > 100 && e.checkVisibility()) found.push(e);
        }
    };
    visit(document);
    window.pictures = found;
    return found.map(e => `${e.tagName} ${e.className}`);
}"""


@pytest.fixture(scope="module")
def phone(browser: Any, server: Server) -> Iterator[BrowserPage]:
    """One page for the whole walk."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True
    )
    opened = watched_page(context, server.url)
    yield opened
    context.close()


def first_picture(page: Any) -> float:
    """Where it begins, pixels from the top."""
    tops = page.locator(".player canvas, .stage .view, canvas").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).filter(b => b.width > 60).map(b => b.top)"
    )
    return float(min(tops, default=float("inf")))


def swiped(page: Any, finger: Any, k: int) -> float:
    """How far the page moves when a finger strokes picture k upwards by 150 pixels."""
    page.evaluate("k => window.pictures[k].scrollIntoView({ block: 'end' })", k)
    page.wait_for_timeout(150)
    x, y, before = page.evaluate(
        "k => { const b = window.pictures[k].getBoundingClientRect(); return ["
        "b.left + b.width / 2, b.top + b.height / 2, "
        "document.querySelector('[data-testid=stMain]').scrollTop]; }",
        k,
    )
    for step in range(16):
        touches = [dict(x=x, y=y - 10 * step)]
        touch = dict(type="touchMove" if step else "touchStart", touchPoints=touches)
        finger.send("Input.dispatchTouchEvent", touch)
    finger.send("Input.dispatchTouchEvent", dict(type="touchEnd", touchPoints=[]))
    page.wait_for_timeout(150)
    after = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    return float(after - before)


def laid_out(page: Any) -> None:
    """Nothing is wider than the window, and nothing too small to be hit."""
    at_rest(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert page.evaluate(SMALL, ", ".join(EXEMPT)) == []


def passed_over(page: Any) -> None:
    """A finger on any picture scrolls the page."""
    finger = page.context.new_cdp_session(page)
    pictures = page.evaluate(PICTURES, HELD)
    moved = {f"{k} {text}": swiped(page, finger, k) for k, text in enumerate(pictures)}
    assert pictures and {text: far for text, far in moved.items() if far < 80} == {}
    finger.detach()


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES if entry.opening != "glossary"])
def test_the_page_is_made_for_a_phone(phone: BrowserPage, name: str) -> None:
    page = phone.open(f"{'' if name == HOME else name}{QUERY.get(name, '')}")
    wait(page, lambda: first_picture(page) < HEIGHT)
    at_rest(page)
    first = steady(page, page.locator(FIRST.get(name, ".st-key-page_choice")).first.bounding_box)
    assert first["y"] + min(40, first["height"]) <= HEIGHT, "what to do first is in sight"
    assert first_picture(page) <= HEIGHT / 2
    laid_out(page)
    sliders = page.locator(".player .scrub").evaluate_all("all => all.map(e => e.clientWidth)")
    assert all(width >= 100 for width in sliders if width)
    passed_over(page)
    assert not phone.exceptions() and not phone.console_errors


def test_the_results_of_a_molecule_let_a_finger_pass(phone: BrowserPage) -> None:
    page = phone.open("molecule?example=butane&n=2&torsional_steps=5")
    page.locator('.viewer[data-mode="replay"]').wait_for(timeout=60_000)
    for tab in ("Angles", "Energies", "Overlay"):
        press(page.get_by_role("tab", name=tab))
        at_rest(page)
        page.locator(
            "iframe:visible" if tab == "Overlay" else ".js-plotly-plot:visible"
        ).first.wait_for()
        passed_over(page)
    assert not phone.exceptions() and not phone.console_errors


def test_the_glossary_is_made_for_a_phone(phone: BrowserPage) -> None:
    page = phone.open("glossary")
    page.locator('[data-testid="stPageLink"]').first.wait_for()
    laid_out(page)


def test_settings_are_a_sheet_below_the_picture(phone: BrowserPage) -> None:
    page = phone.open("swiss_roll?points_n=200")
    page.locator(".player canvas").first.wait_for()
    at_rest(page)
    press(page.locator('[data-testid="stExpandSidebarButton"]'))
    sheet = page.locator('[data-testid="stSidebar"][data-collapsed="false"]')
    wait(page, lambda: HEIGHT / 3 < sheet.bounding_box()["y"] < 0.6 * HEIGHT)
    top = sheet.bounding_box()["y"]
    canvases = page.locator(".player figure canvas")
    wait(page, lambda: canvases.first.bounding_box()["y"] < top / 2)
    for k in range(2):
        box = canvases.nth(k).bounding_box()
        assert box["y"] > 0 and box["y"] + box["height"] < top, "forward and reverse are in sight"
    bar = page.locator(".player .bar").bounding_box()
    assert bar["y"] + bar["height"] <= top
    settings = page.locator('[data-testid="stSidebarUserContent"]').bounding_box()
    links = page.locator('[data-testid="stSidebarNav"]').bounding_box()
    assert settings["y"] < links["y"], "settings come before the pages"
    laid_out(page)
    handle = sheet.locator('[data-testid="stSlider"] [data-orientation] > [data-rac]').first
    handle.scroll_into_view_if_needed()
    reached = handle.evaluate("""e => {
        const { left, top, width, height } = e.getBoundingClientRect();
        return [-19, 19].every(d => e.contains(
            document.elementFromPoint(left + width / 2 + d, top + height / 2)));
    }""")
    assert reached, "a finger beside the handle of a slider takes it"

    page.reload()
    page.locator(".player canvas").first.wait_for()
    at_rest(page)
    assert page.locator('[data-testid="stSidebar"][data-collapsed="true"]').count() == 1
    assert not phone.exceptions() and not phone.console_errors


#: An exercise of each page.
EXERCISES = {
    "one_dimension": "early_end",
    "swiss_roll": "ten_steps",
    "helix": "ten_steps",
    "noise_schedules": "cliff",
    "samplers": "five_steps",
    "own_data": "too_early",
    "exact_learned": "hard",
    "polymer": "corner&lab=map",
}


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_leaves_the_picture_in_sight(phone: BrowserPage, name: str) -> None:
    page = phone.open(f"{name}?try={EXERCISES[name]}")
    card = page.locator(".st-key-exercise")
    card.wait_for(timeout=60_000)
    assert place(card)["height"] <= 70
    seen = "How high the first picture stands: {}"
    wait(
        page,
        lambda: first_picture(page) <= 0.6 * HEIGHT,  # a picture is drawn again where numbers come
        tell=lambda: seen.format(first_picture(page)),
    )
    question = card.get_by_text("Question:")
    assert not question.is_visible()
    press(card.locator(".de-fold summary"))
    question.wait_for()
    press(card.locator(".de-fold summary"))
    wait(page, lambda: not question.is_visible())
    assert not phone.exceptions() and not phone.console_errors


def test_a_finger_on_the_words_of_a_card_opens_its_page(phone: BrowserPage) -> None:
    page = phone.open("")
    at = middle(page.locator('[class*="st-key-card_route_2"] p').last)
    link = page.evaluate_handle("([x, y]) => document.elementFromPoint(x, y).closest('a')", at)
    assert link.as_element(), "the whole card is a link"
    page.mouse.click(*at)
    page.wait_for_url("**/swiss_roll**")
