"""The job layer: progress, cancel, latest wins, errors as sentences, sessions apart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine import execution
from engine.execution import Work
from engine.progress import Step, Steps
from pages.ui import jobs
from pages.ui.jobs import sessions
from pages.ui.jobs.shared import Tasks
from tests.conftest import settle

PATIENCE = 60.0  #: seconds after which a test gives up; none waits for them


class Gate:
    """Work that comes to a gate: the test knows that it is there, and lets it go on."""

    def __init__(self) -> None:
        self.reached, self.open, self.left = (threading.Event() for _ in range(3))


GATES: dict[str, Gate] = {}


@pytest.fixture
def gate(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a closed gate; opened in the end, so that no worker is held up."""
    name = request.node.nodeid
    GATES[name] = Gate()
    yield name
    GATES[name].open.set()


def count(total: int) -> Steps[int]:
    for step in range(total):
        yield Step(step, total, f"Step {step}", step)
    return total


def named(name: bytes) -> Steps[bytes]:
    yield Step(0)
    return name


def held(name: str, total: int = 1000) -> Steps[int]:
    """Half of the steps, then the gate, then the others."""
    gate = GATES[name]
    try:
        for step in range(total):
            yield Step(step, total, f"Step {step}", step)
            if step == total // 2:
                gate.reached.set()
                assert gate.open.wait(PATIENCE)
        return total
    finally:
        gate.left.set()


def fail(kind: str) -> Steps[None]:
    yield Step(0)
    if kind == "value":
        raise ValueError("A molecule needs at least one rotatable bond.")
    raise KeyError("missing")


def threads() -> Steps[int]:
    yield Step(0)
    return torch.get_num_threads()


def test_a_job_ends_with_its_result() -> None:
    job = jobs.Job("test", count, (5,))
    assert job.wait(PATIENCE)
    assert (job.status, job.result, job.error) == ("done", 5, "")
    assert (job.partial, job.message) == (4, "Step 4")


def test_no_two_jobs_have_one_serial() -> None:
    made = [jobs.Job("test", count, (1,)) for _ in range(3)]
    assert len({job.serial for job in made}) == 3


def test_progress_and_partial_result_while_it_works(gate: str) -> None:
    job = jobs.Job("test", held, (gate,))
    assert GATES[gate].reached.wait(PATIENCE)
    assert (job.status, job.result) == ("running", None)
    assert (job.progress, job.partial, job.message) == (0.5, 500, "Step 500")
    GATES[gate].open.set()
    assert job.wait(PATIENCE)
    assert job.result == 1000


