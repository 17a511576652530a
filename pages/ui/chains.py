"""What the pages about chains share: the controls of a process, its film in chains, a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.data import DATASETS, Dataset
from pages.ui import points, training, widgets
from pages.ui.jobs import Report
from pages.ui.player import Arrows, Chains, Layer, Panel
from pages.ui.points import Process

Lessons = Mapping[str, tuple[str, Mapping[str, Any]]]  #: label -> (help, {control: value})
CELL = (11.0, 6.2)  #: room for one chain of 12 beads, sigma


@dataclass(frozen=True, eq=False)
class ChainFilm:
    """Both processes in the data set's unit, frame by frame.

    Attributes
    ----------
    t: (F,) times of the forward process, 0 first and T last; the reverse one is at T - t.
    forward, reverse: (F, B, L, d) chains.
    guess: (F, B, L, d) the denoiser's prediction of x_0 that led to each reverse frame.
    """

    t: Tensor
    forward: Tensor
    reverse: Tensor
    guess: Tensor


def film(report: Report, process: Process) -> ChainFilm:
    """The job: noise ``process.n`` chains of the data, and sample as many."""
    made, chain = points.film(report, process), DATASETS[process.dataset].to_chain
    return ChainFilm(made.t, chain(made.forward), chain(made.reverse), chain(made.guess))


def controls(data: Dataset, n: int, T: int, sampler: str) -> Process:
    """Draw the controls of a process, each kept in the address, and return what they say."""
    schedule = points.choose_schedule(T=T)
    path = widgets.choice("Noising", points.PATHS, "path", help=points.PATH_HELP)
    denoiser = points.choose_denoiser(data, "learned")
    method = points.choose_sampler(sampler)
    start = widgets.options(points.Start, "start")
    seed = widgets.seed()
    network = training.network(data.key) if denoiser == "learned" else None
    return Process(data.key, schedule, method, denoiser, network, path, start.same, n, seed)


def flock(
    title: str,
    x: Tensor,
    role: str,
    span: int = 6,
    pull: Tensor | None = None,
    columns: int | None = None,
) -> Panel:
    """Chains x (F, C, L, d) in sigma on a grid: the line in the colour of its role, beads in order.

    In space each turns about its own place when dragged.

    pull (F, C, L, 2): an arrow at each bead, in sigma. columns: of the grid, else as fits a player
    of about 430 pixels. F may be 1: chains that stand still.
    """
    shown, beads = x.shape[1:3]
    swollen = (beads / 12) ** 0.75 * (0.7 if x.shape[-1] == 3 else 1.0)
    cell = swollen * torch.tensor(CELL)
    shape = 1.2 * span / 6 * CELL[1] / CELL[0]
    columns = columns or max(1, min(shown, round((shown * shape) ** 0.5)))
    rows = -(-shown // columns)
    index = torch.arange(shown)
    place = torch.stack([index % columns + 0.5, rows - index // columns - 0.5], dim=-1) * cell
    size = 1.0 if rows <= 4 else 0.75
    labels = ("chain", f"beads 1 to {beads}") if title.strip() else ("", "")
    layers: list[Layer] = [
        Chains(x, colour=role, width=2.6 * size, bead=0, place=place, label=labels[0]),
        Chains(x, width=0.01, bead=4.8 * size, c=np.arange(beads), place=place, label=labels[1]),
    ]
    if pull is not None:
        start = (x + place[:, None]).flatten(1, 2)
        layers.append(Arrows(start, pull.flatten(1, 2), colour="reference", label="pull"))
    window = (0, columns * float(cell[0])), (0, rows * float(cell[1]))
    return Panel(title, layers, *window, axes=False, span=span)


def labels(t: Tensor, view: str) -> list[str]:
    """The label of each frame: the time of the process in view, or of both."""
    if view == "both":
        return points.time_labels(t)
    shown = t if view == "forward" else t.flip(0)
    return [f"t = {value:.0f}" for value in shown.tolist()]


def spread(values: Tensor, unit: str) -> str:
    """Mean and standard deviation, as a person reads them."""
    return f"{values.mean():.2f} ± {values.std():.2f} {unit}".strip()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: names on the left, numbers on the right and unbroken."""
    whole = [[row[0], *(cell.replace(" ", "\u00a0") for cell in row[1:])] for row in rows]
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *whole]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
