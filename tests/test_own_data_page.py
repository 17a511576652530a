"""The page of the reader's own data: drawing, files, trouble in a sentence, training."""

from __future__ import annotations

import io
import runpy
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine import own_drawing
from engine.learn import FitOptions
from engine.noise import Cosine
from engine.own_points import OwnPoints
from engine.sample import DDIM
from pages.ui import course, own_film, own_source, takeaway
from pages.ui.own_film import Play
from pages.ui.taken import Taken
from tests.conftest import BrowserPage, frames_differ, settle

PAGE = "own_data"
FAST = dict(points_n="100", noise_T="20", fit_steps="100", fit_width="16", fit_batch_size="32")
DOT = own_drawing.encode([own_drawing.stroke([(0, 0)], width=0, density=1)])
STAR = own_drawing.STARTERS["star"].text


def silent(done: float, total: float, partial: object = None, message: str = "") -> None:
    """A report that nobody reads."""
    assert 0 <= done <= total


def with_file(app: AppTest, name: str, data: bytes) -> AppTest:
    """The page after the reader has brought a file."""
    app.session_state[own_source.FILE] = own_source.File(name, data, f"{name} {len(data)}")
    return settle(app.run())


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def table(n: int = 200) -> bytes:
    xy = np.random.default_rng(0).normal(size=(n, 2)) * [2, 300] + [50, 1e4]
    return ("cm,kg\n" + "\n".join(f"{x:.4f},{y:.2f}" for x, y in xy)).encode()


# --------------------------------------------------------------------------------------- the film


def test_without_a_network_the_film_only_gives_points_back() -> None:
    own = OwnPoints(own_drawing.points(own_drawing.decode(STAR)), ("x", "y"), True)
    made = own_film.film(silent, Play(own, Cosine(T=100), DDIM(), None, 200, 0))
    ends = torch.cdist(made.reverse[-1], own.train()[: own_film.STORED]).min(dim=1).values
    assert float(ends.median()) < 0.02
    assert made.forward.shape == made.reverse.shape == (101, 200, 2)


def test_a_trained_network_comes_near_points_that_it_has_not_seen() -> None:
    """Far nearer than an untrained one, which draws from N(0, I), and no nearer than chance."""
    own = OwnPoints(own_drawing.points(own_drawing.decode(STAR)), ("x", "y"), True)
    verdicts = []
    for steps in (1, 600):
        options = FitOptions(steps=steps, batch_size=256, width=64, learning_rate=4e-3)
        run = course.train(silent, course.Course(own, options, 0))
        play = Play(own, Cosine(T=100), DDIM(20), run.denoiser, 200, 0)
        verdicts.append(own_film.quality(silent, play))
    untrained, trained = verdicts
    assert trained.ratio.n == len(own.held_out()) and trained.ratio.mean < untrained.ratio.mean
    assert 0.5 * trained.held_out < trained.samples < 0.75 * untrained.samples


def test_the_exact_denoiser_is_found_out_by_the_nearest_points() -> None:
    own = OwnPoints(own_drawing.points(own_drawing.decode(STAR)), ("x", "y"), True)
    found = own_film.quality(silent, Play(own, Cosine(T=100), DDIM(), None, 200, 0))
    assert found.samples < 0.4 * found.held_out


# --------------------------------------------------------------------------------------- the page


def test_the_page_opens_with_a_drawing_and_a_film(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, **FAST))
    assert not app.exception and not app.error
    assert "1,113 points, standardised, one scale for both" in captions(app)
    assert own_source.DRAWING not in app.query_params, "the first drawing needs no words"
    keys = {"source", "schedule", "noise_T", "sampler", "steps", "points_n", "seed"}
    keys |= {"fit_steps", "fit_seed"}
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.segmented_control]
    assert {widget.key for widget in widgets} >= keys


def test_a_link_brings_the_drawing_and_the_rest(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, drawing=STAR, seed="7", fit_seed="3", **FAST))
    assert not app.exception and not app.error
    drawn = own_drawing.points(own_drawing.decode(STAR))
    assert captions(app).startswith(f"{len(drawn):,} points")
    assert (app.session_state["seed"], app.session_state["fit_seed"]) == (7, 3)
    assert app.query_params[own_source.DRAWING] in (STAR, [STAR])


def test_a_broken_link_is_told_and_shows_another_drawing(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, drawing="nonsense!", **FAST))
    assert not app.exception
    assert "cannot be read" in app.error[0].value and "1,113 points" in captions(app)


def test_an_empty_canvas_invites_and_one_place_is_too_few(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, drawing="", **FAST))
    assert not app.exception and "Draw something" in app.info[0].value
    app = settle(open_page(PAGE, drawing=DOT, **FAST))
    assert not app.exception and "at least two" in app.error[0].value


