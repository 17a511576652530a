"""Drawings: the text and the strokes say the same, and the spray is what it promises."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from engine.data.own.drawing import (
    DAB,
    DENSITY_UNIT,
    FARTHEST,
    GRID,
    LONGEST,
    MAX_POINTS,
    MAX_STROKES,
    STARTERS,
    WIDTH_UNIT,
    Stroke,
    decode,
    encode,
    points,
    stroke,
)
from engine.data.own.errors import OwnDataError

LONG = [stroke([(-1, -1), (1, 1)], width=5, density=63), stroke([(0.5, 0.0)])]


@pytest.mark.parametrize("text", [*(s.text for s in STARTERS.values()), encode(LONG), ""])
def test_text_and_strokes_say_the_same(text: str) -> None:
    assert encode(decode(text)) == text


def test_long_ways_are_divided_and_end_where_they_should() -> None:
    (corners,) = [np.array(one.corners) for one in LONG[:1]]
    assert np.abs(np.diff(corners, axis=0)).max() <= FARTHEST
    assert corners[0].tolist() == [0, 0] and corners[-1].tolist() == [GRID, GRID]
    assert stroke([(-5, 5)]).corners == ((0, GRID),), "what leaves the canvas is held at its edge"


@pytest.mark.parametrize("name", STARTERS)
def test_starters_fit_the_canvas_and_a_link(name: str) -> None:
    drawn = points(decode(STARTERS[name].text))
    assert len(drawn) > 500 and np.abs(drawn).max() < 1.1
    assert len(STARTERS[name].text) < 400


def test_points_lie_along_the_stroke_as_dense_as_asked() -> None:
    """Without width, exactly on the line and evenly spaced; their number is length x density."""
    line = points([stroke([(-0.8, 0.2), (0.8, 0.2)], width=0, density=20)])
    assert len(line) == pytest.approx(1.6 * 20 * DENSITY_UNIT, abs=2)
    assert np.ptp(line[:, 1]) < 1e-9
    assert np.allclose(np.diff(line[:, 0]), 1 / (20 * DENSITY_UNIT))


def test_the_spray_is_normal_with_the_width_of_the_brush() -> None:
    dabs = [stroke([(0, 0)], width=25, density=63) for _ in range(100)]
    sprayed = points(dabs) / (25 * WIDTH_UNIT)
    n = len(sprayed)
    assert n == 100 * int(DAB * 63 * DENSITY_UNIT)
    middle = dabs[0].path()[0] / (25 * WIDTH_UNIT)
    assert np.abs(sprayed.mean(axis=0) - middle).max() < 4 / np.sqrt(n)
    assert np.abs(sprayed.std(axis=0) - 1).max() < 4 / np.sqrt(2 * n)
    assert abs(np.corrcoef(sprayed.T)[0, 1]) < 4 / np.sqrt(n)
    inside = (np.linalg.norm(sprayed - middle, axis=1) < 1).mean()
    assert inside == pytest.approx(1 - np.exp(-0.5), abs=0.02)


def test_points_of_a_stroke_stay_where_they_are_as_it_grows() -> None:
    corners = LONG[0].corners
    short = points([Stroke(5, 40, corners[:10])])
    whole = points([Stroke(5, 40, corners)])
    assert len(whole) > len(short) and np.allclose(whole[: len(short)], short)


def test_two_strokes_do_not_share_their_noise() -> None:
    twice = points([stroke([(0, 0)]), stroke([(0, 0)])]).reshape(2, -1, 2)
    assert np.abs(twice[0] - twice[1]).max(axis=1).min() > 0


def test_there_are_never_more_points_than_the_most() -> None:
    dense = stroke([(-1, 0), (1, 0)] * 10, density=63)
    assert len(points([dense] * 4)) == MAX_POINTS


@pytest.mark.parametrize(
    "text",
    ["AB", "IPIAOZE", "I!IAOZ", "IAIAOZ", "IP__OZ__", ".".join(["IPIAOZ"] * (MAX_STROKES + 1))],
    ids=["short", "odd", "letter", "no points", "outside", "many"],
)
def test_what_is_no_drawing_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"drawing.*[.]$|A drawing may have .*[.]$"):
        decode(text)


def test_a_text_longer_than_any_hand_draws_is_refused_unread() -> None:
    with pytest.raises(OwnDataError, match="may have 200,000 letters"):
        decode("IPIAOZ" + "gg" * LONGEST)


def test_a_long_stroke_makes_no_more_points_than_are_kept() -> None:
    """The first ones, the same as if all had been made."""
    corners = tuple((31 * (k % 30), 31 * (k % 2)) for k in range(30)) * 2000
    text = encode([Stroke(5, 63, corners[:30])])
    assert len(points(decode(text))) < MAX_POINTS
    tracemalloc.start()
    long = points([Stroke(5, 63, corners)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(long) == MAX_POINTS and peak < 50e6
    assert np.allclose(long[:500], points([Stroke(5, 63, corners[:30])])[:500])
