"""Damaged and hostile files of all formats against the readers; the same seed, the same files.

Every input is read in a process with limits. A reader may read it or refuse it with a sentence of
its own ("clean"). It may not raise anything else ("unclean"), crash or have to be stopped
("killed"), take more than 5 s of processor time ("slow") or hold more than 1 GB.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.fuzz.crafted import crafted
from engine.bench.fuzz.damage import damaged
from engine.bench.fuzz.trial import Trial, trial
from engine.bench.fuzz.valid import inputs
from engine.limits import LimitError, Limits, Pool
from engine.progress import finish

INPUTS = 3500
SLOW = 5.0  #: seconds of processor time
GIGABYTE = 2**30
CRAFTED = 0.06  #: share of the inputs
FOREIGN = 0.04  #: share of the damaged ones whose kind is not that of their content
LIMITS = Limits(seconds=30.0, memory=2 * GIGABYTE)
_MODULES = ("engine.bench.fuzz.trial",)


@dataclass(frozen=True)
class Input:
    """One input.

    Attributes:
        number: its place in the run; with the seed it says all.
        kind: of the reader: an extension with its dot, or a word.
        data: what is read.
    """

    number: int
    kind: str
    data: bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line offers."""
    parser.add_argument("--seed", type=int, default=0, help="of the inputs (0)")
    parser.add_argument("--inputs", type=int, default=INPUTS, help=f"how many ({INPUTS})")
    parser.add_argument("--workers", type=int, default=2, help="processes at once (2)")
    parser.add_argument("--kinds", nargs="*", help="only these, for example .sdf smiles image")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Counts by outcome, and the inputs that failed."""
    make = Maker(args.seed, frozenset(args.kinds or ()))
    pool = Pool(args.workers, _MODULES, LIMITS)

    def one(number: int) -> tuple[Input | None, Trial]:
        made = make(number)
        found = _tried(pool, made)
        return made if _failed(found) else None, found

    try:
        with ThreadPoolExecutor(args.workers) as threads:
            trials = list(threads.map(one, range(args.inputs)))
    finally:
        pool.close()
    failed = [(made, found) for made, found in trials if made is not None]
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
        for made, _ in failed:
            ending = made.kind if made.kind.startswith(".") else f".{made.kind}"
            (args.keep / f"{args.seed}_{made.number}{ending}").write_bytes(made.data)
    return {**_counts([found for _, found in trials]), "failures": _described(failed)}


class Maker:
    """The inputs of a seed, of only some kinds if there are any."""

    def __init__(self, seed: int, kinds: frozenset[str] = frozenset()) -> None:
        self._seed = seed
        self._valid = inputs()
        self._kinds = sorted(kinds & self._valid.keys() if kinds else self._valid)

    def __call__(self, number: int) -> Input:
        random = np.random.default_rng((self._seed, number))
        if random.random() < CRAFTED:
            kind, data = crafted(random)
            if kind in self._kinds:
                return Input(number, kind, data)
        kind = self._kinds[random.integers(len(self._kinds))]
        originals = self._valid[kind]
        data = damaged(originals[random.integers(len(originals))], random, originals)
        if random.random() < FOREIGN:
            kind = self._kinds[random.integers(len(self._kinds))]
        return Input(number, kind, data)


def show(figures: dict[str, Any]) -> str:
    """The counts in a line, then every failure in one."""
    counts = ", ".join(f"{key} {value}" for key, value in figures.items() if key != "failures")
    return "\n".join([counts, *map(str, figures["failures"])])


def _tried(pool: Pool, one: Input) -> Trial:
    try:
        return finish(pool.run(trial, one.kind, one.data))
    except LimitError as problem:
        seconds = LIMITS.seconds if problem.reason == "time" else 0.0
        peak = LIMITS.memory if problem.reason == "memory" else 0
        return Trial("killed", problem.reason, seconds, peak)


def _failed(found: Trial) -> bool:
    return found.outcome in ("unclean", "killed") or found.seconds > SLOW or found.peak > GIGABYTE


def _counts(trials: list[Trial]) -> dict[str, int]:
    outcomes = Counter(found.outcome for found in trials)
    return {
        "inputs": len(trials),
        **{key: outcomes[key] for key in ("clean", "read", "unclean", "killed")},
        "slow": sum(found.seconds > SLOW for found in trials),
        "over_1_gb": sum(found.peak > GIGABYTE for found in trials),
    }


def _described(failed: list[tuple[Input, Trial]]) -> list[dict[str, Any]]:
    """One of each sort of failure, the smallest, and how many there are."""
    sorts: dict[tuple[str, str, str], list[tuple[Input, Trial]]] = {}
    for one, found in failed:
        sort = re.sub(r"\d+|'[^']*'", "", found.message)
        sorts.setdefault((one.kind, found.outcome, sort), []).append((one, found))
    described = []
    for (kind, outcome, _), cases in sorts.items():
        one, found = min(cases, key=lambda case: len(case[0].data))
        described.append(
            {
                "kind": kind,
                "outcome": outcome,
                "count": len(cases),
                "number": one.number,
                "bytes": len(one.data),
                "message": found.message,
                "seconds": round(found.seconds, 1),
                "megabytes": found.peak // 10**6,
            }
        )
    return sorted(described, key=lambda case: -int(case["count"]))
