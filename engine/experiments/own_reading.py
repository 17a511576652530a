"""Tables and images of users, read where a damaged or hostile one can do no harm."""

from __future__ import annotations

from engine.data.own.files import read_table
from engine.data.own.points import OwnPoints
from engine.data.own.sources import Ink, of_image
from engine.data.own.table import OPEN, Layout, Table
from engine.limits import guarded
from engine.progress import Steps


def own_table(name: str, data: bytes, layout: Layout = OPEN) -> Steps[Table]:
    """``read_table(name, data, layout)``, guarded.

    Raises:
        ValueError: in one sentence, if it cannot be read or takes more than allowed.
    """
    return (yield from guarded(read_table, name, data, layout))


def own_image(image: bytes, ink: Ink, seed: int) -> Steps[OwnPoints]:
    """``of_image(image, ink, seed)``, guarded.

    Raises:
        ValueError: in one sentence, if it cannot be read or takes more than allowed.
    """
    return (yield from guarded(of_image, image, ink, seed))
