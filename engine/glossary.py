"""The words of the app, each explained in a sentence or two: ``assets/glossary.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from engine.paths import ASSETS, needed


@dataclass(frozen=True)
class Term:
    """One word.

    Attributes:
        key: in links; for good.
        term: as it is written.
        text: what it means, in plain sentences; ``x_0`` is set with a subscript.
        pages: names of the pages that use it.
        long: what an abbreviation stands for, else "".
    """

    key: str
    term: str
    text: str
    pages: tuple[str, ...]
    long: str = ""

    @property
    def short(self) -> str:
        """The word alone, without what explains it: of "v, velocity" the v, of "N(0, I)" all."""
        return re.split(r",(?![^(]*\))", self.term, maxsplit=1)[0]


@cache
def terms() -> Mapping[str, Term]:
    """All words by their keys, in the order of the file."""
    text = needed(ASSETS / "glossary.toml").read_text(encoding="utf-8")
    return {
        key: Term(key, entry["term"], entry["text"], tuple(entry["pages"]), entry.get("long", ""))
        for key, entry in tomllib.loads(text).items()
    }
