"""Where the chains of a race end, and what that costs: one row per schedule."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.experiments.schedule_race import Cost
from pages.ui import tables
from pages.ui.components.shown_schedule import ShownSchedule
from pages.ui.tables import Cell
from pages.ui.wording import REACHED, number

HEADS = (
    "Schedule",
    "Signal left ᾱ_T",
    "Kept of x_0, √ᾱ_T",
    "SNR at T",
    "Reaches noise",
    "Samples from N(0, I)",
    "Samples from its own x_T",
)
FAR = 2.0  #: times the floor; fresh draws themselves score between about 0.5 and 2


def table(shown: Sequence[ShownSchedule], costs: Sequence[Cost] | None) -> None:
    """Draw the table; the costs are dots while they are measured."""
    rows = [_row(each, costs[k] if costs else None) for k, each in enumerate(shown)]
    tables.table(HEADS, rows)


def _row(shown: ShownSchedule, cost: Cost | None) -> list[str | Cell]:
    left = shown.schedule.signal_left
    return [
        Cell(shown.label, colour=shown.colour, mark="dashes" if shown.dash else "line"),
        Cell(_number(left), colour=shown.colour, share=left),
        _number(math.sqrt(left)),
        _number(left / (1 - left)),
        "yes" if left < REACHED else Cell("not yet noise", strong=True),
        _times(cost.noise, cost.noise_spread) if cost else Cell("…"),
        _times(cost.own, cost.own_spread) if cost else Cell("…"),
    ]


def _number(value: float) -> str:
    return "0" if value == 0 else number(value)


def _times(ratio: float, spread: float) -> Cell:
    return Cell(f"{ratio:.1f} ± {spread:.1f} ×", strong=ratio > FAR)


def verdict(shown: Sequence[ShownSchedule], costs: Sequence[Cost]) -> str:
    """The cost in words: of the schedule that stops earliest, and of steps that are too long."""
    pairs = list(zip(shown, costs, strict=True))
    lane, cost = max(pairs, key=lambda pair: pair[0].schedule.signal_left)
    sentences = [_early(lane, cost)]
    coarse = [lane.label for lane, cost in pairs if cost.own > FAR]
    if coarse:
        sentences.append(
            f"**{' and '.join(coarse)}** is inaccurate even from the correct start: the steps are "
            "too long, or the denoiser is not good enough."
        )
    return " ".join(sentences)


def _early(lane: ShownSchedule, cost: Cost) -> str:
    left = lane.schedule.signal_left
    if left < REACHED:
        return "Every chain here reaches noise, so N(0, I) is a correct start for all of them."
    stopped = (
        f"**{lane.label}** stops with {math.sqrt(left):.2f} of every x₀ still in $x_T$. Started "
        f"from N(0, I), its samples are {cost.noise:.1f} times as far from the data as a fresh "
        f"draw is; started from its own $x_T$, which no sampler can know, {cost.own:.1f} times."
    )
    if cost.noise > max(FAR, 1.5 * cost.own):
        return f"{stopped} The difference is the cost of stopping before pure noise."
    return f"{stopped} Here that makes little difference to the samples."
