"""The user's own noise schedule: a curve with control points to drag, kept in the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st
import torch

from engine.noise import Drawn
from engine.noise.hand_drawn import Point
from pages.ui import widgets
from pages.ui.components.mount import component, serial
from pages.ui.components.shown_schedule import ShownSchedule
from pages.ui.wording import show_problem

TEXT = "own"  #: the points in the address and in the field of the sidebar
CURVE = "own_curve"
DRAWN = 60  #: intervals of the other schedules' lines
HELP = (
    "The points of the curve as pairs of t/T and ᾱ, the last one at t/T = 1. They follow the curve "
    "that you drag, and can be written here as well."
)


def written(points: Iterable[Sequence[float]]) -> str:
    """Points as "0.5,0.55 1,0.05": pairs of t/T and alpha_bar, separated by spaces."""
    return " ".join(f"{time:.3g},{level:.3g}" for time, level in points)


def read(text: str) -> tuple[Point, ...]:
    """The points that ``text`` names.

    Raises:
        ValueError: if a word is not a pair of numbers.
    """
    points = []
    for word in text.split():
        try:
            time, level = (float(part) for part in word.split(","))
        except ValueError:
            raise ValueError(
                f"A point is written as t/T,ᾱ, for instance 0.5,0.55; {word[:40]!r} is not."
            ) from None
        points.append((time, level))
    return tuple(points)


DEFAULT = written(Drawn().points)


def choose(T: int) -> Drawn:
    """The schedule that the address or the curve says; the one to begin with if it is none."""
    with st.expander(f"Parameters of {Drawn.label.lower()}"):
        text = st.text_input("Points", value=DEFAULT, key=TEXT, bind="query-params", help=HELP)
    widgets.say(TEXT, f"Points of {Drawn.label.lower()}", text or "")
    try:
        return Drawn(T, read(text or ""))
    except ValueError as refusal:
        show_problem(str(refusal))
        return Drawn(T)


def editor(own: ShownSchedule, schedule: Drawn, others: Sequence[ShownSchedule]) -> None:
    """Draw the curve with its points, and the lines of the other lanes behind it."""
    steps = [round(schedule.T * k / DRAWN) for k in range(DRAWN + 1)]
    lines = [
        {
            "times": [step / schedule.T for step in steps],
            "levels": lane.schedule.alpha_bar(torch.tensor(steps)).tolist(),
            "colour": lane.colour,
            "dash": lane.dash,
        }
        for lane in others
    ]
    data: dict[str, Any] = {
        "points": [list(point) for point in schedule.points],
        "start": [list(point) for point in Drawn().points],
        "T": schedule.T,
        "colour": own.colour,
        "others": lines,
    }
    component("explorer_schedule_editor", "schedule/editor")(
        key=CURVE, data={**data, "serial": serial(CURVE, data)}, on_points_change=_moved
    )


def _moved() -> None:
    """Write down where the points stand now."""
    points = (st.session_state.get(CURVE) or {}).get("points")
    if points:
        st.session_state[TEXT] = written(points)
