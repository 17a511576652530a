"""The controls of the Swiss roll."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.datasets import Dataset
from engine.experiments.film import Process
from engine.options import switch
from pages.ui import process_controls, widgets

MOST = 5000  # points


@dataclass(frozen=True)
class Show:
    """What is drawn beside the points."""

    score: bool = switch(
        False,
        "Score arrows",
        "The field that the reverse process follows: the gradient of the log density of "
        "x_t, times the noise variance so that it stays finite. The network's, thin, over the "
        "true one, or over that of the memory where no true one is known or the memory leads back.",
    )
    guess: bool = switch(
        False,
        "Predicted clean points",
        "A third panel: where the denoiser predicts, at each moment, that every point came from. "
        "At first that is the mean of the data; it sharpens as noise is removed.",
    )
    origin: bool = switch(
        False,
        "Colour by place",
        "Colours each point by the angle at which it stands in the clean picture, so that "
        "you can follow each of them.",
    )


def controls(data: Dataset) -> tuple[Process, Show]:
    """The sidebar."""
    denoiser = process_controls.choose_denoiser(data, "learned")
    show = widgets.options(Show, "show")
    limits = {"n": (100.0, float(MOST))}
    process = process_controls.controls(
        data,
        lambda: widgets.options(process_controls.Points, "points", limits=limits).n,
        denoiser,
    )
    return process, show
