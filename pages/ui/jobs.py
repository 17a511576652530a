"""Long work beside the page: one pool of threads, progress, cancel, latest wins.

A job is a function ``fn(report, *args)`` that calls ``report(done, total, partial, message)`` at
every step; there it stops when it has been cancelled. A rerun of the page starts a second script
thread at once and never stops a running loop, so jobs carry their own cancel event; a job whose
browser has gone is cancelled too. Each worker keeps one torch thread: overlapping sessions then do
not slow each other down. Cheap jobs (``cached``) and long ones (``run``) have workers of their own,
so that a class that trains networks does not keep a slider waiting.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Literal, Protocol

import streamlit as st
import torch
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

Status = Literal["running", "done", "failed", "cancelled"]
SESSION_KEY = "_jobs"
POLL_SECONDS = 0.25
STALE_SECONDS = 0.8  #: a page that shows the picture before may wait so long for the next one
HURRY_SECONDS = 0.1  #: between two looks at a cheap job that took longer than the page waited
KEEP_RESULTS = 64
SWITCH_SECONDS = 5e-4
AWAY_SECONDS = 15.0  #: a browser that has been gone for so long is not coming back


class Report(Protocol):
    """What a job is given to tell how far it is; raises Cancelled if nobody wants it any more."""

    def __call__(
        self, done: float, total: float, partial: Any = None, message: str = ""
    ) -> None: ...


class Cancelled(BaseException):
    """Raised by ``report`` inside a job whose user has moved on; no handler of errors meets it."""


class Job:
    """One piece of work and all that a page may ask about it. Safe to read from any thread."""

    def __init__(
        self, name: str, fn: Callable[..., Any], args: tuple[Any, ...], pool: str = "long"
    ) -> None:
        self.name = name
        self.signature = _signature(fn, args)
        self.partial: Any = None
        self.message = ""
        self.progress = 0.0
        self._began_at: float | None = None  # progress at the first report: work may be taken up
        self._cancel = threading.Event()
        self._started: float | None = None
        self._finished: float | None = None
        self._reader = _Reader()
        self._future: Future[Any] = _pool(pool).submit(self._work, fn, args)

    def _work(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        self._check()
        self._started = time.monotonic()
        result = fn(self.report, *args)
        self._finished = time.monotonic()
        return result

    def _check(self) -> None:
        if self._cancel.is_set() or self._reader.gone():
            raise Cancelled

    def report(self, done: float, total: float, partial: Any = None, message: str = "") -> None:
        """Tell the page how far the work is; raises Cancelled if nobody wants it any more."""
        self._check()
        self.progress = min(1.0, max(0.0, done / total)) if total else 0.0
        if self._began_at is None:
            self._began_at = self.progress
        self.message = message or self.message
        if partial is not None:
            self.partial = partial

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._cancel.set()
        self._future.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait up to ``seconds``; True if the work has ended, whichever way."""
        try:
            self._future.exception(timeout=seconds)
        except FutureTimeout:
            return False
        except CancelledError:
            return True
        return True

    @property
    def status(self) -> Status:
        """ "running" (or waiting for a worker), "done", "failed" or "cancelled"."""
        if self._future.cancelled() or self._cancel.is_set():
            return "cancelled"
        if not self._future.done():
            return "running"
        problem = self._future.exception()
        if problem is None:
            return "done"
        return "cancelled" if isinstance(problem, Cancelled) else "failed"

    @property
    def result(self) -> Any:
        """What the function returned; None unless the status is "done"."""
        return self._future.result() if self.status == "done" else None

    @property
    def error(self) -> str:
        """One sentence on what went wrong; empty unless the status is "failed"."""
        return _sentence(self._future.exception()) if self.status == "failed" else ""

    @property
    def seconds(self) -> float:
        """Seconds the work has taken so far, or took."""
        if self._started is None:
            return 0.0
        return (self._finished or time.monotonic()) - self._started

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the progress since the first report; None before there is any."""
        if self._began_at is None or self.progress <= self._began_at:
            return None
        return self.seconds * (1 - self.progress) / (self.progress - self._began_at)


class _Reader:
    """The browser session in which a job was started."""

    def __init__(self) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        self._session = context.session_id if context else None
        self._seen = self._asked = time.monotonic()

    def gone(self) -> bool:
        """Whether its browser has been disconnected for ``AWAY_SECONDS``; cheap to ask often."""
        now = time.monotonic()
        if self._session is None or now - self._asked < 1.0 or not runtime.exists():
            return False
        self._asked = now
        if runtime.get_instance().is_active_session(self._session):
            self._seen = now
        return now - self._seen > AWAY_SECONDS


def run(name: str, fn: Callable[..., Any], *args: Any, pool: str = "long") -> Job:
    """The job ``fn(report, *args)`` of this session under ``name``: started unless it exists.

    The same function and arguments return the job as it stands, running or ended, also one that the
    reader has stopped (``forget`` it to start again); others cancel it and start anew, so the
    latest wins. Arguments must be hashable and compare by value: numbers, strings, tuples, frozen
    dataclasses of these.
    """
    jobs = _session_jobs()
    known = jobs.get(name)
    if known is not None:
        if known.signature == _signature(fn, args):
            return known
        known.cancel()
    jobs[name] = Job(name, fn, args, pool)
    return jobs[name]


def current(name: str) -> Job | None:
    """The latest job of this session under ``name``, if there is one."""
    return _session_jobs().get(name)


def forget(name: str) -> None:
    """Cancel and forget the job of this session under ``name``."""
    job = _session_jobs().pop(name, None)
    if job is not None:
        job.cancel()


def show(
    job: Job,
    key: str,
    label: str = "",
    draw: Callable[[Any], None] | None = None,
    every: float = POLL_SECONDS,
) -> None:
    """Progress, time left and Cancel while ``job`` runs; one sentence if it failed.

    ``draw(job.partial)`` is called in the same fragment, once in ``every`` seconds, to show the
    work in progress. When the job ends the whole page runs again. Draws nothing once it is done.
    """
    if job.status == "running":
        st.fragment(_watch, run_every=every)(job, key, label, draw)
    elif job.status == "failed":
        st.error(job.error, icon=":material/error:")
    elif job.status == "cancelled":
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_job"):
            st.caption("Stopped.", width="content")
            st.button(
                "Start again",
                key=f"{key}_again",
                icon=":material/replay:",
                on_click=forget,
                args=(job.name,),
            )


def _watch(job: Job, key: str, label: str, draw: Callable[[Any], None] | None) -> None:
    if job.status == "cancelled":
        st.caption("Stopped.")  # said at once; to draw the whole page takes longer
    if job.status != "running":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_job"):
        st.progress(job.progress, text=progress_text(job, label))
        st.button(
            "Cancel",
            key=f"{key}_cancel",
            icon=":material/close:",
            width="content",
            on_click=job.cancel,
        )
    if draw is not None and job.partial is not None:
        draw(job.partial)


def progress_text(job: Job, label: str) -> str:
    """What ``job`` does at the moment, ``label`` while it has not said, and the time left."""
    words = [job.message or label or "Computing"]
    if job.seconds_left is not None and job.progress < 1:
        words.append(f"{max(1, round(job.seconds_left))} s left")
    return " · ".join(words)


def cached(name: str, fn: Callable[..., Any], *args: Any, label: str = "") -> Any:
    """The result of a cheap job, shared between all sessions; None while it is computed.

    Waits a moment, which is all that most such jobs need; otherwise shows the progress, and the
    page runs again when the result is there. ``fn(report, *args)`` as in ``run``. Treat the result
    as read-only: other sessions see the same object. None also stands for a failure, which is
    shown.
    """
    store = _results()
    signature = _signature(fn, args)
    found, result = store.get(signature)
    if found:
        return result
    again = current(name) is not None
    job = run(name, fn, *args, pool="short")
    job.wait(STALE_SECONDS if again else POLL_SECONDS)
    if job.status == "done":
        store.put(signature, job.result)
        return job.result
    show(job, key=f"cached_{name}", label=label, every=HURRY_SECONDS)
    return None


class _Results:
    """The last results by signature, the least recently used forgotten first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._items: OrderedDict[Any, Any] = OrderedDict()

    def get(self, signature: Any) -> tuple[bool, Any]:
        with self._lock:
            if signature not in self._items:
                return False, None
            self._items.move_to_end(signature)
            return True, self._items[signature]

    def put(self, signature: Any, result: Any) -> None:
        with self._lock:
            self._items[signature] = result
            self._items.move_to_end(signature)
            while len(self._items) > self._size:
                self._items.popitem(last=False)


