"""What a race of schedules looks like: the points, and the three quantities over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.experiments.schedule_race import Moving
from engine.figures.player import Curve, Layer, Line, Panel, Points, Scene
from pages.sections.noise_schedules.controls import Chosen
from pages.ui.components.shown_schedule import ShownSchedule

WINDOW = (-2.7, 2.7)
COLUMNS = 12  #: of the grid of panels
FLOOR = -40.0  #: log-SNR drawn where it is minus infinity, far below the chart
CEILING = 40.0  #: and where it is infinite, in clean data


def forward(made: Moving, chosen: Chosen) -> Scene:
    """One panel per schedule, the same points; below, the schedules themselves; one clock."""
    clean = made.x[0][0].numpy()
    place = np.arctan2(clean[:, 1], clean[:, 0]) if chosen.show.place else None
    panels = [
        _panel(shown, Points(xy, colour=shown.colour, c=place, size=1.9, alpha=0.85), chosen)
        for shown, xy in zip(chosen.shown, made.x, strict=True)
    ]
    times = [f"t = {t:.0f}" for t in made.t.tolist()]
    charts = [_drawn(chart, made, chosen.shown) for chart in _charts(made, chosen.shown)]
    return Scene([*panels, *charts], times, seconds=5.0, columns=COLUMNS)


def reverse(made: Moving, chosen: Chosen) -> Scene:
    """One panel per schedule: the reverse process from the same pure noise."""
    panels = [
        _panel(shown, Points(xy, colour="model", size=1.8, alpha=0.55), chosen)
        for shown, xy in zip(chosen.shown, made.x, strict=True)
    ]
    times = [f"t = {t:.0f}" for t in made.t.tolist()]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _panel(shown: ShownSchedule, cloud: Points, chosen: Chosen) -> Panel:
    """A panel whose legend is the schedule's line in the charts."""
    far = 2 * WINDOW[1]
    mark = Line(-far, far, far, far, colour=shown.colour, dash=shown.dash, label="in the charts")
    return Panel(shown.label, [cloud, mark], WINDOW, WINDOW, span=COLUMNS // len(chosen.shown))


@dataclass(frozen=True, eq=False)
class Chart:
    """One quantity of every schedule over time.

    Attributes:
        title: above the chart.
        name: of its vertical axis.
        values: for every schedule, (F,) at the times of the frames.
        limits: of the vertical axis.
        behind: what is drawn behind the lines.
    """

    title: str
    name: str
    values: list[np.ndarray]
    limits: tuple[float, float]
    behind: tuple[Layer, ...] = ()


def _charts(made: Moving, shown: list[ShownSchedule]) -> list[Chart]:
    """Betas, alpha_bars and log-SNR."""
    t = made.t.long()
    schedules = [each.schedule for each in shown]
    beta = [np.append(np.nan, each.betas.log10().numpy())[t] for each in schedules]  # from step 1
    signal = [each.alpha_bar(t).numpy() for each in schedules]
    snr = [np.append(CEILING, each.log_snr.clamp(min=FLOOR).numpy())[t] for each in schedules]
    low = min(float(np.nanmin(values)) for values in beta)
    even = Line(0, 0, float(made.t[-1]), 0, colour="muted")
    return [
        Chart("Noise added at step t", "log₁₀ β_t", beta, (np.floor(low), 0.1)),
        Chart("Signal left after step t", "ᾱ_t", signal, (-0.02, 1.04)),
        Chart("Signal to noise", "ln SNR_t", snr, (-16, 14), (even,)),
    ]


def _drawn(chart: Chart, made: Moving, shown: list[ShownSchedule]) -> Panel:
    """A dot on each line says where the clock stands."""
    t = made.t[None].numpy()
    lines = [
        Curve(t, y[None], colour=each.colour, width=2.2, cursor=True, dash=each.dash)
        for each, y in zip(shown, chart.values, strict=True)
    ]
    return Panel(
        chart.title, [*chart.behind, *lines], (0, float(made.t[-1])), chart.limits, equal=False,
        xlabel="time t", ylabel=chart.name, span=4, ratio=0.85,
    )  # fmt: skip
