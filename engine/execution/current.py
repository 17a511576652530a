"""The executor of this process: worker processes where a server has started them, else threads.

With ``DASK_SCHEDULER_ADDRESS`` set the server also uses that cluster.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Sequence
from functools import cache

from engine.execution.cluster import Cluster
from engine.execution.contract import Executor
from engine.execution.processes import Processes
from engine.execution.threads import Threads
from engine.workers.cluster import ClusterError

#: Worker processes of a kind; the number of cores if it is not set.
VARIABLE = "EXPLORER_WORKERS"
#: Address of a Dask scheduler, such as tcp://host:8786; no cluster if it is not set.
CLUSTER = "DASK_SCHEDULER_ADDRESS"
#: Threads for work that only waits.
WAITERS = 48
LOG = logging.getLogger(__name__)
_STARTED: list[Executor] = []


def start(modules: Sequence[str] = ()) -> None:
    """From now on work is done in processes, which ``prepare`` starts.

    Args:
        modules: imported by every process when it starts.
    """
    if not _STARTED:
        atexit.register(stop)
        here, address = Processes(workers(), modules), os.environ.get(CLUSTER, "")
        _STARTED.append(_with_cluster(address, here) if address else here)


def _with_cluster(address: str, here: Executor) -> Executor:
    """Both; without a cluster that answers, this machine alone, as the log then says."""
    try:
        return Cluster(address, here)
    except ClusterError as problem:
        LOG.warning("%s Everything is computed on this machine.", problem)
        return here


def prepare() -> None:
    """After ``start``: have the processes ready before there is work."""
    for executor in _STARTED:
        executor.prepare()


def numbers() -> dict[str, int]:
    """How much there is to do in the processes; nothing where there are none."""
    return _STARTED[0].numbers() if _STARTED else {}


def stop() -> None:
    """End the processes and what they do."""
    while _STARTED:
        _STARTED.pop().close()


def executor() -> Executor:
    """Where long work of this process is done."""
    return _STARTED[0] if _STARTED else threads()


@cache
def threads() -> Threads:
    """Threads of this process, where no server runs."""
    return Threads(max(2, workers()))


@cache
def waiters() -> Threads:
    """Threads for work that itself only waits, such as for the processes that read files."""
    return Threads(WAITERS)


def workers() -> int:
    """How many processes long work may have.

    Raises:
        ValueError: if the variable is no positive number.
    """
    asked = os.environ.get(VARIABLE, "")
    if not asked:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not asked.isdecimal() or not int(asked):
        raise ValueError(f"{VARIABLE} is {asked!r}; it must be a number of processes, such as 2.")
    return int(asked)
