"""The one error a person sees when a file or a drawing of theirs cannot be used."""

from __future__ import annotations


class OwnDataError(ValueError):
    """One sentence that says what is wrong with a user's data and what to do about it."""
