"""The page of a user's own data: drawing, files, trouble in a sentence, training."""

from __future__ import annotations

import io
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.data.own import drawing
from engine.data.own.points import OwnPoints
from engine.denoisers import FitOptions
from engine.experiments import own_film
from engine.experiments.own_film import OwnProcess, own_quality
from engine.experiments.training_run import on_points, train
from engine.noise import Cosine
from engine.progress import finish
from engine.samplers import DDIM
from pages.sections.own_data import source
from pages.ui.export import downloads
from pages.ui.export.arrays import Export
from tests.conftest import BrowserPage, moves, place, press, settle, wait

PAGE = "own_data"
FAST = dict(points_n="100", noise_T="20", fit_steps="100", fit_width="16", fit_batch_size="32")
DOT = drawing.encode([drawing.stroke([(0, 0)], width=0, density=1)])
STAR = drawing.STARTERS["star"].text


def with_file(app: AppTest, name: str, data: bytes) -> AppTest:
    """The page after the user has uploaded a file."""
    app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return settle(app.run())


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def table(n: int = 200) -> bytes:
    xy = np.random.default_rng(0).normal(size=(n, 2)) * [2, 300] + [50, 1e4]
    return ("cm,kg\n" + "\n".join(f"{x:.4f},{y:.2f}" for x, y in xy)).encode()


# --------------------------------------------------------------------------------------- the film


def test_without_a_network_the_film_only_gives_points_back() -> None:
    own = OwnPoints(drawing.points(drawing.decode(STAR)), ("x", "y"), True)
    made = finish(own_film.own_film(own, OwnProcess(Cosine(T=100), DDIM(), None, 200, 0)))
    ends = torch.cdist(made.reverse[-1], own.train()[: own_film.STORED]).min(dim=1).values
    assert float(ends.median()) < 0.02
    assert made.forward.shape == made.reverse.shape == (101, 200, 2)


def test_a_trained_network_comes_near_points_that_it_has_not_seen() -> None:
    """Far nearer than an untrained one, which draws from N(0, I), and no nearer than chance."""
    own = OwnPoints(drawing.points(drawing.decode(STAR)), ("x", "y"), True)
    verdicts = []
    for steps in (1, 600):
        options = FitOptions(steps=steps, batch_size=256, width=64, learning_rate=4e-3)
        run = finish(train(on_points(own, options, 0)))
        process = OwnProcess(Cosine(T=100), DDIM(20), run.training, 200, 0)
        verdicts.append(finish(own_quality(own, process)))
    untrained, trained = verdicts
    assert trained.ratio.n == len(own.held_out()) and trained.ratio.mean < untrained.ratio.mean
    assert 0.5 * trained.held_out < trained.samples < 0.75 * untrained.samples


def test_the_exact_denoiser_is_found_out_by_the_nearest_points() -> None:
    own = OwnPoints(drawing.points(drawing.decode(STAR)), ("x", "y"), True)
    found = finish(own_quality(own, OwnProcess(Cosine(T=100), DDIM(), None, 200, 0)))
    assert found.samples < 0.4 * found.held_out


def scaled(app: AppTest) -> list[str]:
    """The columns whose mean and spread stand on the page."""
    blocks = [block.value for block in app.markdown]
    return [text.split(": m = ")[0] for text in blocks if ": m = " in text]


# --------------------------------------------------------------------------------------- the page


def test_the_page_opens_with_a_drawing_and_a_film(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, **FAST))
    assert not app.exception and not app.error
    assert "1,113 points; 222 are kept from training." in captions(app)
    assert source.DRAWING not in app.query_params, "the first drawing needs no words"
    keys = {"source", "schedule", "noise_T", "sampler", "steps", "points_n", "seed"}
    keys |= {"fit_steps", "fit_seed"}
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.segmented_control]
    assert {widget.key for widget in widgets} >= keys


def test_a_link_brings_the_drawing_and_the_rest(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, drawing=STAR, seed="7", fit_seed="3", **FAST))
    assert not app.exception and not app.error
    drawn = drawing.points(drawing.decode(STAR))
    assert captions(app).startswith(f"{len(drawn):,} points")
    assert (app.session_state["seed"], app.session_state["fit_seed"]) == (7, 3)
    assert app.query_params[source.DRAWING] in (STAR, [STAR])


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
    assert source.DRAWING not in app.query_params