def test_a_drawing_too_long_for_a_link_is_said_to_be(open_page: Callable[..., AppTest]) -> None:
    long = ".".join([STAR] * 20)
    app = settle(open_page(PAGE, drawing=long, **FAST))
    assert not app.exception and not app.error
    assert "too long for the address" in captions(app)
    assert own_source.DRAWING not in app.query_params


def test_training_gives_samples_a_distance_and_a_table(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, **FAST))
    assert not app.metric
    app.button(key="fit_start").click()
    app = settle(app.run())
    assert not app.exception and not app.error
    assert "100 updates in" in captions(app)
    assert app.metric[0].label == "Energy distance over floor"
    assert any("Samples as CSV" in str(part.proto) for part in app.get("download_button"))


def test_a_paused_training_goes_on_where_it_was(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, **{**FAST, "fit_steps": "6000"}))
    app.button(key="fit_start").click()
    app.run()
    (name,) = [n for n in app.session_state["_jobs"] if n.startswith("train_own_")]
    at = app.session_state[f"_course_{name.removeprefix('train_')}"]

    def wait_for(step: int) -> None:
        while at.step < step:
            app.session_state["_jobs"][name].wait(0.01)

    wait_for(20)
    app.button(key="fit_pause").click()
    app = settle(app.run())
    stopped = at.step
    assert not app.exception and 20 <= stopped < 6000
    assert f"Paused at update {stopped:,} of 6,000." in captions(app)
    assert at.run.step == stopped and f"{stopped:,} updates in" in captions(app)
    app.button(key="fit_resume").click()
    app.run()
    wait_for(stopped + 20)
    app.button(key="fit_pause").click()
    app = settle(app.run())
    assert not app.exception and at.step > stopped
    assert f"{at.step:,} updates in" in captions(app)


def test_other_points_pause_a_training_and_wait_for_their_return(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, **{**FAST, "fit_steps": "6000"}))
    app.button(key="fit_start").click()
    app.run()
    (name,) = [n for n in app.session_state["_jobs"] if n.startswith("train_own_")]
    app.session_state["source"] = "file"
    app = with_file(app, "a.csv", table())
    assert app.session_state["_jobs"][name].status == "cancelled"
    assert "Paused" not in captions(app)


# ------------------------------------------------------------------------------------------ files


def test_a_table_is_read_shown_in_its_units_and_not_carried_by_a_link(
    open_page: Callable[..., AppTest],
) -> None:
    app = with_file(open_page(PAGE, source="Upload", **FAST), "a.csv", table())
    assert not app.exception and not app.error
    said = captions(app)
    assert "200 points, standardised, each column by itself: cm = " in said
    assert "A link to this page cannot carry a file" in said
    app.button(key="fit_start").click()
    app = settle(app.run())
    assert not app.exception and app.metric


def test_of_three_columns_two_are_chosen(open_page: Callable[..., AppTest]) -> None:
    rows = "\n".join(f"a{k},{k},{k * k},{-k}" for k in range(30))
    app = with_file(open_page(PAGE, source="Upload", **FAST), "a.csv", f"n,x,y,z\n{rows}".encode())
    assert not app.exception and "x = " in captions(app) and "y = " in captions(app)
    app.selectbox(key="own_x").set_value("z")
    app = settle(app.run())
    assert "z = " in captions(app)
    app.selectbox(key="own_x").set_value("n")
    app = settle(app.run())
    assert not app.exception and "'a0', which is not a number" in app.error[0].value


def test_an_image_becomes_points(open_page: Callable[..., AppTest]) -> None:
    out = io.BytesIO()
    Image.fromarray(np.tri(40, 60, dtype=np.uint8) * 255).save(out, "PNG")
    query = dict(source="Upload", ink_n="1000", **FAST)
    app = with_file(open_page(PAGE, **query), "a.png", out.getvalue())
    assert not app.exception and not app.error
    assert "1,000 points, standardised, one scale for both: x, pixels = " in captions(app)


def white() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "white").save(out, "PNG")
    return out.getvalue()


TROUBLE = [
    ("a.csv", b"", "The file is empty."),
    ("a.csv", b"x,y\n1,2\n", "only one point"),
    ("a.csv", b"x,y\n1,2\nnan,3\n", "Row 2 of x is missing"),
    ("a.csv", b"x,y\n1,2\n3,inf\n", "Row 2 of y is infinite"),
    ("a.csv", b"x,y\n1,2\n3,2\n", "y is 2 in every row"),
    ("a.csv", b"x,y\nred,green\n", "'red', which is not a number"),
    ("a.pdf", b"%PDF", "neither a table"),
    ("a.png", b"%PDF", "not an image"),
    ("a.png", white(), "blank"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), TROUBLE)
