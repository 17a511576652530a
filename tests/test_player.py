"""The player: what Python sends, and how the canvas behaves in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from pages.ui import player as module
from pages.ui.player import (
    Arrows,
    Bars,
    Chains,
    Curve,
    Heat,
    Line,
    Panel,
    Paths,
    Points,
    Scene,
    Streams,
)
from tests.conftest import BrowserPage, Server, frames_differ
from tests.player_harness import open_harness

F, N = 6, 5


def scene(*layers: module.Layer) -> Scene:
    return Scene([Panel("P", list(layers), (0, 1), (0, 1))], [f"t = {k}" for k in range(F)])


def test_arrays_travel_as_columns_of_float32() -> None:
    xy = np.random.default_rng(0).normal(size=(F, N, 2))
    head, arrays = module.pack(scene(Points(xy, c=np.arange(N))))
    layer = head["scene"]["panels"][0]["layers"][0]
    assert layer["kind"] == "Points"
    assert layer["xy"]["shape"] == (F, N, 2)
    column = arrays[layer["xy"]["array"]]
    assert column.dtype == np.float32
    np.testing.assert_allclose(column.reshape(F, N, 2), xy, rtol=1e-6)
    assert len(arrays[layer["c"]["array"]]) == N


def test_large_arrays_travel_in_half_the_bytes() -> None:
    xy = np.random.default_rng(0).normal(size=(F, 1000, 2))
    xy[1, 2] = np.nan
    head, arrays = module.pack(scene(Points(xy)))
    sent = head["scene"]["panels"][0]["layers"][0]["xy"]
    column = arrays[sent["array"]]
    assert column.dtype == np.int16
    back = np.where(column == -32768, np.nan, column * sent["step"]).reshape(F, 1000, 2)
    np.testing.assert_allclose(back, xy, atol=np.nanmax(np.abs(xy)) / 65_000)


def test_every_layer_packs() -> None:
    layers = [
        Points(np.zeros((F, N, 2))),
        Chains(np.zeros((1, 2, N, 3)), c=np.zeros(N)),
        Paths(np.arange(F), np.zeros((F, N))),
        Bars(np.arange(N + 1), np.zeros((F, N))),
        Curve(np.arange(N)[None], np.zeros((F, N)), cursor=True),
        Heat(np.zeros((F, 3, 4)), (0, 1, 0, 1), cover=np.ones((1, 3, 4))),
        Streams(np.zeros((F, 3, N, 2))),
        Arrows(np.zeros((1, N, 2)), np.zeros((F, N, 2))),
        Line(0, 0, 1, 1, label="level"),
    ]
    packed = module.pack(scene(*layers))[0]["scene"]["panels"][0]["layers"]
    assert [layer["kind"] for layer in packed] == [type(layer).__name__ for layer in layers]


def test_a_role_becomes_a_colour_for_each_theme() -> None:
    head, _ = module.pack(scene(Line(0, 0, 1, 1, colour="model")))
    light, dark = head["scene"]["panels"][0]["layers"][0]["colour"]
    assert light.startswith("#")
    assert light != dark
    assert module._colour("#123456") == ["#123456", "#123456"]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Points(np.zeros((F - 1, N, 2))), "has 5 frames, the scene 6"),
        (Points(np.zeros((N, 2))), "has shape"),
        (Heat(np.zeros((2, 3, 4)), (0, 1, 0, 1)), "has 2 frames"),
        (Curve(np.zeros(N), np.zeros((1, N))), "has shape"),
        (Streams(np.zeros((F, N, 2))), "has shape"),
        (Heat(np.zeros((F, 3, 4)), (0, 1, 0, 1), cover=np.ones((2, 3, 4))), "has 2 frames"),
    ],
)
def test_a_wrong_shape_is_refused(layer: module.Layer, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        module.pack(scene(layer))


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
    page.locator(f'.player[data-{name}="{value}"]').wait_for(timeout=5000)


@pytest.mark.browser
def test_it_plays_by_itself_and_the_picture_moves(stage: Any) -> None:
    wait_for(stage, "playing", "true")
    assert frames_differ(stage, ".player canvas", wait_ms=900)


@pytest.mark.browser
def test_pause_holds_the_picture_and_play_goes_on(stage: Any) -> None:
    stage.get_by_role("button", name="Pause").click()
    wait_for(stage, "playing", "false")
    assert not frames_differ(stage, ".player canvas", wait_ms=300)
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
    stage.wait_for_function(
        "Number(document.querySelector('#host').shadowRoot"
        ".querySelector('.player').dataset.frame) < 29"
    )


@pytest.mark.browser
def test_new_data_keep_the_clock(stage: Any) -> None:
    stage.get_by_role("slider", name="Time").fill("20")
    stage.get_by_label("Speed").select_option("2")
    before = stage.locator(".player canvas").screenshot()
    stage.evaluate("window.show({ frames: 40, count: 300, seconds: 2 })")
    stage.wait_for_timeout(200)
    assert position(stage) == 20
    assert attribute(stage, "playing") == "false"
    assert stage.get_by_label("Speed").input_value() == "2"
    assert before != stage.locator(".player canvas").screenshot()
    stage.evaluate("window.show({ frames: 79, count: 300, seconds: 2 })")
    stage.wait_for_timeout(200)
    assert position(stage) == 40


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
def test_panels_stand_side_by_side_or_stacked(stage: Any) -> None:
    stage.evaluate("window.show({ frames: 40, count: 100, panels: 2 })")
    boxes = [stage.locator("figure").nth(k).bounding_box() for k in range(2)]
    assert boxes[0]["y"] == boxes[1]["y"]
    stage.set_viewport_size({"width": 390, "height": 800})
    stage.wait_for_timeout(200)
    boxes = [stage.locator("figure").nth(k).bounding_box() for k in range(2)]
    assert boxes[0]["x"] == boxes[1]["x"]
    assert boxes[1]["y"] > boxes[0]["y"] + 200
    assert stage.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_the_labels_of_an_axis_are_the_values_of_its_ticks(stage: Any) -> None:
    """To half a per cent of a step, for every step that ``ticks`` chooses."""
    wide = [scale * 10.0**power for power in range(-3, 4) for scale in (1, 1.3, 2, 3, 4, 6, 8)]
    axes = stage.evaluate(
        "async wide => { const { ticks, tickLabel } = await import('/assets/js/player-axes.js');"
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
    assert frames_differ(page, ".player canvas", wait_ms=1200)
    assert browser_page.exceptions() == []
    assert browser_page.foreign_requests == []
