"""The outcome of the conformer benchmark, as figures and as a table.

From one result per method and molecule to the figures in the JSON file and the table that a person
reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from engine.evaluation import Coverage
from engine.evaluation.coverage import MEASURES, bootstrap, with_failures

#: Bands of RDKit's count of rotatable bonds: name, least and most.
BANDS = (("0-2", 0, 2), ("3-4", 3, 4), ("5-6", 5, 6), ("7+", 7, 999))
_TITLES = ("COV-R %", "AMR-R A", "COV-P %", "AMR-P A")


@dataclass
class Result:
    """Of one method on one molecule.

    Attributes:
        coverage: None if the method failed on it, for the ``reason`` given.
        seconds: of processor time as if the method had run alone, on one thread.
        samples: how many it made; stereo_errors: how many of them have the wrong stereo.
        failed_checks: names of the PoseBusters checks that each looked-at sample fails.
    """

    coverage: Coverage | None = None
    seconds: float = 0.0
    samples: int = 0
    stereo_errors: int = 0
    failed_checks: list[tuple[str, ...]] = field(default_factory=list)
    reason: str = ""


@dataclass
class MoleculeResult:
    """Of one molecule: its place in the file, its numbers and the result of every method."""

    index: int
    smiles: str
    references: int
    rotatable_bonds: int
    results: dict[str, Result]


def summary(done: Sequence[MoleculeResult]) -> dict[str, Any]:
    """The figures of a run from the results of its molecules, in the order of ``done``."""
    by_method = {name: [m.results[name] for m in done] for name in done[0].results}
    rotors = np.array([m.rotatable_bonds for m in done])
    figures: dict[str, Any] = {name: _scores(found, rotors) for name, found in by_method.items()}
    return figures | {
        "molecules": len(done),
        "references": sum(m.references for m in done),
        "failed": {n: sum(r.coverage is None for r in all_) for n, all_ in by_method.items()},
        "stereo_errors": {n: sum(r.stereo_errors for r in a) for n, a in by_method.items()},
        "samples": {n: sum(r.samples for r in a) for n, a in by_method.items()},
        "seconds": {n: round(sum(r.seconds for r in a), 2) for n, a in by_method.items()},
        "difference": _differences(by_method),
        "posebusters": _posebusters(by_method),
        "per_molecule": [_row(m) for m in done],
    }


def _scores(results: Sequence[Result], rotors: np.ndarray) -> dict[str, Any]:
    """Means, medians, 95 % intervals and bands of one method."""
    table = with_failures([r.coverage for r in results])
    bands = {}
    for name, least, most in BANDS:
        inside = (rotors >= least) & (rotors <= most)
        if inside.any():
            bands[name] = {"molecules": int(inside.sum())} | _named(table[inside].mean(axis=0))
    return _named(table.mean(axis=0)) | {
        "median": _named(np.median(table, axis=0)),
        "interval_95": _intervals(table),
        "by_rotatable_bonds": bands,
    }


def _differences(by_method: dict[str, list[Result]]) -> dict[str, Any]:
    """The first method minus each other, molecule by molecule: means and 95 % intervals."""
    (first, own), *others = [
        (name, with_failures([r.coverage for r in results])) for name, results in by_method.items()
    ]
    return {
        f"{first} - {name}": _named((own - table).mean(axis=0))
        | {"interval_95": _intervals(own - table)}
        for name, table in others
    }


def _intervals(table: np.ndarray) -> dict[str, list[float | None]]:
    """95 % intervals of the means of ``table`` (n, 4)."""
    found = [[_rounded(x) for x in bootstrap(column)] for column in table.T]
    return dict(zip(MEASURES, found, strict=True))


def _rounded(value: float) -> float | None:
    """Three decimals; JSON has no NaN."""
    return round(float(value), 3) if np.isfinite(value) else None


def _named(values: np.ndarray) -> dict[str, Any]:
    return dict(zip(MEASURES, map(_rounded, values), strict=True))


def _posebusters(by_method: dict[str, list[Result]]) -> dict[str, Any]:
    """Percent of the poses of each method that pass every check, and what the others failed."""
    found: dict[str, Any] = {}
    for name, results in by_method.items():
        checks = [failed for r in results for failed in r.failed_checks]
        if checks:
            causes = Counter(cause for failed in checks for cause in failed)
            found[name] = {
                "pass_percent": round(100 * sum(not f for f in checks) / len(checks), 1),
                "poses": len(checks),
                "failed_checks": dict(causes.most_common()),
            }
    return found


def _row(m: MoleculeResult) -> dict[str, Any]:
    """One molecule for the JSON file: the four numbers of each method, or why it failed."""
    row: dict[str, Any] = {
        "index": m.index,
        "smiles": m.smiles,
        "references": m.references,
        "rotatable_bonds": m.rotatable_bonds,
    }
    for name, r in m.results.items():
        row[name] = [_rounded(x) for x in asdict(r.coverage).values()] if r.coverage else r.reason
    return row


def table(figures: dict[str, Any], methods: Sequence[str]) -> str:
    """What a person reads: means and medians, what it cost, and the bands of rotatable bonds."""
    head = ["", *_TITLES, "failed", "stereo errors", "PoseBusters %", "s"]
    rows = [
        [n, *_with_interval(figures[n]), *_side_figures(figures, n)] for n in methods
    ]  # fmt: skip
    medians = [[n, *_cells(figures[n]["median"])] for n in methods]
    parts = [
        f"{figures['molecules']} molecules, {figures['references']} references",
        _grid([head, *rows]),
        _grid([["median", *_TITLES], *medians]),
    ]
    if figures["difference"]:
        pairs = [[n, *_with_interval(d)] for n, d in figures["difference"].items()]
        parts.append(_grid([["difference", *_TITLES], *pairs]))
    for name, _, _ in BANDS:
        inside = {m: figures[m]["by_rotatable_bonds"].get(name) for m in methods}
        if any(inside.values()):
            count = next(b["molecules"] for b in inside.values() if b)
            title = f"{name} rotatable ({count})"
            rows = [[m, *_cells(b)] for m, b in inside.items() if b]
            parts.append(_grid([[title, *_TITLES], *rows]))
    return "\n\n".join(parts)


def _cells(values: dict[str, Any]) -> list[str]:
    """The four numbers as a person reads them."""
    return [
        "-" if values[n] is None else f"{values[n]:.{1 if n.startswith('cov') else 3}f}"
        for n in MEASURES
    ]


def _with_interval(scores: dict[str, Any]) -> list[str]:
    """Means, each with half the width of its 95 % interval."""
    cells = []
    for cell, name in zip(_cells(scores), MEASURES, strict=True):
        low, high = scores["interval_95"][name]
        digits = 1 if name.startswith("cov") else 3
        cells.append(cell if low is None else f"{cell} ± {(high - low) / 2:.{digits}f}")
    return cells


def _side_figures(figures: dict[str, Any], method: str) -> list[str]:
    posed = figures["posebusters"].get(method)
    return [
        str(figures["failed"][method]),
        f"{figures['stereo_errors'][method]} / {figures['samples'][method]}",
        f"{posed['pass_percent']:.1f}" if posed else "-",
        f"{figures['seconds'][method]:.0f}",
    ]


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """Columns under each other, the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
