"""How the player's canvas behaves in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import BrowserPage, Server, moves, wait
from tests.player_harness import open_harness

# ---------------------------------------------------------------------------------------------
# In the browser, without Streamlit.


@pytest.fixture
def stage(browser: Any, server: Server) -> Iterator[Any]:
    """A playing scene of 300 points, 40 frames, two seconds a pass."""
    context = browser.new_context(viewport={"width": 900, "height": 700})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield open_harness(page, server.url, frames=40, count=300, seconds=2)
    context.close()
    assert errors == []


def position(page: Any) -> float:
    return float(page.locator(".player").get_attribute("data-frame"))


def attribute(page: Any, name: str) -> str:
    return page.locator(".player").get_attribute(f"data-{name}")


def wait_for(page: Any, name: str, value: str) -> None:
    page.locator(f'.player[data-{name}="{value}"]').wait_for(timeout=60_000)


@pytest.mark.browser
def test_it_plays_by_itself_and_the_picture_moves(stage: Any) -> None:
    wait_for(stage, "playing", "true")
    moves(stage, ".player canvas")


@pytest.mark.browser
def test_pause_holds_the_picture_and_play_goes_on(stage: Any) -> None:
    stage.get_by_role("button", name="Pause").click()
    wait_for(stage, "playing", "false")
    canvas = stage.locator(".player canvas").first
    before = canvas.screenshot()
    stage.wait_for_timeout(300)
    assert canvas.screenshot() == before
    stage.get_by_role("button", name="Play", exact=True).click()
    wait_for(stage, "playing", "true")


@pytest.mark.browser
def test_scrubbing_pauses_at_that_frame_and_says_its_time(stage: Any) -> None:
    stage.get_by_role("slider", name="Time").fill("20")
    wait_for(stage, "playing", "false")
    assert position(stage) == 20
    assert stage.locator(".time").inner_text() == "t = 20"


@pytest.mark.browser
def test_keys_step_jump_and_toggle(stage: Any) -> None:
    stage.get_by_role("slider", name="Time").fill("10")
    stage.locator(".player").focus()
    for key, frame in [("ArrowRight", 11), ("ArrowLeft", 10), ("Home", 0), ("End", 39)]:
        stage.keyboard.press(key)
        wait_for(stage, "frame", f"{frame:.2f}")
    stage.keyboard.press("Space")
    wait_for(stage, "playing", "true")
    stage.keyboard.press("Space")
    wait_for(stage, "playing", "false")


@pytest.mark.browser
def test_the_direction_turns(stage: Any) -> None:
    stage.get_by_role("slider", name="Time").fill("30")
    stage.locator(".turn").click()
    wait_for(stage, "direction", "reverse")
    wait(stage, lambda: position(stage) < 29)


@pytest.mark.browser
def test_new_data_keep_the_clock(stage: Any) -> None:
    stage.get_by_role("slider", name="Time").fill("20")
    stage.get_by_label("Speed").select_option("2")
    before = stage.locator(".player canvas").screenshot()
    stage.evaluate("window.show({ frames: 40, count: 300, seconds: 2 })")
    wait(stage, lambda: before != stage.locator(".player canvas").screenshot())
    assert position(stage) == 20
    assert attribute(stage, "playing") == "false"
    assert stage.get_by_label("Speed").input_value() == "2"
    stage.evaluate("window.show({ frames: 79, count: 300, seconds: 2 })")
    wait_for(stage, "frame", "40.00")


@pytest.mark.browser
def test_no_data_keep_the_picture(stage: Any) -> None:
    stage.get_by_role("slider", name="Time").fill("20")
    stage.wait_for_timeout(100)
    before = stage.locator(".player canvas").screenshot()
    stage.evaluate("window.keep()")
    assert before == stage.locator(".player canvas").screenshot()


@pytest.mark.browser
def test_without_loop_it_stops_at_the_end(stage: Any) -> None:
    stage.locator(".loop").click()
    stage.get_by_role("slider", name="Time").fill("36")
    stage.get_by_role("button", name="Play", exact=True).click()
    wait_for(stage, "frame", "39.00")
    wait_for(stage, "playing", "false")


@pytest.mark.browser
def test_unmount_leaves_nothing_behind(stage: Any) -> None:
    left = stage.evaluate("""async () => {
        const host = document.getElementById("host");
        host.remove();
        window.unmount();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return host.shadowRoot.querySelectorAll(".player").length;
    }""")
    assert left == 0


@pytest.mark.browser
def test_the_cleanup_of_an_overtaken_call_does_no_harm(stage: Any) -> None:
    stage.evaluate("""() => {
        window.show({ frames: 40, count: 100 });
        const overtaken = window.unmount;
        window.show({ frames: 40, count: 100 });
        overtaken();
    }""")
    assert stage.locator(".player").count() == 1


@pytest.mark.browser
def test_two_panels_stand_side_by_side_also_in_a_narrow_window(stage: Any) -> None:
    stage.evaluate("window.show({ frames: 40, count: 100, panels: 3 })")

    def rows() -> list[int]:
        tops = [stage.locator("figure").nth(k).bounding_box()["y"] for k in range(3)]
        return [tops.count(top) for top in sorted(set(tops))]

    stage.set_viewport_size({"width": 1200, "height": 800})
    wait(stage, lambda: rows() == [3])
    stage.set_viewport_size({"width": 390, "height": 800})
    wait(stage, lambda: rows() == [2, 1])
    assert stage.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_the_labels_of_an_axis_are_the_values_of_its_ticks(stage: Any) -> None:
    """To half a per cent of a step, for every step that ``ticks`` chooses."""
    wide = [scale * 10.0**power for power in range(-3, 4) for scale in (1, 1.3, 2, 3, 4, 6, 8)]
    axes = stage.evaluate(
        "async wide => { const { ticks, tickLabel } = await import('/assets/js/player/axes.js');"
        " return wide.map(to => { const { values, step } = ticks(0, to, 4);"
        " return [step, values, values.map(value => tickLabel(value, step))]; }); }",
        wide,
    )
    assert {2.5, 0.25, 25} <= {step for step, _, _ in axes}
    for step, values, labels in axes:
        assert [float(label) for label in labels] == pytest.approx(values, abs=0.005 * step)


@pytest.mark.browser
def test_reduced_motion_starts_paused(browser: Any, server: Server) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = open_harness(context.new_page(), server.url, frames=40, count=100)
    wait_for(page, "playing", "false")
    assert position(page) == 0
    context.close()


@pytest.mark.browser
def test_it_moves_on_the_landing_page(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    page.locator(".player canvas").first.wait_for(timeout=30_000)
    wait_for(page, "playing", "true")
    moves(page, ".player canvas")
    assert browser_page.exceptions() == []
    assert browser_page.foreign_requests == []
