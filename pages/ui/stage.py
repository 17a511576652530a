"""The skeleton of a page: its moving picture on top, its equations at the end.

A page reserves the place of its picture (``Stage``), asks for what it shows, and then draws it
there: progress bars of the work appear below the picture, which stands where it was meanwhile.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.components.picture import Picture
from pages.ui.components.player import player
from pages.ui.export import downloads
from pages.ui.export.arrays import Export


class Stage:
    """The place of a player, drawn when its picture is known, with the export below it.

    Attributes:
        place: The container, for what else a page draws beside its picture.
    """

    def __init__(self, key: str, height: int = 380, turn: bool = True) -> None:
        """Reserve the place; ``key``, ``height`` and ``turn`` as in ``player``."""
        self.key, self.height, self.turn = key, height, turn
        self.place: DeltaGenerator = st.container()

    def show(self, title: str, picture: Picture | None, export: Export | None) -> None:
        """Draw the picture and, below it, what of it can be exported.

        Args:
            title: Above exported pictures.
            picture: None keeps the picture that stands, while a result is computed.
            export: None while it is computed.
        """
        with self.place:
            player(picture, key=self.key, height=self.height, turn=self.turn)
            downloads.show(self.key, title, picture, export, height=self.height, turn=self.turn)


def equations() -> AbstractContextManager[object]:
    """Open the section of formulas at the end of a page, for a ``with`` statement."""
    return st.expander("The equations behind it", icon=":material/function:")
