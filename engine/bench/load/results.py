"""Whether each session got its own result: a ledger of what was asked and what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.bench.load.browser.pictures import Picture


@dataclass(frozen=True)
class Asked:
    """What one session had set when it saw a picture: the page, and its controls by label."""

    page: str
    controls: tuple[tuple[str, Any], ...]


@dataclass
class Ledger:
    """Pictures by what was asked for: the same settings, the same picture, and no other.

    Attributes:
        seen: digests by what was asked.
    """

    seen: dict[Asked, set[str]] = field(default_factory=dict)

    def note(self, asked: Asked, picture: Picture) -> None:
        """A session that asked for this has this picture in the end."""
        self.seen.setdefault(asked, set()).add(picture.digest)

    def foreign(self) -> int:
        """Pictures that were shown to a session that had asked for something else.

        They show as one picture for two different settings, or as two pictures for the same.
        """
        owners: dict[str, set[Asked]] = {}
        for asked, digests in self.seen.items():
            for digest in digests:
                owners.setdefault(digest, set()).add(asked)
        doubles = sum(len(digests) - 1 for digests in self.seen.values())
        return doubles + sum(len(who) - 1 for who in owners.values())
