"""Executors: the same work and the same answers in threads and in worker processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import torch

from engine.data import DATASETS
from engine.denoisers import FitOptions
from engine.execution import Executor, LostError, Processes, Threads, Work
from engine.experiments.networks import DENOISERS, Network, denoising
from engine.experiments.training_run import on_points, train, trained_from
from engine.progress import finish
from tests.execution import work

PATIENCE = 120.0  #: seconds after which a test gives up; none waits for them


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    made = Processes(1)
    yield made
    made.close()


@pytest.fixture(params=["threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Executor:
    return Threads(1) if request.param == "threads" else request.getfixturevalue("processes")


def test_work_ends_with_its_result(executor: Executor) -> None:
    task = executor.submit(Work(work.numbers, (100_000,)))
    assert task.wait(PATIENCE) and task.status == "done"
    expected, found = finish(work.numbers(100_000)), task.future.result()
    assert torch.equal(found["tensor"], expected["tensor"])
    assert (found["array"] == expected["array"]).all()
    found["tensor"][0] = 7.0  # it may be written to
    assert task.seconds >= 0 and task.waited >= 0


@pytest.mark.parametrize(("kind", "error"), [("value", ValueError), ("key", KeyError)])
def test_a_problem_arrives_as_it_was_raised(
    executor: Executor, kind: str, error: type[Exception]
) -> None:
    task = executor.submit(Work(work.fail, (kind,)))
    assert task.wait(PATIENCE) and task.status == "failed"
    assert isinstance(task.future.exception(), error)


def test_cancelled_work_ends_at_once_for_whoever_asked(executor: Executor) -> None:
    task = executor.submit(Work(work.count, (100_000, 0.01)))
    task.cancel()
    assert task.wait(0) and task.status == "cancelled"
    after = executor.submit(Work(work.count, (3,)))
    assert after.wait(PATIENCE), "it does not hold its worker"


def test_work_that_rests_goes_on_where_it_was(executor: Executor) -> None:
    task = executor.submit(Work(work.count, (500, 0.002)))
    task.pause()
    assert task.wait(PATIENCE) and task.status == "paused"
    seen = task.partial
    other = executor.submit(Work(work.count, (3,)))
    assert other.wait(PATIENCE) and task.partial == seen, "it holds no worker and does not move"
    task.resume()
    assert task.wait(PATIENCE) and task.future.result() == 500


def test_work_leaves_this_process_and_its_threads_alone(processes: Processes) -> None:
    task = processes.submit(Work(work.process, ()))
    assert task.wait(PATIENCE)
    found, threads = task.future.result()
    assert found != os.getpid() and threads == 1


def test_work_begins_again_when_its_process_ends(processes: Processes, tmp_path: Path) -> None:
    beside = processes.submit(Work(work.count, (200, 0.005), owner="other"))
    task = processes.submit(Work(work.die_once, (str(tmp_path / "mark"),)))
    assert task.wait(PATIENCE) and task.future.result() == "alive"
    assert beside.wait(PATIENCE) and beside.future.result() == 200, "so does what stood beside it"


def test_work_that_ends_its_process_twice_is_given_up(processes: Processes) -> None:
    task = processes.submit(Work(work.die, ()))
    assert task.wait(PATIENCE)
    assert isinstance(task.future.exception(), LostError)


def test_urgent_work_does_not_wait_for_long_work(processes: Processes) -> None:
    long = processes.submit(Work(work.count, (100_000, 0.01), owner="a"))
    for _ in range(3):
        assert processes.submit(Work(work.count, (5,), owner="b", urgent=True)).wait(PATIENCE)
    assert long.status != "done"
    long.cancel()


def test_newcomers_come_before_those_who_have_had_much(processes: Processes) -> None:
    """A process has one piece of work at a time; the owner with the least of late is next."""
    long = processes.submit(Work(work.count, (100_000, 0.01), owner="a"))
    first = processes.submit(Work(work.count, (5,), owner="b"))
    assert first.wait(PATIENCE) and not long.over
    long.cancel()


def test_a_model_trained_in_one_process_is_found_in_another(processes: Processes) -> None:
    data, options = DATASETS["gaussian"], FitOptions(steps=30, batch_size=32, width=16, depth=2)
    begin = partial(on_points, data, options, 0)
    task = processes.submit(Work(trained_from, (begin,)))
    assert task.wait(PATIENCE), task
    run = task.future.result()
    network = Network("gaussian", run.training)
    assert network not in DENOISERS
    run.remember()
    assert finish(denoising(network)) is run.model
    grid = torch.linspace(-2, 2, 9)[:, None]
    here = finish(train(begin()))
    assert torch.equal(run.model(grid, 0.5), here.model(grid, 0.5)), "to the last bit"
    elsewhere = processes.submit(Work(denoising, (network,), urgent=True))
    assert elsewhere.wait(PATIENCE)
    assert torch.equal(elsewhere.future.result()(grid, 0.5), here.model(grid, 0.5))
