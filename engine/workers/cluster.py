"""The processes of a Dask cluster: any number of machines behind one address.

    for task, result in cluster.run(function, tasks, "tcp://host:8786", seconds=60.0): ...

``dask scheduler`` and, on every machine, ``dask worker ADDRESS`` start one; each machine has the
project installed. A task runs in a guarded process (``engine.limits``) beside its worker, so that
whatever it does costs no worker; where a worker goes, its tasks go to others, and one that comes is
used at once. Needs the package ``distributed``. Whoever reaches a scheduler can run programs on its
workers: keep it inside a trusted network.
"""

from __future__ import annotations

import math
import os
import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.limits import LimitError, Limits, Pool
from engine.progress import finish
from engine.workers.lost import CRASHED, MEMORY, TIME, Lost

if TYPE_CHECKING:
    from distributed import Client

#: Tasks given to every thread of the cluster: one to work on, one that waits beside it.
_AHEAD = 2
#: Seconds for the scheduler to answer, and between two looks at how large the cluster is.
_PATIENCE, _TICK = 10.0, 1.0
_REASONS = {"time": TIME, "memory": MEMORY, "crash": CRASHED}


class ClusterError(ValueError):
    """One sentence for a person whose cluster cannot be used."""


def run(
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    address: str,
    seconds: float,
    memory: float = math.inf,
    lead: int = 0,
) -> Iterator[tuple[Any, Any]]:
    """Pairs (task, ``function(task)`` or ``Lost``) in the order of completion.

    Args:
        function: importable by name on every machine.
        tasks: anything that can be pickled; drawn when the cluster has room.
        address: of the scheduler.
        seconds: of processor time, after which a task is given up.
        memory: bytes that a task may take beyond what its process holds.
        lead: how far a task may be ahead of the oldest one in work; 0 for any distance.

    Raises:
        ClusterError: if there is no such cluster, or it cannot run the function.
    """
    source, drawn = iter(tasks), 0
    ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with connected(address) as client:
        flying: dict[Any, tuple[int, Any]] = {}
        try:
            while True:
                while (
                    len(flying) < _room(client)
                    and not (lead and flying and drawn - next(iter(flying.values()))[0] >= lead)
                    and (task := next(source, _END)) is not _END
                ):
                    future = client.submit(_guarded, function, task, seconds, memory, pure=False)
                    future.add_done_callback(ended.put)
                    flying[future] = drawn, task
                    drawn += 1
                if not flying:
                    return
                with suppress(queue.Empty):  # the cluster may have grown meanwhile
                    future = ended.get(timeout=_TICK)
                    yield flying.pop(future)[1], _result(future)
        finally:
            client.cancel(list(flying))


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at ``address``, closed at the end.

    Raises:
        ClusterError: if the library is missing or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "To use a Dask cluster install its library: python -m pip install distributed."
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at “{address}”; check the address and that it runs."
        ) from error
    with client:
        yield client


_END = object()


def _room(client: Client) -> int:
    """How many tasks the cluster is given at once; one waits where it has no worker yet."""
    return max(1, _AHEAD * sum(client.nthreads().values()))


def _result(future: Any) -> Any:
    """What a task gave.

    Raises:
        ClusterError: if its worker could not run it.
    """
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return CRASHED
    except Exception as error:  # whatever a worker that is set up wrongly raises
        raise ClusterError(
            f"The cluster cannot run this ({type(error).__name__}: {error}); install the same "
            "version of the project on all of its machines."
        ) from error


def _guarded(function: Callable[[Any], Any], task: Any, seconds: float, memory: float) -> Any:
    """On a worker: the result of the task, or why there is none."""
    try:
        return finish(_pool(Limits(seconds, memory)).run(function, task))
    except LimitError as lost:
        return Lost(_REASONS[lost.reason])


@cache
def _pool(limits: Limits) -> Pool:
    """The processes beside this worker; they end with it."""
    return Pool(os.cpu_count() or 1, limits=limits)
