"""A noise schedule as a page draws it: its name, its colour, its line."""

from __future__ import annotations

from dataclasses import dataclass

from engine.noise import Schedule


@dataclass(frozen=True)
class ShownSchedule:
    """One schedule on show.

    Attributes:
        key: of the schedule's kind.
        label: as a person reads it.
        schedule: the schedule itself.
        colour: "#rrggbb" of its line.
        dash: whether its line is dashed.
        stretched: whether it was rescaled to zero SNR at T.
    """

    key: str
    label: str
    schedule: Schedule
    colour: str
    dash: bool = False
    stretched: bool = False
