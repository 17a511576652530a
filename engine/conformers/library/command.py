"""``python -m engine.conformers in.smi out.sdf --conformers 20``: a list of any length.

A SMILES a line, a table with a column of SMILES (.csv, .tsv), or an SDF. Conformers stand in the
order of the list, ``record`` in each says of which; what cannot be done stands in
``out.problems.csv`` with the reason. The same command goes on where it was stopped or killed
(``out.journal.json``).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from engine import workers
from engine.conformers.library.output import Progress
from engine.conformers.library.run import Runner, run
from engine.conformers.library.work import Settings, Task, conform
from engine.conformers.options import ConformerOptions
from engine.workers import cluster

#: Bytes that a record may take beyond what its process holds.
_MEMORY = 2 * 2**30
#: Records that may be done before the oldest one in work is: all wait in memory.
_LEAD = 1024
#: Tasks of one process: all that it does is of known libraries.
_RECYCLE = 5000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that lists alone have."""
    group = parser.add_argument_group("lists", __doc__.split("\n\n")[1].replace("``", ""))
    group.add_argument("output", type=Path, nargs="?", help="SDF for the conformers of a list")
    group.add_argument(
        "--conformers", dest="n", type=int, default=argparse.SUPPRESS, help="the same as -n"
    )
    group.add_argument("--largest", action="store_true", help="of salts take the largest molecule")
    group.add_argument("--workers", type=int, help="processes (default: one a core)")
    group.add_argument("--dask", metavar="ADDRESS", help="use a Dask cluster: tcp://host:8786")
    group.add_argument(
        "--time-limit", type=float, default=300.0, help="seconds for a record (default 300)"
    )


def follow(args: argparse.Namespace, options: ConformerOptions) -> str:
    """Do what the arguments say; returns what was done, in one sentence.

    Raises:
        ValueError, OSError: in one sentence, if that cannot be done.
    """
    source = Path(args.molecule)
    settings = Settings(args.n, options, args.seed, args.model, args.largest)
    with tqdm(
        total=_size(source),
        bar_format="{percentage:3.0f} %|{bar}| {elapsed}, {remaining} left{postfix}",
        mininterval=1.0 if sys.stderr.isatty() else 30.0,
    ) as bar:

        def tell(position: int, done: Progress) -> None:
            bar.initial = bar.initial or position  # what was done before says nothing of the speed
            bar.set_postfix_str(f"{done.records:,} records, {done.problems:,} bad", refresh=False)
            bar.update(position - bar.n)

        done = run(source, args.output, settings, _runner(args), args.device, tell)
    bad = f", {done.problems:,} of which are in the table of problems" if done.problems else ""
    return f"{done.records:,} records{bad}; conformers in {args.output}."


def _size(source: Path) -> int:
    """Bytes of the list.

    Raises:
        ValueError: in one sentence, if there is none.
    """
    try:
        with source.open("rb") as file:
            return os.fstat(file.fileno()).st_size
    except OSError as error:
        raise ValueError(
            f"The list “{source}” cannot be read ({error.strerror}); check its name and the folder "
            "that you are in."
        ) from error


def _runner(args: argparse.Namespace) -> Runner:
    """What runs the tasks: processes of this machine, or a cluster."""
    limits: dict[str, Any] = {"seconds": args.time_limit}
    if args.device == "cpu":  # drivers of other devices count as memory what they only reserve
        limits["memory"] = _MEMORY

    def local(tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        count = args.workers or os.cpu_count() or 1
        return workers.run(conform, tasks, count, recycle=_RECYCLE, lead=_LEAD, **limits)

    def remote(tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        return cluster.run(conform, tasks, args.dask, lead=_LEAD, **limits)

    return remote if args.dask else local
