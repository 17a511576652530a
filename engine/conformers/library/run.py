"""A whole list: records to tasks, tasks to processes, outcomes to files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from engine.conformers.library.output import Output, OutputError, Progress
from engine.conformers.library.records import Record, records
from engine.conformers.library.work import Outcome, Settings, Task
from engine.workers import Lost

#: What runs tasks: pairs of a task and its result, as ``engine.workers.run`` gives them.
Runner = Callable[[Iterable[Task]], Iterator[tuple[Task, Any]]]
#: Records of one task where the network works on a GPU. On a processor 8 together take 0.8 of the
#: time for one conformer each and no less for more, and their last digits would depend on it.
_TOGETHER = 32
_REASONS = {
    "crashed": "makes the program fail",
    "time limit": "takes more time than one may take",
    "memory limit": "takes more memory than one may take",
}


def run(
    source: Path,
    target: Path,
    settings: Settings,
    runner: Runner,
    device: str = "cpu",
    tell: Callable[[int, Progress], None] = lambda position, progress: None,
) -> Progress:
    """Conformers of every record of ``source`` in ``target``, as far as they are not there yet.

    Args:
        source: see ``records``; target: an SDF, beside which the other files stand.
        settings: of all records.
        runner: makes the tasks' conformers, whose outcomes are written in the order of the list.
        device: where the network works.
        tell: hears of every record that is done, with the bytes of ``source`` up to it.

    Raises:
        OutputError, MoleculeError, OSError: in one sentence, if this list cannot be done.
    """
    with Output(target, asdict(settings)) as output:
        tasks = _Tasks(_unfinished(records(source), output.progress), settings, device)
        waiting: dict[int, Outcome] = {}
        for task, result in runner(tasks):
            waiting |= {outcome.number: outcome for outcome in tasks.outcomes(task, result)}
            while tasks.drawn and tasks.drawn[0].number in waiting:
                record = tasks.drawn.popleft()
                output.add(record, waiting.pop(record.number))
                tell(record.position, output.progress)
        return output.progress


def _unfinished(every: Iterator[Record], done: Progress) -> Iterator[Record]:
    """The records behind those that an earlier run has done.

    Raises:
        OutputError: if these are no longer the same.
    """
    last = next(islice(every, done.records - 1, None), None) if done.records else None
    if done.records and (last is None or last.digest != done.digest):
        raise OutputError(
            f"The first {done.records:,} records of the list are not those that are done already; "
            "choose another name for the conformers."
        )
    yield from every


class _Tasks:
    """The tasks of a run.

    Attributes:
        drawn: the records that have been given away and are not yet written, in order.
    """

    def __init__(self, source: Iterator[Record], settings: Settings, device: str) -> None:
        self._source, self._settings, self._device = source, settings, device
        self._size = 1 if device == "cpu" else _TOGETHER
        self._again: deque[Record] = deque()
        self.drawn: deque[Record] = deque()

    def __iter__(self) -> Iterator[Task]:
        return self

    def __next__(self) -> Task:
        if self._again:
            some: tuple[Record, ...] = (self._again.popleft(),)
        else:
            some = tuple(islice(self._source, self._size))
            self.drawn.extend(some)
        if not some:
            raise StopIteration
        return Task(some, self._settings, self._device)

    def outcomes(self, task: Task, result: Any) -> list[Outcome]:
        """What became of the records of a task; of several that were lost, each is tried alone."""
        if not isinstance(result, Lost):
            return list(result)
        if len(task.records) > 1:
            self._again.extend(task.records)
            return []
        reason = f"This record {_REASONS[result]}."
        return [Outcome(record.number, record.name, reason=reason) for record in task.records]
