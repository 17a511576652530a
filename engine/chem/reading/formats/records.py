"""A file's records, as every format splits and draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks

MAX_RECORDS = 1000


@dataclass(frozen=True)
class Entry:
    """One record of a file.

    Attributes:
        name: its title, "" if it has none.
        text: the record alone, in the file's own format.
        size: differs between records that cannot be conformers of one molecule.
        complete: adds to ``text`` what the file says of several records at once.
    """

    name: str
    text: str
    size: str
    complete: Callable[[str], str] = str

    @property
    def whole(self) -> str:
        """All that the file says of the record; put together anew each time it is asked for."""
        return self.complete(self.text)


@dataclass(frozen=True, eq=False)
class Drawing:
    """A record's atoms, neighbours and coordinates as they stand there.

    Attributes:
        mol: unsanitised; bond orders and charges need not make sense.
        text: the record.
    """

    mol: Chem.Mol
    text: str

    def piece(self, largest: bool) -> Chem.Mol:
        """All of it, or the largest of several separate molecules."""
        return checks.largest_piece(self.mol) if largest else self.mol


def unreadable(label: str) -> MoleculeError:
    """The error for a record from which nothing can be read."""
    return MoleculeError(
        f"No molecule could be read from this {label} file, it may be cut off or damaged; "
        "save it again or paste the molecule as SMILES."
    )
