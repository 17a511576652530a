"""Chains of beads side by side, as a panel of the player."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.figures.player.scene import Arrows, Chains, Layer, Panel

CELL = (11.0, 6.2)  #: room for one chain of 12 beads, sigma


def chains(
    title: str,
    x: Tensor,
    role: str,
    span: int = 6,
    pull: Tensor | None = None,
    columns: int | None = None,
) -> Panel:
    """Chains on a grid: lines in the colour of their role, beads coloured by their order.

    In space each turns about its own place when dragged.

    Args:
        title: of the panel.
        x: (F, C, L, d) in sigma; F may be 1, for chains that stand still.
        role: a colour of the palette.
        span: columns of the scene.
        pull: (F, C, L, 2) an arrow at each bead, in sigma.
        columns: of the grid; None: as fits a player of about 430 pixels.
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
