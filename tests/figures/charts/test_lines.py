"""The chart of lines carries its numbers unchanged."""

import numpy as np
import pytest

from engine.figures.charts.lines import Axes, Level, Line, lines

XY = Axes("x", "y")


def test_series_keep_their_numbers_and_names() -> None:
    x, y = np.array([1.0, 2.0, 5.0]), np.array([3.0, 1.0, 0.5])
    figure = lines({"a": Line(x, y, words=["1", "2", "5"]), "b": Line([4], [2])}, XY)
    first, second = figure.data
    assert first.name == "a" and list(first.x) == list(x) and list(first.y) == list(y)
    assert list(first.text) == ["1", "2", "5"] and second.mode == "markers"
    assert first.line.color != second.line.color and first.line.dash != second.line.dash
    assert figure.layout.showlegend


def test_a_level_and_a_mark_are_drawn_where_they_are() -> None:
    figure = lines({"a": Line([1, 2], [1, 2])}, XY, level=Level("floor", 0.4), mark=1.5)
    level, mark = figure.layout.shapes
    assert level.y0 == level.y1 == 0.4 and mark.x0 == mark.x1 == 1.5
    assert not figure.layout.showlegend


def test_axes_may_be_logarithmic() -> None:
    figure = lines({"a": Line([1, 2], [1, 2])}, Axes("x", "y", log_y=True))
    assert figure.layout.xaxis.type == "linear" and figure.layout.yaxis.type == "log"


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values along x and 1 along y"):
        lines({"a": Line([1, 2], [1])}, XY)
