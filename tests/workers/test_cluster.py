"""Work on a Dask cluster: a real scheduler and two workers, one of which is killed in mid-job."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from engine.workers import cluster
from tests.dask_cluster import dask_cluster


def work(task: tuple[int, Path]) -> int:
    """The square; 3 crashes, 5 works without end, 0 holds its first worker until that is killed."""
    number, marker = task
    if number == 3:
        os._exit(1)
    while number == 5:
        pass
    if number == 0 and not marker.exists():
        marker.write_text(f"{os.getppid()}\n")  # of the worker: tasks run in a child of it
        time.sleep(600)
    return number * number


@pytest.mark.slow
def test_a_hostile_task_costs_itself_and_a_killed_worker_costs_nothing(tmp_path):
    marker = tmp_path / "worker"
    results: dict[int, object] = {}
    with dask_cluster(tmp_path, workers=2) as address:
        tasks = [(number, marker) for number in range(12)]
        for task, result in cluster.run(work, tasks, address, seconds=3.0):
            results[task[0]] = result
            if len(results) == 6:  # the other worker has done what it can
                os.kill(int(marker.read_text()), signal.SIGKILL)
    assert results.pop(3) == "crashed" and results.pop(5) == "time limit"
    assert results == {number: number**2 for number in range(12) if number not in (3, 5)}


def test_a_cluster_that_is_not_there(monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 1.0)
    with pytest.raises(cluster.ClusterError, match="No Dask scheduler answers at “tcp:"):
        list(cluster.run(work, [(1, Path())], "tcp://127.0.0.1:1", 1.0))


def test_the_library_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(cluster.ClusterError, match="pip install"):
        list(cluster.run(work, [(1, Path())], "tcp://127.0.0.1:1", 1.0))
