"""The words of the app: links from the words themselves to a sentence or two about each.

The words stand in ``assets/glossary.toml`` (``engine.glossary``). A page writes ``term("ddim")``
where a word first appears; a click, a tap or Enter on it shows what it means
(``assets/js/glossary.js``). The link below a page's title shows all words of that page, and the
page Glossary those of all.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import cache

import streamlit as st

from engine.figures import blob
from engine.glossary import terms
from pages.ui.components.mount import mount
from pages.ui.components.picture import packed

PAGE = "glossary"
PLACE = "explorer_words"  #: key of the container that ``listen`` is drawn in, which takes no room
ANCHOR = "term-"  #: begins the anchors of all words
ALL = "terms"  #: the anchor of all words of a page

_CSS = f"""
<style>
a[href^="#{ANCHOR}"], a[href="#{ALL}"] {{ color: inherit !important;
  text-decoration: underline dotted !important; text-underline-offset: .22em; cursor: help; }}
a[href^="#{ANCHOR}"]:hover, a[href="#{ALL}"]:hover {{
  text-decoration-style: solid !important; }}
.st-key-{PLACE} {{ position: absolute; left: 0; height: 0; }}
</style>
"""


def term(key: str, words: str = "") -> str:
    """A word as Markdown that opens what it means.

    Args:
        key: of the word.
        words: as the sentence needs it; the word itself if empty.

    Raises:
        KeyError: if there is no such word.
    """
    return f"[{words or terms()[key].short}](#{ANCHOR}{key})"


def written_out(key: str) -> str:
    """An abbreviation as Markdown at its first use: the whole, and the short form as a link.

    Raises:
        KeyError: if there is no such word.
    """
    return f"{terms()[key].long} ({term(key)})"


def listen(page: str) -> None:
    """Have the browser open words on this page; nothing is to be seen until then."""
    st.html(_CSS)
    mount(
        "explorer_glossary",
        PAGE,
        PAGE,
        {"page": page, "anchor": ANCHOR, "all": ALL, "more": PAGE},
        packed(PAGE, _block, _mark()),
    )


@cache
def _mark() -> str:
    return hashlib.blake2b(_block(), digest_size=8).hexdigest()


@cache
def _block() -> bytes:
    return blob.encoded({"terms": [asdict(word) for word in terms().values()]}, {})
