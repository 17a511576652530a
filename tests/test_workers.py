"""Work in processes that crash and hang."""

import os
import time

import pytest

from engine import workers


def work(task: int) -> tuple[int, int, str]:
    """What the tests let a process do: 3 crashes it, 5 hangs it."""
    if task == 3:
        os._exit(1)
    if task == 5:
        time.sleep(600)
    return task * task, os.getpid(), os.environ["OMP_NUM_THREADS"]


@pytest.fixture
def quick_start(monkeypatch):
    monkeypatch.setattr(workers, "_START", 3.0)
    monkeypatch.setattr(workers, "_TICK", 0.1)


def test_a_crash_and_a_hang_cost_their_own_task_alone(quick_start):
    before = os.environ.get("OMP_NUM_THREADS")
    results = dict(workers.run(work, range(8), 2, seconds=3.0, recycle=3))
    assert results.pop(3) == "crashed" and results.pop(5) == "time limit"
    assert {task: result[0] for task, result in results.items()} == {
        task: task * task for task in (0, 1, 2, 4, 6, 7)
    }
    assert {result[2] for result in results.values()} == {"1"}
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_processes_are_replaced():
    results = [result for _, result in workers.run(work, (0, 1, 2, 4), 1, 60.0, recycle=2)]
    assert [square for square, _, _ in results] == [0, 1, 4, 16]
    first, second, third, fourth = (pid for _, pid, _ in results)
    assert first == second != third == fourth


def test_stopping_early_ends_the_processes():
    run = workers.run(work, range(100, 200), 1, 60.0)
    _, (_, pid, _) = next(run)
    run.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_tasks_no_processes():
    assert list(workers.run(work, [], 4, 1.0)) == []
