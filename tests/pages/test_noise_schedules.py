"""The noise schedules page: controls, address, true readings, journeys in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.experiments.schedule_race import Cost
from engine.noise import SCHEDULES, Cosine, Drawn, Linear, Schedule, Sigmoid
from pages.sections.noise_schedules.end_table import verdict
from pages.ui.components import schedule_editor
from pages.ui.wording import number, plain
from tests.conftest import (
    BrowserPage,
    Server,
    from_sources,
    middle,
    moves,
    press,
    settle,
    slide_left,
    watched_page,
)
from tests.experiments.test_schedule_race import shown

PAGE = "noise_schedules"
SHOWN = ["linear", "cosine", "laplace", "own"]


def rows(app: AppTest) -> dict[str, list[str]]:
    """The table of ends: label of the lane -> its cells, without marks."""
    (body,) = [html.proto.body for html in app.get("html") if "de-table" in html.proto.body]
    found = {}
    for row in body.split("<tr class")[1:]:
        cells = [_plain(cell) for cell in row.split("<td>")[1:]]
        found[cells[0]] = cells[1:]
    return found


def _plain(cell: str) -> str:
    text, inside = "", False
    for letter in cell:
        inside = letter == "<" or (inside and letter != ">")
        text += "" if inside or letter == ">" else letter
    return text


def left(app: AppTest) -> dict[str, str]:
    """Signal left, by the table."""
    return {label: cells[0] for label, cells in rows(app).items()}


def test_the_page_opens_with_four_schedules(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE))
    assert not app.exception and not app.error
    chosen: list[Schedule] = [SCHEDULES[key](T=100) for key in SHOWN[:3]]
    wanted = {s.label: number(s.signal_left) for s in [*chosen, Drawn(100)]}
    assert left(app) == wanted
    assert all(cells[-1].endswith("×") for cells in rows(app).values()), "costs were measured"
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.number_input, *app.toggle]
    widgets += [*app.text_input]
    keys = {"data", "all_T", "mode", "show_place", "shown", "points_n", "seed", "zero", "back"}
    keys |= {"denoiser", "linear_beta_max", "cosine_s", "laplace_b", "own"}
    assert {widget.key for widget in widgets} >= keys
    assert all(widget.help for widget in widgets if widget.key in keys)


def test_linear_keeps_what_the_lesson_says(open_page: Callable[..., AppTest]) -> None:
    """Linear at T = 50, 100, 200; the other numbers follow from the signal left."""
    for T, value in ((50, "0.60"), (100, "0.36"), (200, "0.13")):
        app = settle(open_page(PAGE, all_T=str(T), shown="Linear", points_n="100"))
        signal = Linear(T=T).signal_left
        kept, snr = number(signal**0.5), number(signal / (1 - signal))
        assert rows(app)["Linear"][:4] == [value, kept, snr, "not yet noise"]
        assert any("**Linear** stops with" in text.value for text in app.markdown)


def test_a_parameter_changes_its_reading(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, points_n="100", all_T="30", shown="Sigmoid"))
    app.slider(key="sigmoid_beta_max").set_value(0.2)
    app = settle(app.run())
    assert left(app) == {"Sigmoid": number(Sigmoid(T=30, beta_max=0.2).signal_left)}


def test_zero_terminal_snr_leaves_nothing(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, zero="On", all_T="20", points_n="100"))
    assert not app.exception
    assert len(rows(app)) == 4
    for label, cells in rows(app).items():
        assert label.endswith(", to zero") and cells[:4] == ["0", "0", "0", "yes"]


def test_both_puts_each_beside_its_twin(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, zero="Both", all_T="20", points_n="100"))
    assert not app.exception
    plain = number(Linear(T=20).signal_left), number(Cosine(T=20).signal_left)
    assert left(app) == {
        "Linear": plain[0], "Linear, to zero": "0", "Cosine": plain[1], "Cosine, to zero": "0"
    }  # fmt: skip
    assert any("no room for Laplace and Your own" in text.value for text in app.caption)


def test_a_fifth_schedule_takes_the_place_of_the_first(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, all_T="20", points_n="100"))
    app.button_group(key="shown").set_value([*SHOWN, "quadratic"])
    app = settle(app.run())
    assert app.session_state["shown"] == ["cosine", "laplace", "own", "quadratic"]
    assert set(left(app)) == {"Cosine", "Laplace", "Your own", "Quadratic"}


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    app = settle(
        open_page(
            PAGE, data="Moons", all_T="40", mode="True path", seed="8", points_n="100",
            zero="On", back="DDIM", denoiser="Exact", own="0.3,0.9 1,0.2",
        )
    )  # fmt: skip
    assert not app.exception
    wanted = dict(data="moons", all_T=40, mode="markov", seed=8, zero="on", back="ddim")
    wanted |= dict(denoiser="exact", own="0.3,0.9 1,0.2")
    assert {key: app.session_state[key] for key in wanted} == wanted


def test_ones_own_curve_comes_from_the_address(open_page: Callable[..., AppTest]) -> None:
    app = settle(
        open_page(PAGE, own="0.3,0.9 1,0.25", shown="Your own", all_T="30", points_n="100")
    )
    assert not app.error
    assert left(app) == {"Your own": "0.25"}


def test_points_that_make_no_curve_get_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, shown="Your own", all_T="20", points_n="100")
    for text, word in (
        ("0.5;0.5", "written as"),
        ("0.5,0.5", "last point"),
        ("0.5,0.2 1,0.4", "falls"),
        ("", "1 to"),
    ):
        app.text_input(key="own").set_value(text)
        app = settle(app.run())
        assert not app.exception
        assert word in app.error[0].value
        assert left(app) == {"Your own": number(Drawn(20).signal_left)}


def test_points_are_read_as_they_are_written() -> None:
    some = ((0.123, 0.987), (0.5, 0.004), (1.0, 0.0))
    assert schedule_editor.read(schedule_editor.written(some)) == some
    assert schedule_editor.read(schedule_editor.DEFAULT) == Drawn().points


@pytest.mark.parametrize("lesson", ["thirty_steps", "stretched", "no_noise", "cliff"])
def test_every_lesson_is_a_race(open_page: Callable[..., AppTest], lesson: str) -> None:
    app = open_page(PAGE, shown="Linear", all_T="20", points_n="100")
    app.button(key=f"try_{lesson}").click()
    app = settle(app.run())
    assert not app.exception and not app.error
    assert len(rows(app)) >= 2


def test_no_schedule_at_all_gets_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, all_T="20", points_n="100"))
    app.button_group(key="shown").set_value([])
    app = settle(app.run())
    assert not app.exception
    assert "at least one schedule" in app.info[0].value


def test_betas_that_fall_get_a_sentence(open_page: Callable[..., AppTest]) -> None:
    app = settle(
        open_page(PAGE, linear_beta_min="0.01", linear_beta_max="0.005", all_T="20", points_n="100")
    )
    assert not app.exception
    assert plain("0 < beta_min < beta_max < 1") in app.error[0].value


# ----------------------------------------------------------------------------------- the numbers


def test_the_verdict_tells_the_end_from_the_steps() -> None:
    both = [shown("early", Linear(T=30)), shown("coarse", Cosine(T=30), dash=True)]
    text = verdict(both, [Cost(9.0, 1.0), Cost(4.0, 4.0)])
    assert "**Early** stops with 0.86" in text and "is the cost of stopping" in text
    assert "**Coarse** is inaccurate even from the correct start" in text
    assert "reaches noise" in verdict(both[1:], [Cost(1.0, 1.0)])
    assert "little difference" in verdict(both[:1], [Cost(1.2, 1.0)])


# ------------------------------------------------------------------------------------ in a browser


@pytest.mark.browser
def test_in_a_browser_the_schedules_race_and_a_slider_answers(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?points_n=300")
    page.locator(".player canvas").first.wait_for(timeout=60_000)
    moves(page, ".player canvas", 0)
    moves(page, ".player canvas", 1)
    forward = page.locator(".player").first.locator("canvas")
    assert forward.count() == 7, "four clouds, and betas, alpha_bars and log-SNR below them"
    moves(page, ".player canvas", 5)
    slide_left(page, "Steps T, for all", 90)
    page.get_by_text(number(Linear(T=90).signal_left)).first.wait_for(timeout=60_000)
    assert "all_T=90" in page.url
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests


def shown_points(page: Any) -> list[list[float]]:
    """Where the control points stand in the browser."""
    return json.loads(page.locator(".editor").get_attribute("data-points"))


@pytest.mark.browser
def test_in_a_browser_a_point_is_dragged_and_the_link_keeps_it(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?points_n=100&all_T=20&shown=Linear&shown=Your+own")
    grip = page.locator(".editor .grip").last
    grip.wait_for(timeout=60_000)
    row = page.locator(".de-table tr", has_text="Your own")
    row.get_by_text("0.050", exact=True).wait_for(timeout=60_000)
    x, y = middle(grip)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 5, y - 30, steps=6)
    page.mouse.up()
    page.wait_for_url("**own=*", timeout=60_000)
    *rest, (time, level) = shown_points(page)
    assert rest == [list(point) for point in Drawn().points[:-1]], "the others stay"
    assert time == 1 and 0.15 < level < 0.25, "the last one moves up and down alone"
    row.get_by_text(number(level), exact=True).wait_for(timeout=60_000)

    page.locator(".editor .grip").nth(1).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**own=*0.51%2C0.56*", timeout=60_000)
    moved = shown_points(page)
    assert moved[1] == [0.51, 0.56]

    page.reload()
    page.locator(".editor .grip").first.wait_for(timeout=60_000)
    assert shown_points(page) == moved
    press(page.locator(".editor").get_by_text("Reset", exact=True))
    row.get_by_text("0.050", exact=True).wait_for(timeout=60_000)
    assert shown_points(page) == [list(point) for point in Drawn().points]
    assert not browser_page.exceptions()
    assert not browser_page.console_errors


@pytest.mark.browser
def test_on_a_phone_a_finger_moves_a_point_and_not_the_page(browser: Any, server: Server) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = watched_page(context, server.url).open(f"{PAGE}?points_n=100&all_T=20&shown=Your+own")
    grip = page.locator(".editor .grip").nth(1)
    grip.wait_for(timeout=60_000)
    page.locator(".de-table").get_by_text("×").first.wait_for(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    x, y = middle(grip)
    touch = context.new_cdp_session(page)

    def put(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    put("touchStart", {"x": x, "y": y})
    for k in range(1, 16):
        put("touchMove", {"x": x, "y": y + 2 * k})
    put("touchEnd")
    page.wait_for_url("**own=*", timeout=60_000)
    _, (time, level), *_ = shown_points(page)
    height = page.locator(".editor svg").bounding_box()["height"] - 44  # of the chart itself
    assert time == 0.5 and level == pytest.approx(0.55 - 30 / height, abs=0.02)
    context.close()


@pytest.mark.browser
def test_in_a_browser_curve_and_equations_are_those_of_the_engine(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open(f"{PAGE}?points_n=100&all_T=20&shown=Linear&shown=Your+own")
    from_sources(page)
    sheet = page.locator(".sheet")
    sheet.wait_for(timeout=60_000)
    for chosen in (Drawn().points, ((0.1, 0.4), (0.2, 0.39), (1.0, 0.0)), ((1.0, 0.3),)):
        found = page.evaluate(
            "([url, points]) => import(url).then(({ curve }) =>"
            " Array.from({ length: 51 }, (_, k) => curve(points)(k / 50)))",
            ["/assets/js/schedule/curve.js", [list(point) for point in chosen]],
        )
        expected = Drawn(50, chosen).alpha_bar(torch.arange(51))
        torch.testing.assert_close(torch.tensor(found).double(), expected, rtol=0, atol=1e-6)

    player = page.locator(".player").first
    press(player.locator(".play"))  # pause
    player.locator(".scrub").fill("12")
    page.get_by_text("The three quantities at t = 12").wait_for(timeout=60_000)
    own = Drawn(20)
    written = [
        float(value.replace("−", "-")) for value in sheet.locator(".value").all_inner_texts()
    ]
    wanted = [float(table[11]) for table in (own.betas, own.alpha_bars, own.log_snr)]
    assert written[1::2] == pytest.approx(wanted, abs=6e-4), "of the second lane"
    player.locator("figure").last.hover()
    assert "logarithm of the signal-to-noise ratio" in sheet.locator(".meaning").inner_text()
    sheet.locator(".quantity").first.focus()
    assert "the variance of the noise" in sheet.locator(".meaning").inner_text()


@pytest.mark.browser
def test_where_points_stand_too_close_the_curve_stays_a_schedule(
    browser_page: BrowserPage,
) -> None:
    """No place is offered to a point that would break the rule; there is room for one at first."""
    low = "0.25,0.006 0.5,0.004 0.75,0.002 1,0"
    page = browser_page.open(f"{PAGE}?points_n=100&all_T=20&shown=Your+own&own={quote(low)}")
    add = page.get_by_role("button", name="Add", exact=True)
    page.locator(".editor .grip").nth(3).wait_for(timeout=60_000)
    added = 0
    while add.is_enabled():
        press(add)
        added += 1
    assert 1 <= added <= 4
    points = shown_points(page)
    page.wait_for_url("**own=*0.125*", timeout=30_000)
    assert Drawn(20, tuple(map(tuple, points))).points[-1] == (1, 0)

    near = "0.45,0.9 0.46,0.8 0.47,0.3 1,0"
    page = browser_page.open(f"{PAGE}?points_n=100&all_T=20&shown=Your+own&own={quote(near)}")
    grip = page.locator(".editor .grip").nth(1)
    grip.wait_for(timeout=60_000)
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown"):
        grip.press(key)
    page.wait_for_url("**own=*0.79*", timeout=30_000)
    assert [tuple(point) for point in shown_points(page)][:2] == [(0.45, 0.9), (0.46, 0.79)]
    assert page.locator('[data-testid="stAlert"]').count() == 0
