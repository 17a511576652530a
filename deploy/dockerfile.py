"""Reads the Dockerfile and .dockerignore, as far as this project uses them."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

#: Every instruction that the Dockerfile may have; ``steps`` refuses others.
KNOWN = frozenset(
    {"FROM", "ARG", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "HEALTHCHECK", "CMD"}
)


@dataclass(frozen=True)
class Step:
    """One instruction and what follows it, on one line. line: the number of its first line."""

    instruction: str
    rest: str
    line: int

    def words(self) -> list[str]:
        """What follows, as the words of a command: of its JSON form, or split as a shell does."""
        return json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)


def steps(text: str) -> list[Step]:
    """The instructions of a Dockerfile, in their order.

    Raises:
        ValueError: An instruction is not in ``KNOWN``.
    """
    found = []
    for line, whole in _joined(text):
        instruction, _, rest = whole.partition(" ")
        if instruction not in KNOWN:
            raise ValueError(f"Line {line}: {instruction} is not known here.")
        found.append(Step(instruction, rest.strip(), line))
    return found


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, those that end with a backslash joined to the next."""
    start, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        start = start if parts else number
        parts.append(line.strip().removesuffix("\\").strip())
        if not line.endswith("\\"):
            yield start, " ".join(parts)
            parts = []


def healthcheck(step: Step) -> str:
    """The command of a HEALTHCHECK, for a shell."""
    return re.split(r"\bCMD ", step.rest, maxsplit=1)[1]


def context(folder: Path) -> list[PurePosixPath]:
    """The files that a build would see: those that .dockerignore leaves, the last rule deciding."""
    lines = (folder / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    paths = (
        PurePosixPath(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )
    return sorted(path for path in paths if _kept(path, rules))


def _kept(path: PurePosixPath, rules: list[str]) -> bool:
    kept = True
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        anywhere = rule.startswith("**/")
        for part in (path, *path.parents):
            if fnmatch.fnmatchcase(part.name if anywhere else str(part), pattern):
                kept = rule.startswith("!")
    return kept
