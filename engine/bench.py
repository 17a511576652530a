"""Measurements, each of which a reader can repeat: ``python -m engine.bench smoke --json FILE``.

``conformers`` compares with reference ensembles (``engine.bench_conformers``), ``speed`` times the
torsional model (``engine.bench_speed``), ``toy`` compares samplers on the toy data
(``engine.bench_toy``).

``smoke`` writes the figures that the project promises:

* ``ibuprofen_seconds``: 10 conformers of ibuprofen in 20 steps, local structures, energies and
  checks included, weights loaded; the median of three runs in this process.
* ``swiss_roll_energy_ratio``: 2,000 samples of the learned Swiss roll (DDPM, all 1,000 steps
  of the linear schedule) against 2,000 fresh points, over the same for two fresh draws;
  mean of 20 seeds.
* ``max_bond_change_angstrom`` and ``stereo_errors``: over all example molecules.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine import bench_conformers, bench_polymer, bench_speed, bench_toy, denoise, metrics, train
from engine.chem.library import MOLECULES
from engine.chem.read import from_smiles
from engine.conformers import generate
from engine.data import DATASETS
from engine.torsional.model import load

#: Conformers drawn of every example molecule for the checks of ``smoke``.
CONFORMERS = 4
#: Repetitions of the Swiss roll; single ones scatter by more than half of the ratio.
SWISS_ROLL_SEEDS = 20


def ibuprofen_seconds(repeats: int = 3) -> float:
    """Median seconds for 10 conformers of ibuprofen, 20 steps, everything included."""
    model, mol = load(), from_smiles(MOLECULES["ibuprofen"].smiles)
    seconds = []
    for seed in range(1, repeats + 1):
        start = time.perf_counter()
        generate(mol, model, 10, seed=seed)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def swiss_roll_energy_ratio() -> metrics.EnergyRatio:
    """Quality of the learned Swiss roll in units of the data's own sampling error."""
    return train.measure(DATASETS["swiss_roll"], denoise.load("swiss_roll"), seeds=SWISS_ROLL_SEEDS)


def conservation() -> tuple[float, int]:
    """Largest change of a bond length (Angstrom) and number of stereo errors, all examples."""
    model, change, errors = load(), 0.0, 0
    for example in MOLECULES.values():
        made = generate(from_smiles(example.smiles, example.name), model, CONFORMERS)
        change = max(change, float(made.bond_change.max()))
        errors += int(made.stereo_errors.sum())
    return change, errors


def smoke() -> dict[str, Any]:
    """The promised figures; see the module's docstring."""
    ratio = swiss_roll_energy_ratio()
    change, errors = conservation()
    return {
        "ibuprofen_seconds": round(ibuprofen_seconds(), 3),
        "swiss_roll_energy_ratio": round(ratio.mean, 3),
        "swiss_roll_energy_ratio_spread": round(ratio.spread, 3),
        "max_bond_change_angstrom": change,
        "stereo_errors": errors,
        "example_molecules": len(MOLECULES),
        "torch_threads": torch.get_num_threads(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: what the command line offers for it.

    Attributes
    ----------
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
    "conformers": _of(bench_conformers),
    "speed": _of(bench_speed),
    "polymer": _of(bench_polymer),
    "toy": _of(bench_toy),
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
