"""Where the chains of a race end, and what that costs: one row per schedule."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import streamlit as st

from pages.ui import points
from pages.ui.race import Cost, Lane

_CSS = """
<style>
.de-ends { overflow-x: auto; }
.de-ends table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  font-size: 0.92rem; }
.de-ends th { text-align: left; font-weight: 500; font-size: 0.82rem; opacity: 0.78;
  vertical-align: bottom; }
.de-ends th, .de-ends td { padding: 0.4rem 0.9rem 0.4rem 0; line-height: 1.3;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.de-ends .line { display: inline-block; width: 1.1rem; border-top: 3px solid; margin-right: 0.5rem;
  vertical-align: middle; }
.de-ends .meter { display: inline-block; width: 5.5rem; height: 0.5rem;
  border-radius: 0.25rem; background: color-mix(in srgb, currentColor 14%, transparent); }
.de-ends .meter i { display: block; height: 100%; border-radius: 0.25rem; }
.de-ends .first { display: inline-block; min-width: 3.3rem; }
.de-ends .far { font-weight: 650; }
@media (max-width: 640px) { .de-ends .meter { width: 3rem; } .de-ends td { white-space: nowrap; } }
</style>
"""
HEADS = (
    "Schedule",
    "Signal left ᾱ<sub>T</sub>",
    "Kept of x<sub>0</sub>, √ᾱ<sub>T</sub>",
    "SNR at T",
    "Reaches noise",
    "Samples from N(0, I)",
    "Samples from its own x<sub>T</sub>",
)
FAR = 2.0  #: times the floor; fresh draws themselves score 1, give or take 0.5


def table(lanes: Sequence[Lane], costs: Sequence[Cost] | None) -> None:
    """Draw the table; the costs are dots while they are measured."""
    rows = "".join(_row(lane, costs[k] if costs else None) for k, lane in enumerate(lanes))
    head = "".join(f"<th scope='col'>{name}</th>" for name in HEADS)
    st.html(
        f"{_CSS}<div class='de-ends'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(lane: Lane, cost: Cost | None) -> str:
    left = lane.schedule.signal_left
    style = f"border-top-color:{lane.colour};border-top-style:{'dashed' if lane.dash else 'solid'}"
    meter = f"<span class='meter' role='img' aria-label='{left:.0%}'>"
    bar = f"<i style='width:{100 * left:.2f}%;background:{lane.colour}'></i>"
    cells = [
        f"<span class='line' style='{style}'></span>{html.escape(lane.label)}",
        f"<span class='first'>{_number(left)}</span>{meter}{bar}</span>",
        _number(math.sqrt(left)),
        _number(left / (1 - left)),
        "yes" if left < points.REACHED else "<span class='far'>not yet noise</span>",
        _times(cost.noise if cost else None),
        _times(cost.own if cost else None),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _number(value: float) -> str:
    return "0" if value == 0 else points.number(value)


def _times(ratio: float | None) -> str:
    if ratio is None:
        return "…"
    mark = " class='far'" if ratio > FAR else ""
    return f"<span{mark}>{ratio:.1f} ×</span>"


def verdict(lanes: Sequence[Lane], costs: Sequence[Cost]) -> str:
    """The harm in words: of the schedule that stops earliest, and of steps that are too long."""
    pairs = list(zip(lanes, costs, strict=True))
    lane, cost = max(pairs, key=lambda pair: pair[0].schedule.signal_left)
    said = [_early(lane, cost)]
    coarse = [lane.label for lane, cost in pairs if cost.own > FAR]
    if coarse:
        said.append(
            f"**{' and '.join(coarse)}** would miss from the right start too: there the steps are "
            "too long, or the denoiser is not good enough."
        )
    return " ".join(said)


def _early(lane: Lane, cost: Cost) -> str:
    left = lane.schedule.signal_left
    if left < points.REACHED:
        return "Every chain here reaches noise, so N(0, I) is a fair start for all of them."
    told = (
        f"**{lane.label}** stops with {math.sqrt(left):.2f} of every x₀ still in x_T. Started from "
        f"N(0, I) all the same, its samples are {cost.noise:.1f} times as far from the data as a "
        f"fresh draw is; started from its own x_T, which no sampler can know, {cost.own:.1f} times."
    )
    if cost.noise > max(FAR, 1.5 * cost.own):
        return f"{told} The difference is the harm of not having reached noise."
    return f"{told} Here that makes little difference to the samples."
