"""Text of users in tables that spreadsheets open."""

from __future__ import annotations

#: What begins a formula in a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """``text`` as a cell that is taken for text, whatever it begins with."""
    return f"'{text}" if text.startswith(_FORMULA) else text
