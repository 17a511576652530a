"""The charts of a training run: their numbers are those of the engine."""

import numpy as np
import pytest

from engine.figures.charts.training import loss_curve, preview
from engine.figures.palette import role


def test_the_loss_curve_has_the_length_of_the_whole_run() -> None:
    figure = loss_curve([10, 20], [0.5, 0.4], total=200)
    assert list(figure.data[0].y) == [0.5, 0.4]
    assert tuple(figure.layout.xaxis.range) == (0, 200)


@pytest.mark.parametrize("dark", [False, True])
def test_a_preview_shows_data_and_network_in_their_colours(dark: bool) -> None:
    figure = preview(np.zeros((5, 1)), np.ones((4, 1)), dark)
    assert [trace.name for trace in figure.data] == ["Data", "Network"]
    red = int(role("model", dark)[1:3], 16)
    assert figure.data[1].marker.color.startswith(f"rgba({red},")


def test_a_preview_of_more_than_one_coordinate_is_refused() -> None:
    with pytest.raises(ValueError, match="not 2"):
        preview(np.zeros((5, 2)), np.zeros((5, 2)))
