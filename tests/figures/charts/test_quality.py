"""The chart of quality: what is drawn is what was given, bars stay on a logarithmic axis."""

import numpy as np
import pytest

from engine.figures.charts.quality import Series, quality_curves

LINES = [
    Series("First", "#0A78C2", [5, 10, 20], [9.0, 3.0, 1.2], [0.5, 4.0, 0.1], dash=True),
    Series("Second", "#D9730D", [9, 19], [2.0, 1.0], [0.2, 0.0]),
]


@pytest.mark.parametrize("dark", [False, True])
def test_every_series_is_drawn_with_its_points_and_bars(dark: bool) -> None:
    figure = quality_curves(LINES, 0.3, "Energy distance", "Network calls", dark)
    assert [trace.name for trace in figure.data] == ["First", "Second"]
    for trace, line in zip(figure.data, LINES, strict=True):
        assert list(trace.x) == line.effort and list(trace.y) == line.mean
        assert list(trace.error_y.array) == line.spread
        assert np.all(np.array(trace.y) - np.array(trace.error_y.arrayminus) > 0)
    assert figure.data[0].line.dash == "dot" and figure.data[1].line.dash == "solid"
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert figure.layout.xaxis.title.text == "Network calls"


def test_the_floor_stands_at_one_with_its_band() -> None:
    band, line = quality_curves(LINES, 0.3, "", "Steps").layout.shapes
    assert (band.y0, band.y1) == pytest.approx((0.7, 1.3))
    assert line.y0 == line.y1 == 1
    wide, _ = quality_curves(LINES, 2.0, "", "Steps").layout.shapes
    assert wide.y0 > 0
