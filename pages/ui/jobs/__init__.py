"""Long work beside the page: progress, cancel, latest wins, one result for all who ask the same.

A job is a generator function ``fn(*args)`` that yields steps (``engine.progress``) and returns its
result. The work itself is done by ``engine.execution``, in processes where a server runs; here is
what a page sees of it. A job is cancelled when the page asks for something else under the same
name; sessions that ask for the same share the work and its result.

A page waits for a cheap job (``cached``) in its own run, which costs nothing and ends at once when
the result is there; for a long one (``show``) it looks again now and then, ever less often when
many pages do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple

import streamlit as st

from engine.progress import Steps
from pages.ui.jobs import shared
from pages.ui.jobs.job import Job, Status, check_value, signature
from pages.ui.jobs.sessions import SESSION_KEY, SessionJobs, of_session
from pages.ui.jobs.shared import Pool
from pages.ui.jobs.watching import every, progress_text, show, wait_here

__all__ = [
    "SESSION_KEY", "Job", "SessionJobs", "Status", "cached", "check_value", "current", "every",
    "forget", "progress_text", "run", "show",
]  # fmt: skip

#: Seconds that a page waits for a cheap job before it shows a progress bar.
AT_ONCE = 0.25
#: The same where the picture before still stands.
STALE_SECONDS = 0.8

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def run(
    name: str,
    fn: Callable[[*Ts], Steps[T]],
    *args: *Ts,
    pool: Pool = "long",
    anew: bool = False,
) -> Job[T]:
    """The job ``fn(*args)`` of this session under ``name``: started unless it exists.

    The same function and arguments return the job as it stands, running or ended, also one that the
    user has stopped (``forget`` it to start again); others cancel it and start anew, so the
    latest wins. Arguments must be hashable; the job keeps them alive, so those that compare by
    identity are safe here. Where a server runs they must also be picklable.

    Args:
        name: of the job in this session.
        fn: a generator function, importable by name.
        args: its arguments.
        pool: "long", "resting" for what may be paused, "short" for a picture that somebody waits
            for, "here" for what only waits.
        anew: do it again even if another session has asked for the same.

    Raises:
        BusyError: If so much work waits that no more is taken.
    """
    jobs = of_session()
    known = jobs.get(name)
    if known is not None:
        if known.signature == signature(fn, args):
            return known
        known.cancel()
    jobs[name] = Job(name, fn, args, pool, anew=anew)
    return jobs[name]


def current(name: str) -> Job[Any] | None:
    """The latest job of this session under ``name``, if there is one."""
    return of_session().get(name)


def forget(name: str) -> None:
    """Cancel and forget the job of this session under ``name``."""
    job = of_session().pop(name, None)
    if job is not None:
        job.cancel()


def cached(
    name: str,
    fn: Callable[[*Ts], Steps[T]],
    *args: *Ts,
    label: str = "",
    pool: Pool = "short",
) -> T | None:
    """The result of a cheap job, shared between all sessions; None while it is computed.

    Waits a moment, which is all that most such jobs need; then shows the progress and waits on; the
    page runs again when the result comes still later. ``fn(*args)`` yields steps, as in ``run``.
    Treat the result as read-only: other sessions see the same object. None also stands for a
    failure, which is shown. Takes one place of the page, whether there is anything to show or not:
    what moves to another place is made anew in the browser, and a section opened there closes.

    Raises:
        TypeError: If an argument compares by identity: no other session could ever find the result.
    """
    for arg in args:
        check_value(arg)
    place = st.container()
    found = shared.tasks().find(signature(fn, args))
    if found is not None:
        result: T = found.future.result()
        return result
    again = current(name) is not None
    job = run(name, fn, *args, pool=pool)
    job.wait(STALE_SECONDS if again else AT_ONCE)
    with place:
        if job.status == "running":
            wait_here(job, label)
        if job.status != "done":
            show(job, key=f"cached_{name}", label=label)
    made = job.result
    if made is None and job.status not in {"failed", "cancelled"}:
        of_session().awaited = True  # even if it came this very moment
    return made
