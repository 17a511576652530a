"""The player: one canvas component for everything that moves.

A page describes a ``Scene`` (``engine.figures.player``); the browser fetches it packed from the
address of its picture (``pages.ui.server.pictures``) and draws it, with one clock for all panels.
The script is ``assets/js/player.js``.
"""

from __future__ import annotations

from typing import Any

from pages.ui.addressing import addresses
from pages.ui.components.mount import mount
from pages.ui.components.picture import Picture

MOMENT = "frame"  #: the moment of a page's own player in the address


def player(
    picture: Picture | None,
    key: str,
    height: int = 380,
    controls: bool = True,
    turn: bool = True,
    moment: str = MOMENT,
) -> None:
    """Draw the picture, moving, and a bar of controls below it.

    Args:
        picture: None keeps the picture that stands, while a result is computed.
        key: The component's key.
        height: Of the panels in pixels; narrow windows may use less.
        controls: Show the bar.
        turn: Offer the toggle between forward and reverse.
        moment: What the moment at which it rests is called in the address; a page with several
            players has a name for each.
    """
    addresses.hold(moment)
    addresses.hold(f"{moment}_turned")
    options = dict(height=height, controls=controls, turn=turn, key=key, moment=moment)
    data: dict[str, Any] = {"options": options} if picture else {"options": options, "keep": True}
    mount("explorer_player", "player", key, data, picture)
