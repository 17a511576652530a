"""What a person chooses where a source leaves it open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadingChoices:
    """How one molecule is read from a line of text or a file.

    Attributes:
        largest: of several separate molecules take the largest instead of raising.
        record: which molecule of a file, from 0, as listed by ``list_records``.
        charge: the net charge; of XYZ files alone, which do not state it.
        template: the SMILES whose bond orders a PDB, XYZ or mmCIF file without them gets; "" for
            none.
        form: one of ``Reading.forms``, where stereo is open; "" takes what embedding gives.
        state: one of ``Given.states``; "" keeps every proton where it was given.
    """

    largest: bool = False
    record: int = 0
    charge: int = 0
    template: str = ""
    form: str = ""
    state: str = ""
