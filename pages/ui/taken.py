"""What a page gives away: its arrays under documented names, as tables, as one archive, as a page.

No Streamlit here: the text of a file is made when it is asked for, in the thread that asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.figures.filmpage import filmpage
from pages.ui.player import Scene, pack

AXES = ("x", "y", "z")


@dataclass(frozen=True, eq=False)
class Named:
    """An array and what it is.

    Attributes
    ----------
    values: a process (F, N, D) of points or (F, C, L, d) of chains; else anything.
    about: one line with its shape and unit.
    t: (F,) the time of each frame, where it is a process.
    result: whether its last frame (or itself, if it is no process) is what the sampler made.
    """

    values: ArrayLike
    about: str
    t: ArrayLike | None = None
    result: bool = False


@dataclass(frozen=True, eq=False)
class Taken:
    """All that can be taken away from what a page shows.

    Attributes
    ----------
    note: one line that says what was chosen.
    options: the same in full, as JSON.
    arrays: by the name they have in the archive, which the script gives them too.
    script: Python that makes these arrays again and saves them.
    """

    note: str
    options: Mapping[str, Any]
    arrays: Mapping[str, Named]
    script: str

    @property
    def ways(self) -> dict[str, Named]:
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


def archive(taken: Taken) -> bytes:
    """A numpy archive: the arrays, ``about`` (JSON: name to meaning) and ``options`` (JSON)."""
    arrays: dict[str, Any] = {name: np.asarray(a.values) for name, a in taken.arrays.items()}
    about = {name: each.about for name, each in taken.arrays.items()}
    stream = BytesIO()
    np.savez_compressed(
        stream,
        **arrays,
        about=np.array(json.dumps(about, ensure_ascii=False)),
        options=np.array(json.dumps(taken.options, ensure_ascii=False)),
    )
    return stream.getvalue()


def samples_table(taken: Taken) -> str:
    """CSV, one row a point: process, point (or chain, bead), x, y, z. Counted from 0."""
    results = taken.results
    blocks = [_rows(name, values) for name, values in results.items()]
    return "".join([_head("process", next(iter(results.values()))), *blocks])


def film_table(
    taken: Taken, progress: Callable[[int, int], None] = lambda done, total: None
) -> str:
    """CSV, one row a point at a time: process, frame, t, then as ``samples_table``.

    progress: called before every frame with (done, total); may raise to stop.
    """
    ways = taken.ways
    total = sum(len(np.asarray(way.t)) for way in ways.values())
    blocks = [_head("process,frame,t", np.asarray(next(iter(ways.values())).values)[0])]
    for name, way in ways.items():
        times = np.asarray(way.t, dtype=float).tolist()
        for frame, (t, values) in enumerate(zip(times, np.asarray(way.values), strict=True)):
            progress(len(blocks) - 1, total)
            blocks.append(_rows(f"{name},{frame},{t:g}", values))
    return "".join(blocks)


def film_rows(taken: Taken) -> int:
    """Rows of ``film_table``."""
    return sum(np.asarray(way.values)[..., 0].size for way in taken.ways.values())


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
class Shown:
    """A player as it stands on a page: its key, title, scene and looks."""

    key: str
    title: str
    scene: Scene
    height: int = 380
    turn: bool = True


def words(key: str, title: str, note: str, film: bool = True) -> dict[str, Any]:
    """What the buttons for pictures are told: of which player, and what to write above."""
    return {"player": key, "name": key, "title": title, "note": note, "film": film}


def webpage(shown: Shown, taken: Taken) -> str:
    """The film as one HTML file that plays without a network."""
    head, arrays = pack(shown.scene)
    looks = dict(height=shown.height, controls=True, turn=shown.turn, key=shown.key)
    told = {**head, "options": looks, "serial": 0}
    buttons = words(shown.key, shown.title, taken.note)
    return filmpage(shown.title, taken.note, told, arrays, buttons, taken.script)


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
