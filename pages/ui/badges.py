"""The indicator of memorisation, as every page shows it."""

from __future__ import annotations

import streamlit as st

from engine.evaluation import Memory

#: By verdict (``engine.evaluation.memorisation.VERDICTS``): colour and icon.
_BADGES = {
    "memorises": ("red", "content_copy"),
    "in between": ("orange", "contrast"),
    "generalises": ("green", "check_circle"),
    "neither": ("violet", "blur_on"),
}


def verdict(title: str, memory: Memory | None) -> None:
    """A model's name and its verdict; None: not trained yet."""
    colour, icon = ("gray", "hourglass_empty") if memory is None else _BADGES[memory.verdict]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{title}**", width="content")
        st.badge(
            "not trained" if memory is None else memory.verdict,
            icon=f":material/{icon}:",
            color=colour,  # type: ignore[arg-type]
        )
