"""Lessons: buttons that set several controls at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

Controls = Mapping[str, Any]  #: widget key -> value


@dataclass(frozen=True)
class Lesson:
    """One button.

    Attributes:
        key: Names the button in code and tests; never shown.
        label: On the button.
        help: What there is to see.
        controls: What the controls are set to, beyond the page's base.
    """

    key: str
    label: str
    help: str
    controls: Controls


def lessons(entries: Sequence[Lesson], base: Controls) -> None:
    """Draw the buttons.

    Args:
        entries: In this order, from left to right.
        base: What all controls are set to first, so that lessons do not depend on each other.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Try**", width="content")
        for lesson in entries:
            st.button(
                lesson.label,
                key=f"try_{lesson.key}",
                help=lesson.help,
                on_click=_set,
                args=({**base, **lesson.controls},),
            )
        st.button(
            "Start over",
            key="try_over",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=_set,
            args=(base,),
        )


def _set(values: Controls) -> None:
    for key, value in values.items():
        st.session_state[key] = value
