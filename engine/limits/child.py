"""The process in which guarded work runs.

It loads the modules, then reads requests from its input and writes answers to its output, as
pickles, until the input ends. The operating system ends it where it works too long.
"""

from __future__ import annotations

import importlib
import math
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import children

try:
    import resource
except ImportError:  # Windows has no such limits: there the parent watches the clock
    _HAS_LIMITS = False
else:
    _HAS_LIMITS = True

#: Kinds of answers: a result, a sentence for a person, more memory asked for than allowed.
RESULT, SENTENCE, MEMORY = "result", "sentence", "memory"
_NO_MEMORY = pickle.dumps((MEMORY, None), pickle.HIGHEST_PROTOCOL)
_STATUS = Path("/proc/self/statm")
_WRITABLE = 5  #: the number of pages that can be written to, in that file


def main() -> None:
    """Answer requests until there are no more; what libraries print goes to the error stream.

    The arguments of the process are the names of the modules to load.
    """
    requests, answers = children.pipes()
    if _HAS_LIMITS:
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    for module in sys.argv[1:]:
        importlib.import_module(module)
    while True:
        try:
            function, arguments, seconds, memory = pickle.load(requests)  # noqa: S301
        except EOFError:
            return
        answer = _answer(function, arguments, seconds, memory)
        answers.write(answer)
        answers.flush()
        if answer == _NO_MEMORY:
            return  # what is left of the memory is in pieces


def _answer(function: Any, arguments: tuple[Any, ...], seconds: float, memory: float) -> bytes:
    """The pickled answer; an exception that is no sentence ends the process, traceback and all."""
    try:
        with limited(seconds, memory):
            return pickle.dumps((RESULT, function(*arguments)), pickle.HIGHEST_PROTOCOL)
    except ValueError as problem:
        return pickle.dumps((SENTENCE, problem), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return _NO_MEMORY


@contextmanager
def limited(seconds: float, memory: float) -> Iterator[None]:
    """This process may take so much more of processor time and memory while the block runs."""
    try:
        _limit(seconds, memory)
        yield
    finally:
        _limit(math.inf, math.inf)


def _limit(seconds: float, memory: float) -> None:
    """Allow so many seconds and bytes more than what is used by now.

    The limit on memory is on what the process can write to (Linux from 4.7; other systems do not
    count it): asking for more fails where it is asked for, as a ``MemoryError``.
    """
    if not _HAS_LIMITS:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = used.ru_utime + used.ru_stime + seconds
    _set(resource.RLIMIT_CPU, math.inf if math.isinf(end) else math.ceil(end))
    if _STATUS.exists():
        held = int(_STATUS.read_text().split()[_WRITABLE]) * resource.getpagesize()
        _set(resource.RLIMIT_DATA, held + memory)


def _set(which: int, value: float) -> None:
    _, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY:
        soft = resource.RLIM_INFINITY if math.isinf(value) else int(value)
    else:
        soft = int(min(value, hard))
    resource.setrlimit(which, (soft, hard))
