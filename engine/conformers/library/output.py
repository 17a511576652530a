"""The files of a run: conformers, problems, and a journal that says up to where both are good.

Outcomes are written in the order of the records. Every second the files are brought to the disk and
the journal, a few numbers, is replaced at once; whatever a killed run had written after that is cut
off when it is taken up again. So no record is lost, doubled or half there.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from engine.chem.titles import one_line
from engine.conformers.library.records import Record
from engine.conformers.library.work import Outcome
from engine.tables import cell

try:
    import fcntl
except ImportError:  # Windows, where nobody watches over two runs into one file
    _HAS_LOCKS = False
else:
    _HAS_LOCKS = True

#: Seconds between two entries of the journal.
_EVERY = 1.0
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t")


class OutputError(ValueError):
    """One sentence for a person whose files cannot be written or continued."""


@dataclass
class Progress:
    """How far a run is.

    Attributes:
        records: that have been written, to either file; digest: of their texts.
        problems: how many of them have no conformers.
        bytes, problem_bytes: lengths of the two files.
    """

    records: int = 0
    digest: int = 0
    problems: int = 0
    bytes: int = 0
    problem_bytes: int = 0


class Output:
    """The files beside ``path``, continued where a run of the same settings has stopped.

    Attributes:
        progress: what has been written.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Open the files.

        Raises:
            OutputError: if they cannot be written, belong to other work or to a run at work.
        """
        self.path = path
        self.problems = path.with_suffix(".problems.csv")
        self.journal = path.with_suffix(".journal.json")
        self.settings = dict(settings)
        try:
            self._sdf = _opened(path)
            self.progress = self._known()
            self._table = _opened(self.problems)
            _cut(self._sdf, self.progress.bytes)
            _cut(self._table, self.progress.problem_bytes)
            if not self.progress.problem_bytes:
                self._row("record", "name", "reason")
            self.commit()
        except OSError as error:
            raise OutputError(
                f"The conformers cannot be written to “{path}” ({error.strerror}); choose another "
                "file."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep what has been written, whatever ends the run."""
        self.commit()
        self._sdf.close()
        self._table.close()

    def add(self, record: Record, outcome: Outcome) -> None:
        """Write what became of the next record."""
        if outcome.reason:
            self._row(str(record.number), _plain(outcome.name), _plain(outcome.reason))
            self.progress.problems += 1
        else:
            self.progress.bytes += self._sdf.write(outcome.sdf.encode("utf-8", "replace"))
        self.progress.records, self.progress.digest = record.number, record.digest
        if time.monotonic() > self._committed + _EVERY:
            self.commit()

    def commit(self) -> None:
        """Bring all that has been written to the disk, then say so in the journal."""
        for file in (self._sdf, self._table):
            file.flush()
            os.fsync(file.fileno())
        fresh = self.journal.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as journal:
            json.dump({"settings": self.settings, **asdict(self.progress)}, journal, indent=1)
            journal.flush()
            os.fsync(journal.fileno())
        fresh.replace(self.journal)
        self._committed = time.monotonic()

    def _row(self, *cells: str) -> None:
        stream = StringIO()
        csv.writer(stream, lineterminator="\n").writerow(map(cell, cells))
        self.progress.problem_bytes += self._table.write(stream.getvalue().encode())

    def _known(self) -> Progress:
        """What the journal says; nothing if there is none and no output either."""
        if not self.journal.exists():
            if self.path.stat().st_size:
                raise OutputError(
                    f"“{self.path}” holds something and has no journal beside it; choose another "
                    "name or remove it."
                )
            return Progress()
        try:
            found = json.loads(self.journal.read_text(encoding="utf-8"))
            settings = found.pop("settings")
            done = Progress(**found)
        except (ValueError, KeyError, TypeError) as error:
            raise OutputError(f"“{self.journal}” is not a journal of this program.") from error
        if settings != json.loads(json.dumps(self.settings)):
            changed = [key for key, value in self.settings.items() if settings.get(key) != value]
            raise OutputError(
                f"“{self.path}” was begun with other settings ({', '.join(changed)}); give the "
                "same ones to continue it, or choose another name."
            )
        return done


def _opened(path: Path) -> BinaryIO:
    """The file, made if it is not there, for this run alone."""
    file = path.open("ab")
    if _HAS_LOCKS:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(f"Another run is writing to “{path}”.") from None
    return file


def _cut(file: BinaryIO, size: int) -> None:
    """Leave out what stands behind ``size`` bytes, and go on there."""
    if os.fstat(file.fileno()).st_size < size:
        raise OutputError(
            f"“{file.name}” is shorter than it was; put it back, or remove it and its journal to "
            "begin anew."
        )
    file.truncate(size)


def _plain(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line
