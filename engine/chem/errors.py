"""The one error a person sees when a molecule cannot be used."""

from __future__ import annotations


class MoleculeError(ValueError):
    """One sentence that says what is wrong with a molecule and what to do about it.

    Attributes:
        detail: what the chemistry library said, for a curious reader; "" when it said nothing.
        fragments: how many separate molecules were found, when that is the trouble; else 0.
    """

    def __init__(self, sentence: str, detail: str = "", fragments: int = 0) -> None:
        super().__init__(sentence)
        self.detail = detail
        self.fragments = fragments
