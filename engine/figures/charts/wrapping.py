"""Charts of wrapping without a wrapped density: where angles are at t = T, and two scores."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from engine.figures.charts.lines import Axes, Line, lines

TICKS = (-180, -90, 0, 90, 180)


def heaps(
    centres: np.ndarray, training: np.ndarray, start: np.ndarray, uniform: np.ndarray, dark: bool
) -> go.Figure:
    """How often angles are in each bin: training states at t = T, the sampler's start, uniform.

    Args:
        centres: (B,) degrees.
        training: (B,) percent. start: (B,) percent. uniform: (B,) percent.
        dark: whether the theme is dark.
    """
    series = {
        "Training, t = T": Line(centres, training, dots=False),
        "Sampler's start": Line(centres, start, dots=False),
        "Uniform": Line(centres, uniform, dots=False),
    }
    figure = lines(series, Axes("Angle, degrees", "Percent in 10°"), dark)
    figure.update_xaxes(range=[-180, 180], tickvals=TICKS)
    figure.update_yaxes(rangemode="tozero")
    return figure


def scores(angles: np.ndarray, wrapped: np.ndarray, used: np.ndarray, dark: bool) -> go.Figure:
    """The score of the wrapped normal, and that of the Gaussian before wrapping.

    Args:
        angles: (P,) degrees.
        wrapped: (P,) per radian. used: (P,) per radian.
        dark: whether the theme is dark.
    """
    series = {
        "Wrapped normal": Line(angles, wrapped, dots=False),
        "Used: Gaussian": Line(angles, used, dots=False),
    }
    figure = lines(series, Axes("Angle from the mean, degrees", "Score, 1/rad"), dark)
    figure.update_xaxes(range=[-180, 180], tickvals=TICKS)
    return figure