class _SessionJobs(dict[str, Job]):
    """The jobs of one browser session by name; once the session is gone they are cancelled."""

    def __del__(self) -> None:
        for job in self.values():
            job.cancel()


def _session_jobs() -> dict[str, Job]:
    if SESSION_KEY not in st.session_state:
        st.session_state[SESSION_KEY] = _SessionJobs()
    return st.session_state[SESSION_KEY]


def _signature(fn: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    signature = (fn.__module__, fn.__qualname__, *args)
    hash(signature)
    return signature


def _sentence(problem: BaseException | None) -> str:
    if isinstance(problem, ValueError) and str(problem):
        return str(problem)
    return f"This could not be computed ({type(problem).__name__}: {problem})."


@st.cache_resource(show_spinner=False)
def _pool(name: str) -> ThreadPoolExecutor:
    # Torch gives the interpreter lock away at every operation. With Python's default of 5 ms a
    # worker would wait that long to get it back whenever a page is being drawn.
    sys.setswitchinterval(SWITCH_SECONDS)
    # Cheap jobs get twice as many: the film that a slider asks for must not wait for what the page
    # still compares of the film before.
    cores = max(2, os.cpu_count() or 2)
    return ThreadPoolExecutor(
        max_workers=2 * cores if name == "short" else cores,
        thread_name_prefix=f"{name}_job",
        initializer=torch.set_num_threads,
        initargs=(1,),
    )


@st.cache_resource(show_spinner=False)
def _results() -> _Results:
    return _Results(KEEP_RESULTS)
