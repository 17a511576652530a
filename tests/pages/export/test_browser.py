"""Every file that a toy page gives away, taken in Chromium and opened by another reader."""

from __future__ import annotations

import csv
import json
import runpy
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import BrowserPage, Server, at_rest, from_sources, place, press, watched_page

pytestmark = pytest.mark.browser

N, T = 100, 12
PAPER, NIGHT = (252, 251, 248), (16, 20, 24)


def opened(browser_page: BrowserPage, address: str) -> Any:
    """The page with its section open and its film playing."""
    page = browser_page.open(address)
    page.locator(".player canvas").first.wait_for(timeout=60_000)
    page.locator(".pictures button").first.wait_for(timeout=60_000)
    at_rest(page)  # the server drops a file that a later run offers anew
    return page


@pytest.fixture(scope="module")
def roll(desktop: Any, server: Server) -> Iterator[Any]:
    """The Swiss roll with a short film of few points, opened once."""
    watched = watched_page(desktop, server.url)
    yield opened(watched, f"swiss_roll?take=true&points_n={N}&noise_T={T}&seed=3")
    assert not watched.exceptions()
    assert not watched.console_errors
    assert not watched.foreign_requests
    watched.page.close()


def take(page: Any, button: str, folder: Path) -> Path:
    """The file behind a button."""
    with page.expect_download(timeout=120_000) as download:
        press(page.get_by_role("button", name=button))
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def stop_at(page: Any, position: int) -> None:
    page.get_by_role("slider", name="Time").fill(str(position))
    page.locator(f'.player[data-frame="{position:.2f}"]').wait_for(timeout=60_000)


