"""The job layer: progress, cancel, latest wins, errors as sentences, sessions apart."""

from __future__ import annotations

import time

import pytest
import torch
from streamlit.testing.v1 import AppTest

from pages.ui import jobs
from tests.conftest import settle


def count(report, total: int, pause: float = 0.01) -> int:
    for step in range(total):
        report(step, total, partial=step, message=f"Step {step}")
        time.sleep(pause)
    return total


def fail(report, kind: str) -> None:
    report(0, 1)
    if kind == "value":
        raise ValueError("A molecule needs at least one rotatable bond.")
    raise KeyError("missing")


def threads(report) -> int:
    return torch.get_num_threads()


def test_a_job_ends_with_its_result() -> None:
    job = jobs.Job("test", count, (5,))
    assert job.wait(5)
    assert (job.status, job.result, job.error) == ("done", 5, "")


def test_progress_partial_and_time_left() -> None:
    job = jobs.Job("test", count, (100,))
    while job.progress < 0.2:
        time.sleep(0.005)
    assert job.status == "running"
    assert job.result is None
    assert job.partial >= 19
    assert job.message.startswith("Step")
    assert job.seconds_left is not None
    assert 0 < job.seconds_left < 30
    job.cancel()


def test_the_time_left_of_work_taken_up_again_counts_from_where_it_was() -> None:
    def resumed(report: jobs.Report, seconds: float) -> None:
        report(90, 100)
        time.sleep(seconds)
        report(95, 100)
        report(95, 100)
        time.sleep(10 * seconds)

    job = jobs.Job("test", resumed, (0.2,))
    while job.progress < 0.95:
        time.sleep(0.005)
    assert job.seconds_left is not None
    assert 0.15 < job.seconds_left < 1, "half of the rest took 0.2 s"


def test_cancel_stops_the_work_within_a_fifth_of_a_second() -> None:
    job = jobs.Job("test", count, (10_000,))
    while job.partial is None:
        time.sleep(0.005)
    started = time.monotonic()
    job.cancel()
    assert job.status == "cancelled"
    assert job.wait(0.2)
    assert time.monotonic() - started < 0.2
    reached = job.partial
    time.sleep(0.05)
    assert job.partial == reached


def test_a_job_that_waits_for_a_worker_can_be_cancelled() -> None:
    running = [jobs.Job("test", count, (10_000,)) for _ in range(16)]
    for job in running:
        job.cancel()
    assert all(job.wait(1.0) for job in running)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("value", "A molecule needs at least one rotatable bond."),
        ("key", "This could not be computed (KeyError: 'missing')."),
    ],
)
def test_an_error_becomes_a_sentence(kind: str, words: str) -> None:
    job = jobs.Job("test", fail, (kind,))
    job.wait(5)
    assert job.status == "failed"
    assert job.error == words


def test_workers_use_one_torch_thread() -> None:
    job = jobs.Job("test", threads, ())
    job.wait(10)
    assert job.result == 1


def test_results_forget_the_least_recently_used() -> None:
    results = jobs._Results(2)
    results.put("a", 1)
    results.put("b", 2)
    results.get("a")
    results.put("c", 3)
    assert results.get("a") == (True, 1)
    assert results.get("b") == (False, None)


def run_page() -> None:
    import streamlit as st

    from pages.ui import jobs
    from tests.test_jobs import count

    steps = st.number_input("steps", value=1000, key="steps")
    job = jobs.run("count", count, steps)
    jobs.show(job, key="count", label="Counting")
    if job.status == "done":
        st.write(f"result {job.result}")


def cached_page() -> None:
    import streamlit as st

    from pages.ui import jobs
    from tests.test_jobs import count, fail

    steps = st.number_input("steps", value=3, key="steps")
    if steps < 0:
        jobs.cached("count", fail, "value")
        st.stop()
    result = jobs.cached("count", count, steps, label="Counting")
    st.write(f"result {result}")


def open_app(page) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20).run()
    assert not app.exception
    return app


def the_job(app: AppTest) -> jobs.Job:
    return app.session_state[jobs.SESSION_KEY]["count"]


def test_the_latest_wins_within_a_session() -> None:
    app = open_app(run_page)
    first = the_job(app)
    assert first.status == "running"
    app.number_input(key="steps").set_value(2).run()
    assert first.status == "cancelled"
    assert the_job(app) is not first
    settle(app)
    assert app.markdown[0].value == "result 2"


def test_a_rerun_keeps_the_running_job() -> None:
    app = open_app(run_page)
    first = the_job(app)
    app.run()
    assert the_job(app) is first
    first.cancel()


def test_two_sessions_do_not_cancel_each_other() -> None:
    one, two = open_app(run_page), open_app(run_page)
    two.number_input(key="steps").set_value(3).run()
    assert the_job(one).status == "running"
    settle(two)
    assert two.markdown[0].value == "result 3"
    the_job(one).cancel()


def test_cancel_button_stops_and_start_again_starts() -> None:
    app = open_app(run_page)
    first = the_job(app)
    app.button(key="count_cancel").click().run()
    assert first.status == "cancelled"
    app.run()
    assert the_job(app) is first
    assert app.caption[0].value == "Stopped."
    app.button(key="count_again").click().run()
    assert the_job(app).status == "running"
    the_job(app).cancel()


def test_cached_returns_at_once_when_cheap_and_shares_between_sessions() -> None:
    assert open_app(cached_page).markdown[0].value == "result 3"
    other = open_app(cached_page)
    assert other.markdown[0].value == "result 3"
    assert jobs.SESSION_KEY not in other.session_state


def test_cached_shows_progress_when_slow_then_the_result() -> None:
    app = open_app(cached_page)
    app.number_input(key="steps").set_value(60).run()
    assert app.markdown[0].value == "result None"
    settle(app)
    assert app.markdown[0].value == "result 60"


def test_cached_shows_the_sentence_of_a_failure() -> None:
    app = open_app(cached_page)
    app.number_input(key="steps").set_value(-1).run()
    assert app.error[0].value == "A molecule needs at least one rotatable bond."


def test_an_abandoned_session_stops_its_jobs() -> None:
    owned = jobs._SessionJobs()
    owned["count"] = job = jobs.Job("count", count, (10_000,))
    del owned
    assert job.wait(1.0)
    assert job.status == "cancelled"


def test_arguments_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        jobs.Job("test", count, ([1],))