def test_trouble_is_one_sentence_and_the_page_stands(
    open_page: Callable[..., AppTest], name: str, data: bytes, sentence: str
) -> None:
    app = with_file(open_page(PAGE, source="Upload", **FAST), name, data)
    assert not app.exception
    assert len(app.error) == 1 and sentence in app.error[0].value


def image() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.tri(40, 60, dtype=np.uint8) * 200).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("name", ["", "a b's.csv", "a.png"])
def test_the_script_of_the_page_makes_its_arrays_again(
    open_page: Callable[..., AppTest],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    trained: bool,
) -> None:
    """From the drawing in the script or the file beside it; arrays in the units that came in."""
    seen: list[Taken] = []
    draw = takeaway.show
    monkeypatch.setattr(
        takeaway, "show", lambda *args, **looks: (seen.append(args[3]), draw(*args, **looks))
    )
    query = {**FAST, "fit_steps": "100", "seed": "4", "take": "true"}
    app = settle(open_page(PAGE, source="Upload" if name else "Draw", **query))
    if name:
        data = table() if name.endswith("csv") else image()
        (tmp_path / name).write_bytes(data)
        app = with_file(app, name, data)
    if trained:
        app.button(key="fit_start").click()
        app = settle(app.run())
    assert not app.exception and not app.error
    made = seen[-1]
    monkeypatch.chdir(tmp_path)
    Path("again.py").write_text(made.script, encoding="utf-8")
    runpy.run_path("again.py", run_name="__main__")
    again = np.load("own_data.npz")
    assert set(again) == set(made.arrays)
    for key, shown in made.arrays.items():
        assert np.array_equal(again[key], np.asarray(shown.values)), f"{key} differs"
    if name.endswith("csv"):
        assert made.arrays["forward"].values[0].mean(axis=0) == pytest.approx([50, 1e4], rel=0.01)


# ---------------------------------------------------------------------------------------- browser


@pytest.mark.browser
def test_in_a_browser_one_draws_trains_pauses_and_resumes(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?points_n=200&fit_steps=6000&fit_width=64&fit_batch_size=256")
    canvas = page.locator(".drawing canvas")
    canvas.wait_for(timeout=60_000)
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Draw something").wait_for(timeout=30_000)
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for k in range(1, 30):
        page.mouse.move(box["x"] + 60 + 9 * k, box["y"] + 60 + 40 * (k % 2))
    page.mouse.up()
    page.wait_for_url("**drawing=I*", timeout=30_000)
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.down("Shift")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.up("Shift")
    page.wait_for_function("() => location.search.split('.').length === 3", timeout=30_000)
    # The browser's points are those of the engine.
    (text,) = parse_qs(urlparse(page.url).query)[own_source.DRAWING]
    drawn = own_drawing.points(own_drawing.decode(text))
    shown = page.locator(".drawing")
    assert int(shown.get_attribute("data-points")) == len(drawn)
    assert float(shown.get_attribute("data-sum")) == pytest.approx(drawn.sum(), abs=1e-3)
    page.keyboard.press("Backspace")
    page.wait_for_function("() => location.search.split('.').length === 2", timeout=30_000)

    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Drawn by the network after").wait_for(timeout=60_000)
    assert frames_differ(page, ".cloud canvas", wait_ms=2500)
    page.get_by_role("button", name="Pause training").click()
    page.get_by_text("Paused at update").wait_for(timeout=30_000)
    paused = page.get_by_text("Paused at update").inner_text()
    page.get_by_text("Reverse, your network").wait_for(timeout=30_000)
    assert frames_differ(page, ".player canvas", index=1)
    assert page.get_by_text("Paused at update").inner_text() == paused
    page.get_by_role("button", name="Resume training").click()
    page.get_by_text("6,000 updates in").wait_for(timeout=180_000)
    page.get_by_text("Energy distance over floor").wait_for(timeout=60_000)
    with page.expect_download() as caught:
        page.get_by_role("button", name="Samples as CSV").click()
    lines = caught.value.path().read_text().splitlines()
    assert lines[0] == "x,y" and len(lines) == 201
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
    assert not browser_page.foreign_requests


@pytest.mark.browser
def test_back_leads_to_the_page_before_and_not_through_the_strokes(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open("swiss_roll")
    page.get_by_role("link", name="Your own data").first.click()
    page.locator("h1", has_text="Your own data").wait_for(timeout=30_000)
    for name in ("Heart", "Star", "Smile"):
        before = page.url
        page.get_by_role("button", name=name).click(timeout=60_000)
        page.wait_for_function("url => location.href !== url", arg=before, timeout=30_000)
        page.wait_for_timeout(1500)  # the server has its say about the address, too
    assert own_source.DRAWING not in parse_qs(urlparse(page.url).query)
    page.go_back()
    page.locator("h1", has_text="Swiss roll").wait_for(timeout=30_000)
