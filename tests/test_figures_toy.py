"""The charts of a training run and of noise schedules: their numbers are those of the engine."""

import numpy as np
import pytest

from engine.figures import schedules as charts
from engine.figures.learning import loss_curve, preview
from engine.figures.palette import role
from engine.noise import SCHEDULES, Cosine, Linear


def test_the_loss_curve_has_the_length_of_the_whole_run() -> None:
    figure = loss_curve([10, 20], [0.5, 0.4], total=200)
    assert list(figure.data[0].y) == [0.5, 0.4]
    assert tuple(figure.layout.xaxis.range) == (0, 200)


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("dark", [False, True])
def test_a_preview_shows_data_and_network_in_their_colours(dimensions: int, dark: bool) -> None:
    figure = preview(np.zeros((5, dimensions)), np.ones((4, dimensions)), dark)
    assert [trace.name for trace in figure.data] == ["Data", "Network"]
    red = int(role("model", dark)[1:3], 16)
    assert figure.data[1].marker.color.startswith(f"rgba({red},")


def test_a_preview_of_chains_is_refused() -> None:
    with pytest.raises(ValueError, match="one or two"):
        preview(np.zeros((5, 3)), np.zeros((5, 3)))


@pytest.mark.parametrize("quantity", charts.QUANTITIES)
@pytest.mark.parametrize("dark", [False, True])
def test_the_curves_are_the_tables_of_the_schedules(quantity: str, dark: bool) -> None:
    chosen = {"linear": Linear(T=50), "cosine": Cosine(T=80)}
    lines = charts.curves(chosen, quantity, dark).data
    assert [line.name for line in lines] == ["Linear", "Cosine"]
    for line, schedule in zip(lines, chosen.values(), strict=True):
        assert np.allclose(line.y, getattr(schedule, quantity))
        assert list(line.x) == list(range(1, schedule.T + 1))


def test_a_schedule_has_one_colour_in_every_chart_and_no_two_share_it() -> None:
    chosen = {key: cls(T=20) for key, cls in SCHEDULES.items()}
    for quantity in charts.QUANTITIES:
        for line in charts.curves(chosen, quantity).data:
            assert line.line.color == charts.colour(line.legendgroup)
            assert line.line.dash == charts.dash(line.legendgroup)
    assert len({charts.colour(key) for key in SCHEDULES}) == len(SCHEDULES)
    assert len({charts.dash(key) for key in SCHEDULES}) == len(SCHEDULES)


def test_hiding_a_schedule_does_not_recolour_the_others() -> None:
    alone = charts.curves({"cosine": Cosine(T=20)}, "betas").data[0]
    assert alone.line.color == charts.colour("cosine")


def test_the_legend_names_every_schedule_in_its_colour() -> None:
    chosen = {key: cls(T=20) for key, cls in SCHEDULES.items()}
    legend = charts.legend(chosen)
    for key, schedule in chosen.items():
        assert schedule.label in legend and charts.colour(key) in legend
