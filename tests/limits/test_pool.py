"""Work that hangs, takes all memory or crashes costs one sentence, and the next request is served.

The functions run in processes of their own, so they stand at the top of this module.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

import pytest

from engine import limits
from engine.limits import CrowdError, LimitError, Limits, Pool, asking
from engine.limits.turns import Turns
from engine.progress import Steps, finish

SMALL = Limits(seconds=1.0, memory=2**28)


def square(x: int) -> tuple[int, int, str]:
    """A result, the process that found it, and its number of threads."""
    sys.stdout.write("libraries may print\n")
    return x * x, os.getpid(), os.environ["OMP_NUM_THREADS"]


def spin() -> None:
    """Never ends, and takes the processor."""
    while True:
        pass


def hang() -> None:
    """Never ends, and takes nothing."""
    time.sleep(600)


def hoard(size: int) -> int:
    """Takes ``size`` bytes."""
    return len(bytearray(size))


def crash() -> None:
    """As a library with a bug does."""
    os.abort()


class DetailedError(ValueError):
    """A sentence with more to it."""

    def __init__(self, sentence: str, pieces: int = 0) -> None:
        super().__init__(sentence)
        self.pieces = pieces


def refuse() -> None:
    """As a reader does."""
    raise DetailedError("These are two molecules.", pieces=2)


def stumble() -> None:
    """As a reader must not."""
    raise KeyError("nobody expects this")


@pytest.fixture(scope="module")
def pool():
    made = Pool(2, limits=SMALL)
    yield made
    made.close()


def test_a_process_serves_many_requests(pool):
    results = [finish(pool.run(square, k)) for k in range(20)]
    assert [value for value, _, _ in results] == [k * k for k in range(20)]
    assert len({pid for _, pid, _ in results}) == 1 and results[0][1] != os.getpid()
    assert {threads for _, _, threads in results} == {"1"}


def test_large_arguments_and_results_pass(pool):
    assert finish(pool.run(bytes.upper, b"a" * 10_000_000)) == b"A" * 10_000_000


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [(spin, (), "time"), (hoard, (2**29,), "memory"), (crash, (), "crash"),
     (stumble, (), "crash")],
)  # fmt: skip
def test_what_takes_too_much_is_one_sentence(pool, function, arguments, reason):
    if reason == "memory" and not sys.platform.startswith("linux"):
        pytest.skip("memory is counted on Linux only")
    with pytest.raises(LimitError) as problem:
        finish(pool.run(function, *arguments))
    assert problem.value.reason == reason
    assert str(problem.value).startswith("To read this ") and str(problem.value).endswith(".")
    assert finish(pool.run(square, 3))[0] == 9


def test_what_is_used_by_one_request_does_not_count_for_the_next(pool):
    before = finish(pool.run(square, 0))[1]
    for _ in range(3):
        assert finish(pool.run(hoard, 2**27)) == 2**27
        finish(pool.run(busy, 0.5))
    assert finish(pool.run(square, 0))[1] == before


def busy(seconds: float) -> None:
    """Takes so much of the processor."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_process_without_work_is_stopped_by_the_clock(pool, monkeypatch):
    monkeypatch.setattr("engine.limits.pool._PATIENCE", 0.5)
    finish(pool.run(square, 1))
    with pytest.raises(LimitError) as problem:
        finish(pool.run(hang))
    assert problem.value.reason == "time"


def test_the_sentence_of_a_reader_comes_back_whole(pool):
    with pytest.raises(DetailedError, match="two molecules") as problem:
        finish(pool.run(refuse))
    assert problem.value.pieces == 2


def pid_of(steps: Steps[tuple[int, int, str]]) -> int:
    """The process that answered."""
    return finish(steps)[1]


def test_cancelled_work_is_ended(pool):
    pid = pid_of(pool.run(square, 1))
    steps = pool.run(spin)
    next(steps)
    steps.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert pid_of(pool.run(square, 1)) != pid


def test_no_more_processes_than_allowed():
    pool = Pool(1, limits=SMALL)
    first, second = pool.run(hang), pool.run(square, 2)
    next(first)
    next(second)  # waits
    first.close()
    assert finish(second)[0] == 4
    pool.close()


def test_a_process_can_be_ready_before_it_is_asked():
    pool = Pool(1, limits=SMALL)
    assert not pool._idle
    pool.prepare()
    (ready,) = pool._idle
    assert finish(pool.run(square, 2))[1] == ready._process.pid
    pool.close()


def test_without_a_server_work_runs_where_it_is_asked_for():
    assert finish(limits.guarded(os.getpid)) == os.getpid()
    limits.start(size=1)
    try:
        assert finish(limits.guarded(os.getpid)) != os.getpid()
    finally:
        limits.stop()
    assert finish(limits.guarded(os.getpid)) == os.getpid()


def test_one_asker_never_has_all_processes_and_the_others_go_on():
    """A hostile request a second from one, whose processes are ended; another is served."""
    pool = Pool(2, limits=SMALL)
    with asking("hostile"):
        first, second = pool.run(spin), pool.run(spin)
        next(first)
        assert next(second).done == 0
    with asking("other"):
        assert [finish(pool.run(square, k))[0] for k in range(3)] == [0, 1, 4]
    first.close()
    with asking("other"):
        assert finish(pool.run(square, 4))[0] == 16
    with pytest.raises(LimitError):
        finish(second)
    pool.close()


def test_whoever_has_least_is_next_and_who_cost_a_process_pauses(monkeypatch):
    turns = Turns(3)

    def ask(asker: str) -> Steps[str]:
        with asking(asker):
            steps = turns.take()
            with suppress(StopIteration):
                next(steps)
                return steps
        return None

    assert ask("a") is None and ask("a") is None
    late_a, b = ask("a"), ask("b")
    assert late_a is not None, "two of three are the most"
    assert b is None
    first, second = ask("a"), ask("c")
    turns.give("a")
    assert finish(second) == "c", "who has none comes before who has one"
    late_a.close()
    turns.give("b")
    assert finish(first) == "a"
    now = [0.0]
    monkeypatch.setattr("engine.limits.turns.time.monotonic", lambda: now[0])
    for asker in ("a", "a", "c"):
        turns.give(asker, cost=5.0)
    waits = ask("a")
    assert ask("") is None and ask("d") is None
    assert next(waits).done == 0
    now[0] = 5.1
    assert finish(waits) == "a"


def test_only_so_many_wait():
    turns = Turns(1)
    with asking("a"):
        finish(turns.take())
        waiting = [turns.take() for _ in range(8)]
        for steps in waiting:
            next(steps)
        with pytest.raises(CrowdError, match="Several of your inputs"):
            next(turns.take())
        waiting[0].close()
        next(turns.take())
