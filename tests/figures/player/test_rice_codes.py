"""Films in few bytes: what comes back, how many bytes it took, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine.figures.player.rice_codes import DIFFERENCES, packed, unpacked
from tests.conftest import ROOT, Server, from_sources

STEP = 5.4 / 4096


def walk(frames: int, points: int, stride: float, seed: int = 0) -> np.ndarray:
    """Points (F, N, 2) that start from N(0, I) and walk."""
    rng = np.random.default_rng(seed)
    moves = stride * rng.normal(size=(frames, points, 2))
    moves[0] = rng.normal(size=(points, 2))
    return moves.cumsum(axis=0).astype(np.float32)


@pytest.mark.parametrize("stride", [0.0, 1e-4, 0.03, 1.0])
def test_it_comes_back_to_half_a_step(stride: float) -> None:
    x = walk(12, 40, stride)
    data = packed(x, STEP)
    assert data is not None
    back = unpacked(data, x.shape, STEP)
    assert np.abs(back - x).max() <= 0.5 * STEP * (1 + 1e-5)
    assert np.array_equal(np.rint(back / STEP), np.rint(x / np.float64(STEP)))


def test_a_jump_of_one_point_is_kept() -> None:
    x = walk(6, 300, 0.01)
    x[3, 7] = (900.0, -900.0)
    data = packed(x, STEP)
    assert data is not None
    assert np.abs(unpacked(data, x.shape, STEP) - x).max() <= 0.5 * STEP * (1 + 1e-3)


@pytest.mark.parametrize("stride", [0.01, 0.1, 0.3])
def test_bytes_stay_near_the_entropy(stride: float) -> None:
    """The entropy of a Gaussian move is log2(stride / step sqrt(2 pi e)) bits."""
    x = walk(60, 2000, stride)
    data = packed(x, STEP)
    assert data is not None
    first = np.log2(np.sqrt(2 * np.pi * np.e) / STEP)
    moves = np.log2(stride / STEP * np.sqrt(2 * np.pi * np.e))
    bits = 4000 * (first + 59 * moves)
    assert bits < 8 * len(data) < 1.08 * bits


def test_what_does_not_pay_is_refused() -> None:
    x = walk(5, 50, 0.1)
    assert packed(x, 1e-9) is None, "more steps than the codes are made for"
    assert (
        packed(np.random.default_rng(0).uniform(-1e3, 1e3, (5, 50, 2)).astype("f4"), 1e-3) is None
    )
    x[2, 3, 0] = np.nan
    assert packed(x, STEP) is None
    assert packed(x[:, :0], STEP) is None


def test_the_film_that_scripts_are_tested_with_is_packed_like_today() -> None:
    """``tests/js/packing.test.js`` reads it by the player's own decoder."""
    film = json.loads((ROOT / "tests" / "js" / "packed_film.json").read_text(encoding="utf-8"))
    whole = np.array(film["steps"]).reshape(film["shape"])
    data = packed((whole * film["step"]).astype(np.float32), film["step"])
    assert data is not None and data.tolist() == film["bytes"]
    assert max(film["bytes"][: len(whole)]) >= DIFFERENCES > min(film["bytes"][: len(whole)])


@pytest.mark.browser
@pytest.mark.parametrize("stride", [0.0, 0.03, 1.0])
def test_the_browser_reads_the_same_numbers(browser: Any, server: Server, stride: float) -> None:
    x = walk(20, 101, stride, seed=3)
    x[4, 0] = (600.0, -600.0)
    data = packed(x, STEP)
    assert data is not None
    page = browser.new_page()
    from_sources(page)
    page.goto(f"{server.url}/assets/js/player/packing.js")
    sent = {"step": STEP, "coded": True, "shape": x.shape}
    read = page.evaluate(
        "async ([bytes, sent]) => [...(await import('/assets/js/player/packing.js'))"
        ".decoded(Uint8Array.from(bytes), sent)]",
        [data.tolist(), json.loads(json.dumps(sent))],
    )
    page.close()
    wanted = unpacked(data, x.shape, STEP).reshape(-1)
    np.testing.assert_allclose(read, wanted, rtol=1e-6, atol=1e-9)
