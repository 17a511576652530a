"""The jobs of browser sessions; those of a browser that is gone wait for it for a while.

A reload or a lost connection begins a new session on the server. Long work goes on meanwhile, and
the next session of the same browser takes it over.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import streamlit as st

from pages.ui.jobs.job import Job
from pages.ui.server.streamlit_internals import browser_id, connected, session_id

SESSION_KEY = "_jobs"
#: Seconds after which nobody waits any longer for a picture in a browser that has gone.
AWAY_SECONDS = 15.0
#: Seconds for which long work, and what came of it, is kept for a browser that has gone.
KEEP_SECONDS = 300.0
_LOOK_SECONDS = 2.0


class SessionJobs(dict[str, Job[Any]]):
    """The jobs of one browser session by name; once the session is gone they are cancelled."""

    def __init__(self, session: str | None = None, browser: str | None = None) -> None:
        super().__init__()
        self.session, self.browser = session, browser
        self.seen = time.monotonic()
        self.awaited = False  #: whether the page, as it was last drawn, lacks a result to come

    def __del__(self) -> None:
        for job in self.values():
            job.cancel()


class Sessions:
    """The jobs of all sessions that have a browser."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, SessionJobs] = {}
        threading.Thread(target=self._watch, name="sessions", daemon=True).start()

    def enter(self, session: str, browser: str | None) -> SessionJobs:
        """The jobs of a new session: those that its browser has left behind."""
        jobs = SessionJobs(session, browser)
        with self._lock:
            for other in [*self._known.values()]:
                if browser and other.browser == browser and not connected(other.session or ""):
                    jobs.update(other)
                    other.clear()
                    del self._known[other.session or ""]
            self._known[session] = jobs
        return jobs

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Cancel what nobody is going to see."""
        with self._lock:
            for session, jobs in [*self._known.items()]:
                if connected(session):
                    jobs.seen = now
                    continue
                away = now - jobs.seen
                for name, job in [*jobs.items()]:
                    if away > (AWAY_SECONDS if job.pool in ("short", "here") else KEEP_SECONDS):
                        jobs.pop(name).cancel()
                if away > AWAY_SECONDS and not jobs:
                    del self._known[session]


def of_session() -> SessionJobs:
    """The jobs of the session whose script runs in this thread."""
    if SESSION_KEY not in st.session_state:
        session = session_id()
        known = session is not None and connected(session)
        jobs = _sessions().enter(session, browser_id()) if session and known else SessionJobs()
        st.session_state[SESSION_KEY] = jobs
    found: SessionJobs = st.session_state[SESSION_KEY]
    return found


@st.cache_resource(show_spinner=False)
def _sessions() -> Sessions:
    return Sessions()