def test_training_gives_samples_a_distance_and_a_table(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, **FAST))
    assert not app.metric
    app.button(key="fit_start").click()
    app = settle(app.run())
    assert not app.exception and not app.error
    assert "100 updates in" in captions(app)
    assert app.metric[0].label == "Energy distance over floor"
    assert any(
        "Samples in your units (CSV)" in str(part.proto) for part in app.get("download_button")
    )


def test_a_paused_training_goes_on_where_it_was(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page(PAGE, **{**FAST, "fit_steps": "6000"}))
    app.button(key="fit_start").click()
    app.run()
    (name,) = [n for n in app.session_state["_jobs"] if n.startswith("train_own_")]
    job = app.session_state["_jobs"][name]

    def wait_for(step: int) -> None:
        while job.progress < step / 6000:
            assert not job.wait(0.01), job.error

    wait_for(20)
    app.button(key="fit_pause").click()
    app = settle(app.run())
    stopped = job.partial.step
    assert not app.exception and 20 <= stopped < 6000
    assert job.status == "paused" and job.progress == pytest.approx(stopped / 6000)
    assert f"Paused at update {stopped:,} of 6,000." in captions(app)
    assert f"{stopped:,} updates in" in captions(app)
    app.button(key="fit_resume").click()
    app.run()
    assert app.session_state["_jobs"][name] is job
    wait_for(stopped + 20)
    app.button(key="fit_pause").click()
    app = settle(app.run())
    assert not app.exception and job.partial.step > stopped
    assert f"{job.partial.step:,} updates in" in captions(app)
    job.cancel()


def test_other_points_pause_a_training_and_wait_for_their_return(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page(PAGE, **{**FAST, "fit_steps": "6000"}))
    app.button(key="fit_start").click()
    app.run()
    (name,) = [n for n in app.session_state["_jobs"] if n.startswith("train_own_")]
    app.segmented_control(key="source").set_value("file")
    app = with_file(app.run(), "a.csv", table())
    job = app.session_state["_jobs"][name]
    assert job.status == "paused"
    assert "Paused" not in captions(app)
    job.cancel()


# ------------------------------------------------------------------------------------------ files


def test_a_table_is_read_and_shown_in_its_units(
    open_page: Callable[..., AppTest],
) -> None:
    app = with_file(open_page(PAGE, source="Upload", **FAST), "a.csv", table())
    assert not app.exception and not app.error
    said = captions(app)
    assert "200 points; 40 are kept from training." in said
    assert "cm" in scaled(app)
    assert "opens it for everybody who has that address" in said
    app.button(key="fit_start").click()
    app = settle(app.run())
    assert not app.exception and app.metric


def test_of_three_columns_two_are_chosen(open_page: Callable[..., AppTest]) -> None:
    rows = "\n".join(f"a{k},{k},{k * k},{-k}" for k in range(30))
    app = with_file(open_page(PAGE, source="Upload", **FAST), "a.csv", f"n,x,y,z\n{rows}".encode())
    assert not app.exception and scaled(app) == ["x", "y"]
    across(app).set_value(3)
    app = settle(app.run())
    assert "z" in scaled(app)
    across(app).set_value(0)
    app = settle(app.run())
    assert not app.exception and "'a0', which is not a number" in app.error[0].value


def across(app: AppTest) -> Any:
    return next(box for box in app.selectbox if box.label == "Across")


def test_an_image_becomes_points(open_page: Callable[..., AppTest]) -> None:
    out = io.BytesIO()
    Image.fromarray(np.tri(40, 60, dtype=np.uint8) * 255).save(out, "PNG")
    query = dict(source="Upload", ink_n="1000", **FAST)
    app = with_file(open_page(PAGE, **query), "a.png", out.getvalue())
    assert not app.exception and not app.error
    assert "1,000 points; 200 are kept from training." in captions(app)
    assert scaled(app)[0] == "x, pixels"


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
    ("a.png", b"%PDF", "not an image"),
    ("a.png", white(), "blank"),
]


def test_trouble_is_one_sentence_and_the_page_stands(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, source="Upload", **FAST)
    for name, data, sentence in TROUBLE:
        app = with_file(app, name, data)
        assert not app.exception
        assert len(app.error) == 1 and sentence in app.error[0].value


