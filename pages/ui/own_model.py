"""The models that a reader has trained in this session, by key: kept, offered and put to use."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import jobs


def name(key: str) -> str:
    """The job that trains ``key``."""
    return f"train_{key}"


def trained(key: str) -> Any:
    """The run on ``key`` that has been finished or kept, if there is one."""
    return st.session_state.get(f"_trained_{key}")


def in_use(key: str) -> Any:
    """The run whose model takes the place of the one that ships, if the reader wants that."""
    adopt(key)
    run = trained(key)
    return run if st.session_state.get(use(key), True) else None


def use(key: str) -> str:
    """The key of the switch between the reader's model and the one that ships."""
    return f"_use_{key}"


def adopt(key: str) -> bool:
    """Keep the run of a job that has just ended; whether there was one."""
    job = jobs.current(name(key))
    if job is None or job.status != "done":
        return False
    if st.session_state.get(f"_seen_{key}") is job.result:
        return False
    keep(key, job.result)
    return True


def keep(key: str, run: Any) -> None:
    """Put this run to use."""
    st.session_state[f"_trained_{key}"] = run
    st.session_state[f"_seen_{key}"] = run
    st.session_state.pop(use(key), None)
