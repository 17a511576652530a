"""What a long benchmark run has measured so far, on disk, so that it can be stopped and taken up.

One line of JSON per molecule. A result is used again only if everything that it depends on is
the same: the reference file, the molecule's place in it, the settings, and for the methods called
ours the weights and the options of sampling.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.bench.table import MoleculeResult, Result
from engine.evaluation import Coverage


def digest(*parts: object) -> str:
    """A short name for everything that a result depends on; files are read."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else repr(part).encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:16]


class Journal:
    """The lines of ``path``, which need not exist; without a path it remembers nothing.

    Attributes:
        keys: of every method of this run, what its results depend on (``digest``).
    """

    def __init__(self, path: Path | None, keys: dict[str, str]) -> None:
        self.path, self.keys = path, keys
        self._known: dict[int, MoleculeResult] = {}
        if path and path.exists():
            for line in path.read_text().splitlines():
                self._learn(json.loads(line))

    def missing(self, index: int) -> tuple[str, ...]:
        """The methods still to be run on molecule ``index``, in the order of ``keys``."""
        known = self._known.get(index)
        return tuple(name for name in self.keys if not known or name not in known.results)

    def add(self, found: MoleculeResult) -> MoleculeResult:
        """Write down new results; returns all of this molecule's."""
        if self.path:
            line = {"keys": {name: self.keys[name] for name in found.results}} | asdict(found)
            with self.path.open("a") as file:
                file.write(json.dumps(line) + "\n")
        return self.merge(found)

    def known(self, index: int) -> MoleculeResult:
        """All results of molecule ``index``, in the order of ``keys``."""
        found = self._known[index]
        found.results = {name: found.results[name] for name in self.keys if name in found.results}
        return found

    def _learn(self, line: dict[str, Any]) -> None:
        keys = line.pop("keys")
        good = {n: _result(r) for n, r in line["results"].items() if self.keys.get(n) == keys[n]}
        if good:
            self.merge(MoleculeResult(**line | {"results": good}))

    def merge(self, found: MoleculeResult) -> MoleculeResult:
        """All results of a molecule, these ones included."""
        known = self._known.setdefault(found.index, found)
        known.results |= found.results
        return self.known(found.index)


def _result(row: dict[str, Any]) -> Result:
    """A ``Result`` from its JSON."""
    coverage = row["coverage"] and Coverage(**row["coverage"])
    checks = [tuple(names) for names in row["failed_checks"]]
    return Result(**row | {"coverage": coverage, "failed_checks": checks})
