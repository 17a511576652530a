"""Names of molecules as one plain line, for titles, tables and files."""

from __future__ import annotations

import unicodedata

#: Marks that turn the direction of the letters round them.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str) -> str:
    """``text`` in one line, without control characters and marks of direction."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """``text`` with blanks for control characters, lines and tabs kept; no marks of direction."""
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\r", "\n")))


def _shown(letter: str) -> str:
    if letter in _TURNING:
        return ""
    unseen = unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") and letter not in "\n\t"
    return " " if unseen else letter
