"""One input, read as a page reads it, and what came of it."""

from __future__ import annotations

import math
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.chem.reading import EXTENSIONS, list_records, read_file, read_text
from engine.chem.structure import depict, to_molecule
from engine.data.own.files import read_table
from engine.data.own.sources import Ink, of_drawing, of_image, of_table
from engine.noise import Drawn

_ENGINE = str(Path(__file__).resolve().parents[2])
_LONGEST = 600  #: letters of a sentence
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Trial:
    """What came of one input.

    Attributes:
        outcome: "read"; "clean", refused by the project's own sentence; "unclean", any other
            exception; or "killed".
        message: the sentence, or the exception and where it was raised.
        seconds: of processor time.
        peak: bytes of memory, the most that the process held, its libraries included.
    """

    outcome: str
    message: str = ""
    seconds: float = 0.0
    peak: float = 0


def trial(kind: str, data: bytes) -> Trial:
    """Read one input of a kind."""
    if _RESET.exists():
        _RESET.write_text("5", encoding="ascii")  # the peak of memory begins anew
    start = time.process_time()
    outcome, message = "read", ""
    try:
        READERS[kind](data)
    except MemoryError:
        raise  # more than the limit
    except Exception as problem:  # noqa: BLE001 - whatever leaves a reader is what is measured
        outcome, message = _judged(problem)
    return Trial(outcome, message, time.process_time() - start, _peak())


def _judged(problem: Exception) -> tuple[str, str]:
    """Whether an exception is a sentence of the project, raised by the project."""
    sentence, where = str(problem), traceback.extract_tb(problem.__traceback__)[-1]
    ours = type(problem).__module__.startswith("engine.")
    ours |= type(problem) is ValueError and sentence[:1].isupper()  # Python's own begin small
    whole = sentence.endswith(".") and "\n" not in sentence and len(sentence) <= _LONGEST
    if isinstance(problem, ValueError) and ours and whole and where.filename.startswith(_ENGINE):
        return "clean", sentence
    place = f"{Path(where.filename).name}:{where.lineno} {where.name}"
    return "unclean", f"{type(problem).__name__}: {sentence[:200]} ({place})"


def _peak() -> int:
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _read_file(kind: str, data: bytes) -> None:
    name = f"file{kind}"
    list_records(name, data)
    reading = read_file(name, data)
    to_molecule(reading.mol, reports=reading.reports)
    depict(reading.mol)


def _read_text(data: bytes) -> None:
    reading = read_text(data.decode("utf-8", errors="surrogateescape"))
    to_molecule(reading.mol, reports=reading.reports)
    depict(reading.mol)


def _table(kind: str, data: bytes) -> None:
    table = read_table(f"file{kind}", data)
    of_table(table, *(table.numeric + list(table.columns))[:2])


def _image(data: bytes) -> None:
    of_image(data, Ink(), 0)


def _schedule(data: bytes) -> None:
    words = [word.split(",") for word in data.decode("utf-8", errors="replace").split()]
    points = tuple((_number(word[0]), _number(word[-1])) for word in words)
    schedule = Drawn(1000, points)
    if not bool(((schedule.betas > 0) & (schedule.betas <= 1)).all()):
        raise ArithmeticError("a schedule with betas outside of (0, 1]")


def _number(text: str) -> float:
    """What a page that reads numbers hands over; not a number where there is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _drawing(data: bytes) -> None:
    of_drawing(data.decode("utf-8", errors="replace"))


#: By kind: an extension with its dot, or a word.
READERS: dict[str, Callable[[bytes], None]] = {
    "smiles": _read_text,
    "inchi": _read_text,
    "image": _image,
    "schedule": _schedule,
    "drawing": _drawing,
    **{end: partial(_table, end) for end in (".csv", ".tsv", ".npy", ".npz")},
    **{end: partial(_read_file, end) for end in EXTENSIONS},
}