def test_the_time_left_counts_from_the_first_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of work that is taken up again: half of the rest took as long as the other will."""
    now = [100.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("engine.execution.contract.time", clock)
    seen: list[float | None] = []
    ready = threading.Event()

    def resumed() -> Steps[None]:
        assert ready.wait(PATIENCE)
        yield Step(90, 100)
        seen.append(job.seconds_left)
        now[0] += 3.0
        yield Step(95, 100)
        seen.append(job.seconds_left)

    job = jobs.Job("test", resumed, ())
    ready.set()
    assert job.wait(PATIENCE) and job.error == ""
    assert seen == [None, pytest.approx(3.0)]


def test_cancelled_work_is_left_at_its_next_step(gate: str) -> None:
    job = jobs.Job("test", held, (gate,))
    assert GATES[gate].reached.wait(PATIENCE)
    job.cancel()
    assert job.status == "cancelled"
    GATES[gate].open.set()
    assert GATES[gate].left.wait(PATIENCE)
    assert job.partial == 500, "not a step more"


def test_a_job_that_waits_for_a_worker_can_be_cancelled(gate: str) -> None:
    workers = max(2, execution.workers())
    running = [jobs.Job("test", held, (gate, 1000 + k)) for k in range(workers)]
    waiting = jobs.Job("test", count, (3,))
    assert not waiting.wait(0)
    waiting.cancel()
    assert waiting.wait(0), "it ends although no worker is free"
    assert waiting.partial is None
    GATES[gate].open.set()
    assert all(job.wait(PATIENCE) for job in running)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("value", "A molecule needs at least one rotatable bond."),
        ("key", "This could not be computed (KeyError: 'missing')."),
    ],
)
def test_an_error_becomes_a_sentence(kind: str, words: str) -> None:
    job = jobs.Job("test", fail, (kind,))
    job.wait(PATIENCE)
    assert job.status == "failed"
    assert job.error == words


def test_workers_use_one_torch_thread() -> None:
    job = jobs.Job("test", threads, ())
    job.wait(PATIENCE)
    assert job.result == 1


def test_results_forget_the_least_recently_used() -> None:
    tasks = Tasks(count=2)
    for key in "abac":
        tasks.take(1, key, Work(count, (1,)), "here").wait(PATIENCE)
    assert tasks.find("a") is not None and tasks.find("c") is not None
    assert tasks.find("b") is None


def run_page() -> None:
    import streamlit as st

    from pages.ui import jobs
    from tests.pages.ui.test_jobs import count, held

    gate, steps = st.text_input("gate", key="gate"), st.number_input("steps", 5, key="steps")
    job = jobs.run("count", held, gate, 1000) if gate else jobs.run("count", count, int(steps))
    jobs.show(job, key="count", label="Counting")
    if job.result is not None:
        st.write(f"result {job.result}")


def cached_page() -> None:
    import streamlit as st

    from pages.ui import jobs
    from tests.pages.ui.test_jobs import count, fail, held

    gate, steps = st.text_input("gate", key="gate"), st.number_input("steps", value=3, key="steps")
    if steps < 0:
        jobs.cached("count", fail, "value")
        st.stop()
    if gate:
        result = jobs.cached("count", held, gate, int(steps), label="Counting")
    else:
        result = jobs.cached("count", count, int(steps), label="Counting")
    st.write(f"result {result}")


def open_app(page, gate: str = "") -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["gate"] = gate
    app.run()
    assert not app.exception
    return app


def the_job(app: AppTest) -> jobs.Job:
    return app.session_state[jobs.SESSION_KEY]["count"]


def test_the_latest_wins_within_a_session(gate: str) -> None:
    app = open_app(run_page, gate)
    first = the_job(app)
    assert first.status == "running"
    app.text_input(key="gate").set_value("").run()
    assert first.status == "cancelled"
    assert the_job(app) is not first
    settle(app)
    assert app.markdown[0].value == "result 5"


def test_a_rerun_keeps_the_running_job(gate: str) -> None:
    app = open_app(run_page, gate)
    first = the_job(app)
    app.run()
    assert the_job(app) is first and first.status == "running"


def test_two_sessions_do_not_cancel_each_other(gate: str) -> None:
    one, two = open_app(run_page, gate), open_app(run_page, gate)
    two.text_input(key="gate").set_value("").run()
    assert the_job(one).status == "running"
    settle(two)
    assert two.markdown[0].value == "result 5"


def test_cancel_button_stops_and_start_again_starts(gate: str) -> None:
    app = open_app(run_page, gate)
    first = the_job(app)
    app.button(key="count_cancel").click().run()
    assert first.status == "cancelled"
    app.run()
    assert the_job(app) is first
    assert app.caption[0].value == "Stopped."
    app.button(key="count_again").click().run()
    assert the_job(app).status == "running" and the_job(app) is not first
    the_job(app).cancel()


def test_cached_returns_at_once_when_cheap_and_shares_between_sessions() -> None:
    assert open_app(cached_page).markdown[0].value == "result 3"
    other = open_app(cached_page)
    assert other.markdown[0].value == "result 3"
    assert jobs.SESSION_KEY not in other.session_state


def test_cached_shows_progress_when_slow_then_the_result(gate: str) -> None:
    app = open_app(cached_page, gate)
    assert app.markdown[0].value == "result None"
    GATES[gate].open.set()
    settle(app)
    assert app.markdown[0].value == "result 3"


def test_cached_shows_the_sentence_of_a_failure() -> None:
    app = open_app(cached_page)
    app.number_input(key="steps").set_value(-1).run()
    assert app.error[0].value == "A molecule needs at least one rotatable bond."


def test_an_abandoned_session_stops_its_jobs(gate: str) -> None:
    owned = jobs.SessionJobs()
    owned["count"] = job = jobs.Job("count", held, (gate,))
    del owned
    assert job.status == "cancelled"


def test_arguments_that_have_no_hash_are_refused() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        jobs.Job("test", count, ([1],))


@dataclass(frozen=True)
class Settings:
    n: int
    of: object = None
    note: object = field(default=None, compare=False)


@dataclass(frozen=True, eq=False)
class Result:
    n: int


@pytest.mark.parametrize(
    "value",
    [
        *(None, 1, 0.5, "text", b"bytes", (1, ("a", None)), frozenset({1}), count, Settings),
        *(Settings(1), Settings(1, of=(Settings(2),)), Settings(1, note=Result(1))),
    ],
)
def test_what_compares_by_value_may_be_shared(value: object) -> None:
    jobs.check_value(value)


@pytest.mark.parametrize(
    "value",
    [Result(1), (1, Result(1)), Settings(1, of=Result(1)), torch.nn.Linear(1, 1), object()],
)
def test_what_compares_by_identity_is_shared_with_nobody(value: object) -> None:
    with pytest.raises(TypeError, match="compares by identity"):
        jobs.cached("test", count, value)  # type: ignore[arg-type]


def test_sessions_that_ask_for_the_same_share_the_work(gate: str) -> None:
    one, two = (jobs.Job("count", held, (gate,)) for _ in range(2))
    assert one.task is two.task
    one.cancel()
    assert (one.status, two.status) == ("cancelled", "running")
    GATES[gate].open.set()
    assert two.wait(PATIENCE) and two.result == 1000
    assert jobs.Job("count", held, (gate,)).result == 1000, "and whoever asks later has it at once"
    assert jobs.Job("count", held, (gate,), anew=True).task is not two.task


def test_large_files_that_were_read_make_way_for_others() -> None:
    tasks = Tasks(size=250)
    for key in ("a", "b", "c"):
        tasks.take(1, key, Work(named, (key.encode() * 100,)), "here").wait(PATIENCE)
    assert tasks.find("a") is None
    assert tasks.find("b") is not None and tasks.find("c") is not None


def test_the_last_one_to_leave_stops_the_work(gate: str) -> None:
    one, two = (jobs.Job("count", held, (gate,)) for _ in range(2))
    one.cancel()
    two.cancel()
    assert two.task.status == "cancelled"


def test_a_browser_that_comes_back_finds_its_long_work(
    gate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {"before", "after", "other"}
    monkeypatch.setattr(sessions, "connected", lambda session: session in here)
    known = sessions.Sessions()
    before = known.enter("before", "browser")
    before["long"] = job = jobs.Job("long", held, (gate,))
    before["short"] = short = jobs.Job("short", held, (gate, 10), pool="short")
    assert not known.enter("other", "browser"), "a second tab leaves the first one its own"
    here -= {"before", "other"}
    known.look(before.seen + sessions.AWAY_SECONDS + 1)
    assert (job.status, short.status) == ("running", "cancelled")
    assert not known.enter("stranger", "another browser")
    after = known.enter("after", "browser")
    assert after["long"] is job and "short" not in after
    here.clear()
    known.look(after.seen + sessions.KEEP_SECONDS + 1)
    assert job.status == "cancelled"
