"""A molecule as a script names it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.experiments.molecule.record import Source
from pages.ui.export import scripts
from pages.ui.export.scripts import Code

PATH = ("pathlib", "Path")


def as_argument(source: Source) -> Any:
    """The source itself; of a file, whose bytes would fill the script, one that reads it again."""
    if source.kind != "file":
        return source
    data: Any = Code(f"Path({scripts.literal(source.text)}).read_bytes()", imports=(PATH,))
    return replace(source, data=data)
