"""The look that pages share: which theme is on, the page header, a little CSS."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_LOOK = Path(__file__).parent / "look"
_CSS = "".join(path.read_text(encoding="utf-8") for path in sorted(_LOOK.glob("*.css")))


def apply() -> None:
    """Put the shared CSS on the page; called once by the main script."""
    st.html(f"<style>{_CSS}</style>")


def is_dark() -> bool:
    """Whether the dark theme is on."""
    return st.context.theme.type == "dark"


def header(title: str, lead: str, terms: bool = True) -> DeltaGenerator:
    """The top of every page: its title and one sentence on what is seen here (plain text).

    Args:
        title: of the page.
        lead: the sentence.
        terms: whether a link behind it opens the words of the page (``pages.ui.glossary``).

    Returns:
        The place beside them, for the choice that matters most on this page.
    """
    words = ' <a href="#terms">Terms</a>' if terms else ""
    with st.container(
        key="page_head", horizontal=True, horizontal_alignment="distribute", gap="medium"
    ):
        with st.container(key="page_title", width="content", gap="xsmall"):
            st.title(title, anchor=False)
            st.html(f'<p class="de-lead">{lead}{words}</p>')
        return st.container(key="page_choice", width=340)
