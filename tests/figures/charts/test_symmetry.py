"""Charts of symmetry show the directions and errors that they are given."""

import numpy as np

from engine.figures.charts.symmetry import directions_chart, learning_curves


def test_each_network_has_a_disc_whose_arrows_are_the_directions() -> None:
    samples = np.zeros((2, 3, 4, 3))
    samples[0, :, -1] = [[5, 0, 0], [0, 2, 0], [0, 0, 1]]
    samples[1, :, -1] = [[-1, 0, 0]] * 3
    figure = directions_chart(["one", "two"], samples)
    heads = [trace for trace in figure.data if trace.mode == "markers"]
    assert [tuple(head.x) for head in heads] == [(1, 0, 0), (-1, -1, -1)]
    assert tuple(heads[0].y) == (0, 1, 0)
    assert [note.text for note in figure.layout.annotations] == ["one", "two"]


def test_curves_keep_their_numbers_and_own_networks_are_stars() -> None:
    figure = learning_curves((4, 16), [("a", (0.5, 0.4)), ("b", (3.0, 2.0))], [(8, 0.45)])
    first, second, own = figure.data
    assert tuple(first.x) == (4, 16) and tuple(first.y) == (0.5, 0.4)
    assert first.line.color != second.line.color and first.line.dash != second.line.dash
    assert (own.x[0], own.y[0], own.marker.symbol) == (8, 0.45, "star")
    assert own.name == "yours: a"