def image() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.tri(40, 60, dtype=np.uint8) * 200).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "trained"), [("", False), ("", True), ("a b's.csv", True), ("a.png", False)]
)
def test_the_script_of_the_page_makes_its_arrays_again(
    open_page: Callable[..., AppTest],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    trained: bool,
) -> None:
    """From the drawing in the script or the file beside it; arrays in the units that came in."""
    seen: list[Export] = []
    draw = downloads.show
    monkeypatch.setattr(
        downloads, "show", lambda *args, **looks: (seen.append(args[3]), draw(*args, **looks))
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


def test_what_a_file_leaves_open_is_told_and_may_be_changed(
    open_page: Callable[..., AppTest],
) -> None:
    rows = np.random.default_rng(0).normal(size=(2, 300))
    out = io.BytesIO()
    np.save(out, rows)
    app = with_file(open_page(PAGE, source="Upload", **FAST), "a.npy", out.getvalue())
    assert not app.exception and not app.error and "300 points" in captions(app)
    (turned,) = [t for t in app.toggle if t.label == "Rows of the file are columns"]
    assert turned.value
    turned.set_value(False)
    app = settle(app.run())
    assert not app.exception and "2 points" in captions(app)


def test_the_header_of_exported_samples_is_no_formula() -> None:
    names = ("=HYPERLINK(1)", "-log10(p)")
    own = OwnPoints(np.random.default_rng(0).normal(size=(50, 2)), names)
    made = finish(own_film.own_film(own, OwnProcess(Cosine(T=10), DDIM(), None, 20, 0)))
    header = made.table().splitlines()[0]
    assert header == "'=HYPERLINK(1),'-log10(p)"


# ---------------------------------------------------------------------------------------- browser


def browser_and_engine_agree(page: Any) -> bool:
    """Whether the points that the browser draws are those of the engine."""
    (text,) = parse_qs(urlparse(page.url).query)[source.DRAWING]
    drawn = drawing.points(drawing.decode(text))
    shown = page.locator(".drawing")
    assert int(shown.get_attribute("data-points")) == len(drawn)
    return bool(abs(float(shown.get_attribute("data-sum")) - drawn.sum()) < 1e-3)


@pytest.mark.browser
def test_in_a_browser_one_draws_trains_pauses_and_resumes(browser_page: BrowserPage) -> None:
    page = browser_page.open(f"{PAGE}?points_n=200&fit_steps=6000&fit_width=128&fit_batch_size=512")
    canvas = page.locator(".drawing canvas")
    canvas.wait_for(timeout=60_000)
    press(page.get_by_role("button", name="Clear"))
    page.get_by_text("Draw something").wait_for(timeout=30_000)
    box = place(canvas)
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
    wait(page, lambda: urlparse(page.url).query.count(".") == 2)
    wait(page, lambda: browser_and_engine_agree(page))  # the address follows the last key
    page.keyboard.press("Backspace")
    wait(page, lambda: urlparse(page.url).query.count(".") == 1)

    press(page.get_by_role("button", name="Train", exact=True))
    sampled = page.get_by_text("Sampled from the network after")
    sampled.wait_for(timeout=60_000)
    first = sampled.inner_text()
    wait(page, lambda: sampled.inner_text() != first)
    assert page.locator(".cloud canvas").count() == 1
    press(page.get_by_role("button", name="Pause training"))
    page.get_by_text("Paused at update").wait_for(timeout=30_000)
    paused = page.get_by_text("Paused at update").inner_text()
    page.get_by_text("Reverse, your network").wait_for(timeout=30_000)
    moves(page, ".player canvas", 1)
    assert page.get_by_text("Paused at update").inner_text() == paused
    press(page.get_by_role("button", name="Resume training"))
    page.get_by_text("6,000 updates in").wait_for(timeout=180_000)
    page.get_by_text("Energy distance over floor").wait_for(timeout=60_000)
    with page.expect_download() as caught:
        press(page.get_by_role("button", name="Samples in your units (CSV)"))
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
    press(page.get_by_role("link", name="Your own data").first)
    page.locator("h1", has_text="Your own data").wait_for(timeout=30_000)
    for name in ("Heart", "Smile"):
        before = page.url
        press(page.get_by_role("button", name=name), timeout=60_000)
        wait(page, lambda before=before: page.url != before)
        page.wait_for_timeout(1500)  # the server has its say about the address, too
    assert source.DRAWING not in parse_qs(urlparse(page.url).query)
    page.go_back()
    page.locator("h1", has_text="Swiss roll").wait_for(timeout=30_000)
