"""Still 3D views by py3Dmol, drawn with stmol: the only place that imports it."""

from __future__ import annotations

from dataclasses import dataclass

import py3Dmol
from stmol import showmol

from pages.ui.components.mount import preloads


def still_view(view: py3Dmol.view, height: int) -> None:
    """Draw the view over the whole width, ``height`` pixels high."""
    showmol(_Lawful(view), height=height, width=None)


@dataclass(frozen=True)
class _Lawful:
    """A view without inline scripts, which the content policy forbids."""

    view: py3Dmol.view

    def _make_html(self) -> str:
        """What stmol asks a view for."""
        text = self.view.write_html().replace("<script>", '<script type="text/plain">')
        (address,) = preloads("still")
        return f'{text}<script type="module" src="{address}"></script>'
