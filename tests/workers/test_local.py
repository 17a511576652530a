"""Work in processes that crash and hang."""

import os
import sys
import time
from pathlib import Path

import pytest

from engine import workers
from engine.workers import local


def work(task: int) -> tuple[int, int, str]:
    """What the tests let a process do: 3 crashes it, 5 hangs it."""
    if task == 3:
        os._exit(1)
    if task == 5:
        time.sleep(600)
    return task * task, os.getpid(), os.environ["OMP_NUM_THREADS"]


@pytest.fixture
def quick_start(monkeypatch):
    monkeypatch.setattr(local, "_START", 3.0)
    monkeypatch.setattr(local, "_TICK", 0.1)


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


def hoard(size: int) -> int:
    """Takes ``size`` bytes."""
    return len(bytearray(size))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted on Linux alone")
def test_a_task_may_not_take_all_memory():
    results = dict(workers.run(hoard, (1, 2**30, 2), 1, 60.0, memory=2**28))
    assert results == {1: 1, 2**30: "memory limit", 2: 2}


def wait_for_the_third(task: tuple[int, Path]) -> int:
    """The first task ends after the third, which leaves a file."""
    number, folder = task
    if number == 3:
        (folder / "third").touch()
    while number == 1 and not (folder / "third").exists():
        time.sleep(0.05)
    return number


def test_no_task_is_far_ahead_of_the_oldest(tmp_path):
    drawn: list[int] = []

    def tasks():
        for number in range(1, 9):
            drawn.append(number)
            yield number, tmp_path

    ended: list[int] = []
    for _, number in workers.run(wait_for_the_third, tasks(), 2, 60.0, lead=3):
        ended.append(number)
        assert 1 in ended or max(drawn) <= 3
    assert ended.index(3) < ended.index(1) and sorted(ended) == drawn == list(range(1, 9))


def test_an_iterator_may_have_new_tasks_after_it_had_none():
    class Growing:
        """Offers 2 once 1 is done."""

        def __init__(self):
            self.waiting = [1]

        def __iter__(self):
            return self

        def __next__(self) -> int:
            if not self.waiting:
                raise StopIteration
            return self.waiting.pop()

    growing, ended = Growing(), []
    for task, _ in workers.run(work, growing, 2, 60.0):
        ended.append(task)
        if task == 1:
            growing.waiting.append(2)
    assert ended == [1, 2]
