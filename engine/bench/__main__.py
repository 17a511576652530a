"""Measurements, each of which a user can repeat: ``python -m engine.bench smoke --json FILE``.

``smoke``: the figures that the project promises (``engine.bench.smoke``); ``conformers`` compares
with reference ensembles, ``ligands`` counts right bond orders, ``speed`` times the torsional model,
``toy`` compares samplers on the toy data, ``polymer`` the models of chains, ``symmetry`` networks
that turn with their input and networks that do not;
``fuzz`` reads damaged files, ``load`` puts a class in front of the app, ``batch`` kills the making
of conformers of a list.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.bench import batch, conformers, ligands, polymer, speed, symmetry, toy
from engine.bench.fuzz import command as fuzz
from engine.bench.load import command as load
from engine.bench.smoke import smoke


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: what the command line offers for it.

    Attributes:
        summary: its description, the docstring of its module.
        add_arguments: declares its own arguments.
        run: its figures, ready for JSON, from the arguments.
        show: the figures as a person reads them.
    """

    summary: str
    run: Callable[[argparse.Namespace], dict[str, Any]]
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    show: Callable[[dict[str, Any]], str] = lambda figures: json.dumps(figures, indent=2)


def _of(module: Any) -> Benchmark:
    """What a module offers: ``add_arguments``, ``run`` and, if it likes, ``show``."""
    own = {"show": module.show} if hasattr(module, "show") else {}
    return Benchmark(module.__doc__, module.run, module.add_arguments, **own)


BENCHMARKS = {
    "smoke": Benchmark("The figures that the project promises.", lambda args: smoke()),
    "conformers": _of(conformers),
    "ligands": _of(ligands),
    "speed": _of(speed),
    "polymer": _of(polymer),
    "symmetry": _of(symmetry),
    "toy": _of(toy),
    "fuzz": _of(fuzz),
    "load": _of(load),
    "batch": _of(batch),
}


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m engine.bench", description=__doc__, formatter_class=plain
    )
    commands = parser.add_subparsers(dest="benchmark", required=True)
    for name, benchmark in BENCHMARKS.items():
        command = commands.add_parser(name, description=benchmark.summary, formatter_class=plain)
        command.add_argument("--json", type=Path, help="file to write the figures to")
        benchmark.add_arguments(command)
    args = parser.parse_args(arguments)
    start = time.perf_counter()
    figures = BENCHMARKS[args.benchmark].run(args)
    print(BENCHMARKS[args.benchmark].show(figures))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
