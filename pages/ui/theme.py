"""The look that pages share: which theme is on, the page header, a little CSS."""

from __future__ import annotations

import streamlit as st

_CSS = """
<style>
.block-container { max-width: 82rem; padding-left: 2rem; padding-right: 2rem; }
@media (max-width: 640px) { .block-container { padding-left: 1rem; padding-right: 1rem; } }
.stApp { font-feature-settings: "cv05", "ss03"; }
.stApp h1 { letter-spacing: -0.022em; padding-bottom: 0.15rem; }
.stApp h2, .stApp h3 { letter-spacing: -0.012em; }
[data-testid="stMetricValue"], .stSlider, .stNumberInput { font-variant-numeric: tabular-nums; }
/* A picture that is being computed again does not fade: our own progress bars say so. */
[data-stale="true"] { opacity: 1 !important; transition: none !important; }
[data-testid="stStatusWidget"] { display: none; }
/* In a narrow window a wide table scrolls by itself; the page stands. */
[data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
/* The strip of exercises is one line, which scrolls sideways where the window is narrow. */
.st-key-try { flex-wrap: nowrap !important; overflow-x: auto; padding: 2px; }
.st-key-try > * { flex: 0 0 auto !important; }
.st-key-exercise { gap: 0.5rem; }
.de-lead { font-size: 1.08rem; line-height: 1.55; max-width: 44rem; opacity: 0.78;
  margin: 0 0 0.4rem 0; }
</style>
"""


def apply() -> None:
    """Put the shared CSS on the page; called once by the main script."""
    st.html(_CSS)


def is_dark() -> bool:
    """Whether the dark theme is on."""
    return st.context.theme.type == "dark"


def header(title: str, lead: str, terms: bool = True) -> None:
    """The top of every page: its title and one sentence on what is seen here (plain text).

    Args:
        title: of the page.
        lead: the sentence.
        terms: whether a link behind it opens the words of the page (``pages.ui.glossary``).
    """
    st.title(title, anchor=False)
    words = ' <a href="#terms">Terms</a>' if terms else ""
    st.html(f'<p class="de-lead">{lead}{words}</p>')
