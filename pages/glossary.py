"""Glossary: every word of the app in a sentence or two, and where to see it."""

from __future__ import annotations

import streamlit as st

from engine.glossary import Term, terms
from engine.notation import markdown
from pages.ui import theme
from pages.ui.glossary import ANCHOR
from pages.ui.navigation import ENTRIES


def entry(word: Term) -> None:
    """One word, what it means, and links to the pages that use it."""
    with st.container(key=f"{ANCHOR}{word.key}", gap="small"):
        st.html(f'<span id="{ANCHOR}{word.key}"></span>')
        long = f": {word.long}" if word.long else ""
        st.markdown(markdown(f"**{word.term}**{long}\n\n{word.text}"))
        with st.container(horizontal=True, gap="small"):
            for page in ENTRIES:
                if page.name in word.pages:
                    st.page_link(page.page(), label=f":small[{page.title}]")


theme.header(
    "Glossary",
    "Every term of these pages in plain words. On a page, a dotted line under a word opens the "
    "same text.",
    terms=False,
)
columns = st.columns(2, gap="large")
words = sorted(terms().values(), key=lambda word: word.short.casefold())
half = (len(words) + 1) // 2
for column, part in zip(columns, (words[:half], words[half:]), strict=True):
    with column:
        for word in part:
            entry(word)