def rgb(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_picture_is_that_of_the_moment(roll: Any, tmp_path: Path) -> None:
    stop_at(roll, 0)
    first = take(roll, "Picture of this moment (PNG)", tmp_path)
    assert first.name == "swiss_roll.png"
    clean = rgb(first)
    stop_at(roll, T)
    noise = rgb(take(roll, "Picture of this moment (PNG)", tmp_path))
    width = roll.locator(".player").evaluate("player => player.clientWidth")
    assert clean.shape == noise.shape
    assert clean.shape[1] == 2 * (width + 36), "twice as fine as the page"
    assert tuple(clean[0, 0]) == PAPER
    blue = (clean[..., 2] > 140) & (clean[..., 0] < 60)
    assert blue.any() and not (clean == noise).all()
    # On the screen: the same pixels of the panel, but for its sharpness.
    shown = roll.locator(".player canvas").first.bounding_box()
    share = (clean.astype(int) != np.array(PAPER)).any(axis=-1).mean()
    assert 0.01 < share < 0.2 and shown["width"] < width / 2


def test_a_picture_for_slides_is_as_wide_as_was_asked_for(roll: Any, tmp_path: Path) -> None:
    stop_at(roll, 0)
    sizes = roll.get_by_label("Width of the picture")
    for width in (960, 1920):
        sizes.select_option(str(width))
        picture = rgb(take(roll, "Picture of this moment (PNG)", tmp_path))
        assert picture.shape[1] == width
        blue = (picture[..., 2] > 140) & (picture[..., 0] < 60)
        assert blue[:, : width // 2].any() and not blue[:, width // 2 :].all(axis=0).any()
    sizes.select_option("1280")
    with Image.open(take(roll, "Film of one pass (GIF)", tmp_path)) as film:
        assert film.size[0] == 1280 and film.n_frames == T + 1
    sizes.select_option("0")


def test_numbers_agree_in_every_file(roll: Any, tmp_path: Path, monkeypatch: Any) -> None:
    archive = np.load(take(roll, "All arrays (NPZ)", tmp_path))
    about, options = json.loads(str(archive["about"])), json.loads(str(archive["options"]))
    assert set(about) == set(archive) - {"about", "options"}
    assert (options["n"], options["seed"], options["schedule"]["T"]) == (N, 3, T)
    with take(roll, "Samples (CSV)", tmp_path).open() as file:
        rows = list(csv.DictReader(file))
    samples = np.array([[row["x"], row["y"]] for row in rows], dtype=np.float32)
    assert np.array_equal(samples, archive["reverse"][-1])
    with take(roll, "All frames (CSV", tmp_path).open() as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == ["process", "frame", "t", "point", "x", "y"]
        films: dict[str, np.ndarray] = {}
        for row in reader:
            film = films.setdefault(row["process"], np.full((T + 1, N, 2), np.nan, np.float32))
            film[int(row["frame"]), int(row["point"])] = float(row["x"]), float(row["y"])
            forward = float(archive["t"][int(row["frame"])])
            assert float(row["t"]) == (forward if row["process"] == "forward" else T - forward)
    assert set(films) == {"forward", "reverse"}
    for name, film in films.items():
        assert np.array_equal(film, archive[name])
    script = take(roll, "Script (Python)", tmp_path)
    assert roll.locator("code.language-python").first.inner_text().strip().startswith('"""Swiss')
    monkeypatch.chdir(tmp_path)
    (tmp_path / "swiss_roll.npz").rename("taken.npz")
    runpy.run_path(str(script), run_name="__main__")
    again, taken = np.load("swiss_roll.npz"), np.load("taken.npz")
    assert all(np.array_equal(again[name], taken[name]) for name in again)


def test_the_film_is_one_pass_and_a_second_one_can_be_stopped(roll: Any, tmp_path: Path) -> None:
    stop_at(roll, 5)
    path = take(roll, "Film of one pass (GIF)", tmp_path)
    with Image.open(path) as film:
        assert film.format == "GIF" and film.n_frames == T + 1 and film.info["loop"] == 0
        assert film.size[0] <= 1000
        stills = []
        for k in range(film.n_frames):
            film.seek(k)
            stills.append(np.asarray(film.convert("RGB")).astype(int))
    assert roll.locator(".player").get_attribute("data-frame") == "5.00", "the player stands still"
    assert all((a != b).any() for a, b in pairwise(stills))
    foot = np.stack([still[-1] for still in stills])  # the line that says how far it is
    done = (foot != foot[0]).any(axis=-1).sum(axis=1)
    assert (np.diff(done) > 0).all() and done[-1] > 0.98 * foot.shape[1]
    # A frame is the picture of that moment, at another sharpness.
    stop_at(roll, T)
    fine = Image.open(take(roll, "Picture of this moment (PNG)", tmp_path)).convert("RGB")
    small = np.asarray(fine.resize(stills[-1].shape[1::-1], Image.Resampling.BOX)).astype(int)
    assert np.abs(small - stills[-1]).mean() < 4 < np.abs(small - stills[0]).mean() + 3.5
    roll.evaluate("""() => {
        const raw = window.setTimeout; // a pause after each frame, so that there is time to cancel
        window.setTimeout = (work, ms, ...rest) => raw(work, ms ?? 400, ...rest);
    }""")
    press(roll.get_by_role("button", name="Film of one pass (GIF)"))
    roll.locator(".pictures").get_by_role("button", name="Cancel").click()
    roll.locator(".state", has_text="Stopped.").wait_for(timeout=60_000)


def wait(page: Any, condition: Callable[[], bool]) -> None:
    """Half a minute at most; the page forbids the scripts by which playwright itself waits."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It does not play.")


PAGES = {
    "one_dimension": f"one_dimension?take=true&paths_n=40&noise_T={T}",
    "swiss_roll": f"swiss_roll?take=true&points_n=600&show_score=true&show_guess=true&noise_T={T}",
    "helix": f"helix?take=true&noise_T={T}",
    "guided": "polymer?take=true&lab=Guidance&guided_steps=10",
    "samplers": f"samplers?take=true&points_n={N}&noise_T=50&steps=5",
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_plays_without_a_network(
    browser: Any, browser_page: BrowserPage, tmp_path: Path, name: str
) -> None:
    page = opened(browser_page, PAGES[name])
    path = take(page, "Page that plays offline (HTML)", tmp_path)
    titles = page.locator(".player").first.locator(".title").all_inner_texts()
    for scheme in ("light", "dark"):
        check_alone(browser, path, titles, scheme)


def check_alone(browser: Any, path: Path, titles: list[str], scheme: str) -> None:
    """The file plays offline, as wide as a desktop or, in the dark, as a phone."""
    width = 390 if scheme == "dark" else 1200
    context = browser.new_context(
        offline=True, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    alone = context.new_page()
    trouble: list[str] = []
    asked: list[str] = []
    alone.on("pageerror", lambda error: trouble.append(str(error)))
    alone.on("console", lambda line: line.type == "error" and trouble.append(line.text))
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(path.as_uri())
    player = alone.locator(".player")
    wait(alone, lambda: float(player.get_attribute("data-frame") or 0) > 0.3)
    assert alone.locator(".player .title").all_inner_texts() == titles
    player.press("End")
    last = int(player.get_attribute("data-frames")) - 1
    wait(alone, lambda: player.get_attribute("data-frame") == f"{last:.2f}")
    assert alone.evaluate("document.documentElement.scrollWidth") <= width
    paper = alone.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb({}, {}, {})".format(*(NIGHT if scheme == "dark" else PAPER))
    picture = rgb(take(alone, "Picture of this moment (PNG)", path.parent))
    assert tuple(picture[0, 0]) == (NIGHT if scheme == "dark" else PAPER)
    assert not trouble
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


def test_the_latent_map_draws_itself(browser_page: BrowserPage, tmp_path: Path) -> None:
    page = browser_page.open("polymer?take=true&lab=Latent+map")
    page.locator(".pictures button").first.wait_for(timeout=90_000)
    picture = rgb(take(page, "Picture of this moment (PNG)", tmp_path))
    box = place(page.locator("canvas.map"))
    assert picture.shape[1] == round(2 * box["width"] + 60)
    assert len(np.unique(picture[120:300, 40:300].reshape(-1, 3), axis=0)) > 500, "its colours"
    assert page.get_by_role("button", name="Film of one pass (GIF)").count() == 0
    assert not browser_page.exceptions() and not browser_page.console_errors


MAKE_GIF = """async ([width, height, frames]) => {
    const { Gif, Palette } = await import('/assets/js/player/gif.js');
    const pictures = frames.map((frame) => Uint8ClampedArray.from(frame));
    const film = new Gif(width, height, new Palette(pictures, [252, 251, 248]));
    pictures.forEach((picture, k) => film.add(picture, 4 + k));
    return [...new Uint8Array(await film.blob().arrayBuffer())];
}"""


@pytest.mark.parametrize("colours", [2, 200])
def test_a_film_of_few_colours_is_kept_exactly(
    browser: Any, server: Server, tmp_path: Path, colours: int
) -> None:
    """Large enough that the code table fills and is cleared; told apart by five bits a channel."""
    rng = np.random.default_rng(1)
    known = np.concatenate([[PAPER], 8 * rng.permutation(32**3)[:colours, None] // (1, 32, 1024)])
    known = np.where(np.arange(len(known))[:, None] > 0, known % 256, known).astype(np.uint8)
    frames = known[rng.integers(0, len(known), size=(4, 90, 130))]
    frames[2] = frames[1]
    frames[3, :40] = frames[2, :40]
    alpha = np.full((*frames.shape[:3], 1), 255, dtype=np.uint8)
    pixels = np.concatenate([frames, alpha], axis=-1).reshape(4, -1).tolist()
    page = browser.new_page()
    from_sources(page)
    page.goto(f"{server.url}/assets/js/player/gif.js")
    path = tmp_path / "film.gif"
    path.write_bytes(bytes(page.evaluate(MAKE_GIF, [130, 90, pixels])))
    page.close()
    with Image.open(path) as film:
        assert film.n_frames >= 3
        for k, still in enumerate(
            frames[: film.n_frames] if film.n_frames == 4 else frames[[0, 1, 3]]
        ):
            film.seek(k)
            assert np.array_equal(np.asarray(film.convert("RGB")), still), k
