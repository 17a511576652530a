"""What a page exports: its arrays under documented names, as tables, as one archive, as a page.

No Streamlit here: the text of a file is made when it is asked for, in the thread that asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.experiments.arrays import Array
from engine.figures.offline.film_page import filmpage
from engine.progress import Step, Steps
from pages.ui.components.picture import Picture

AXES = ("x", "y", "z")


@dataclass(frozen=True, eq=False)
class Export:
    """All that can be exported of what a page shows.

    Attributes:
        note: one line that says what was chosen.
        options: the same in full, as JSON.
        arrays: by the name they have in the archive, which the script gives them too.
        script: Python that makes these arrays again and saves them.
    """

    note: str
    options: Mapping[str, Any]
    arrays: Mapping[str, Array]
    script: str

    @property
    def processes(self) -> dict[str, Array]:
        """The processes among the arrays."""
        return {name: each for name, each in self.arrays.items() if each.t is not None}

    @property
    def results(self) -> dict[str, NDArray[Any]]:
        """What was sampled, by name: points (N, D) or chains (C, L, d)."""
        found = {}
        for name, each in self.arrays.items():
            if each.result:
                values = np.asarray(each.values)
                found[name] = values if each.t is None else values[-1]
        return found


# ---------------------------------------------------------------------------------------------
# Files


def archive(made: Export) -> bytes:
    """A numpy archive: the arrays, ``about`` (JSON: name to meaning) and ``options`` (JSON)."""
    arrays: dict[str, Any] = {name: np.asarray(a.values) for name, a in made.arrays.items()}
    about = {name: each.about for name, each in made.arrays.items()}
    stream = BytesIO()
    np.savez_compressed(
        stream,
        **arrays,
        about=np.array(json.dumps(about, ensure_ascii=False)),
        options=np.array(json.dumps(made.options, ensure_ascii=False)),
    )
    return stream.getvalue()


def samples_table(made: Export) -> str:
    """CSV, one row a point: process, point (or chain, bead), x, y, z. Counted from 0."""
    results = made.results
    blocks = [_rows(name, values) for name, values in results.items()]
    return "".join([_head("process", next(iter(results.values()))), *blocks])


def film_table(made: Export) -> Steps[str]:
    """CSV, one row a point at a time: process, frame, t, then as ``samples_table``."""
    processes = made.processes
    total = sum(len(np.asarray(way.t)) for way in processes.values())
    blocks = [_head("process,frame,t", np.asarray(next(iter(processes.values())).values)[0])]
    for name, process in processes.items():
        times = np.asarray(process.t, dtype=float).tolist()
        for frame, (t, values) in enumerate(zip(times, np.asarray(process.values), strict=True)):
            yield Step(len(blocks) - 1, total, "Writing the table")
            blocks.append(_rows(f"{name},{frame},{t:g}", values))
    return "".join(blocks)


def film_rows(made: Export) -> int:
    """Rows of ``film_table``."""
    return sum(np.asarray(way.values)[..., 0].size for way in made.processes.values())


def _head(first: str, values: NDArray[Any]) -> str:
    place = ["point"] if values.ndim == 2 else ["chain", "bead"]
    return ",".join([first, *place, *AXES[: values.shape[-1]]]) + "\n"


def _rows(first: str, values: NDArray[Any]) -> str:
    """Lines of points (N, D) or chains (C, L, d), with nine digits: every float32 comes back."""
    places = [axis.reshape(-1) for axis in np.indices(values.shape[:-1])]
    columns = [*places, *values.reshape(-1, values.shape[-1]).T]
    line = first + ",%d" * len(places) + ",%.9g" * values.shape[-1] + "\n"
    flat = [number for row in zip(*(c.tolist() for c in columns), strict=True) for number in row]
    return line * len(columns[0]) % tuple(flat)


@dataclass(frozen=True, eq=False)
class PlayerView:
    """A player as it stands on a page: its key, title, picture and looks."""

    key: str
    title: str
    picture: Picture
    height: int = 380
    turn: bool = True


def words(key: str, title: str, note: str, film: bool = True) -> dict[str, Any]:
    """What the buttons for pictures are told: of which player, and what to write above."""
    return {"player": key, "name": key, "title": title, "note": note, "film": film}


def webpage(shown: PlayerView, made: Export) -> str:
    """The film as one HTML file that plays without a network."""
    looks = dict(height=shown.height, controls=True, turn=shown.turn, key=shown.key)
    buttons = words(shown.key, shown.title, made.note)
    block = shown.picture.block()
    return filmpage(shown.title, made.note, block, looks, buttons, made.script)


# ---------------------------------------------------------------------------------------------
# Options as JSON


def plain(value: Any) -> Any:
    """Options as JSON holds them: dataclasses by name and fields, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        own = {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        return {"kind": type(value).__name__, **own}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value
