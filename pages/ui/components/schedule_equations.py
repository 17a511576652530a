"""The equations of beta, alpha_bar and log-SNR with the numbers of the frame that is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from pages.ui.components.mount import component, serial
from pages.ui.components.shown_schedule import ShownSchedule


def equations(lanes: Sequence[ShownSchedule], t: Tensor, player: str) -> None:
    """Draw them for the times t (F,) of the frames of the player with the key ``player``.

    The browser reads the clock off that player, whose last three panels are the charts of the three
    quantities: a chart under the pointer lights up its equation.
    """
    steps = t.long()
    data: dict[str, Any] = {
        "t": steps.tolist(),
        "player": player,
        "lanes": [
            {
                "label": lane.label,
                "colour": lane.colour,
                "dash": lane.dash,
                "beta": lane.schedule.betas[steps.clamp_min(1) - 1].tolist(),
                "now": lane.schedule.alpha_bar(steps).tolist(),
                "before": lane.schedule.alpha_bar(steps.clamp_min(1) - 1).tolist(),
            }
            for lane in lanes
        ],
    }
    component("explorer_schedule_equations", "schedule/equations")(
        key="equations", data={**data, "serial": serial("equations", data)}
    )
