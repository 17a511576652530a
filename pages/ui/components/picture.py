"""A picture as a page hands it to a component: found by its settings, packed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from engine.figures.player import Scene
from engine.figures.player.packing import encoded
from pages.ui.server.pictures import PICTURES


@dataclass(frozen=True, eq=False)
class Picture:
    """Where a picture is, and how to make it anew.

    Attributes:
        address: relative to the app.
        make: packs it (``engine.figures.blob``).
    """

    address: str
    make: Callable[[], bytes]

    def block(self) -> bytes:
        """The packed picture itself."""
        return PICTURES.block(self.address) or self.make()


def picture(name: str, build: Callable[[], Scene], *settings: Any) -> Picture:
    """The player's picture of ``build()``; the arguments are those of ``packed``."""
    return packed(name, lambda: encoded(build()), *settings)


def packed(name: str, make: Callable[[], bytes], *settings: Any) -> Picture:
    """The picture that ``make()`` packs, unless a session has already made it.

    Args:
        name: of what is drawn: one name, one way to draw.
        make: packs it.
        settings: all that decides what it looks like.

    Raises:
        TypeError: If one of the settings compares by identity.
    """
    return Picture(PICTURES.address((name, settled(settings)), make), make)


def settled(value: Any) -> Any:
    """A setting as values alone, hashable: nothing that it holds besides, such as a film's frames.

    Dataclasses count by their names and the fields that they compare, so that a class which a page
    has defined anew at a rerun is still the same.

    Raises:
        TypeError: If it compares by identity: no other session could ever mean the same.
    """
    if isinstance(value, (list, tuple)):
        return tuple(settled(each) for each in value)
    if value is None or isinstance(value, type):
        return value
    kind = type(value)
    if kind.__eq__ is vars(object)["__eq__"]:
        raise TypeError(f"A {kind.__qualname__} compares by identity; hand over what made it.")
    if is_dataclass(value):
        compared = (getattr(value, f.name) for f in fields(value) if f.compare)
        return kind.__module__, kind.__qualname__, *(settled(each) for each in compared)
    return value
