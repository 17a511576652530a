"""Conformers against reference ensembles: ``python -m engine.bench conformers --reference FILE``.

The standard protocol of the field: 2K samples for K references, heavy-atom RMSD over symmetry,
threshold 0.75 Angstrom; coverage and matching for recall and precision
(``engine.evaluation.coverage``). All methods (``engine.bench.baselines``) make their samples from
the SMILES alone, in one run, on the same molecules, sharing their seeds. Samples are checked for
stereo and, some of them, by PoseBusters.

A molecule with more than ``--cap`` references is measured against ``--cap`` of them, evenly
spread over the file's order. A molecule that a method fails on counts as 0 % coverage and as the
worst AMR that this method has on any other molecule of the run.
"""

from __future__ import annotations

import argparse
import ast
import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from engine import workers as pool
from engine.bench import table
from engine.bench.baselines import FACTOR, METHODS, USUAL, Work
from engine.bench.journal import Journal, digest
from engine.bench.table import MoleculeResult, Result
from engine.cartesian import model as cartesian
from engine.cartesian.sampling import SampleOptions
from engine.chem import MoleculeError
from engine.chem import posebusters as poses
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure import mappings, rmsd_matrix, stereo_errors
from engine.chem.structure.features import from_ensemble_smiles
from engine.chem.structure.torsions import rdkit_count
from engine.conformers import ConformerOptions
from engine.conformers.ensembles import read
from engine.evaluation.coverage import THRESHOLD, coverage
from engine.networks.checkpoint import WEIGHTS
from engine.torsional import MODELS, TorsionalModel, load

#: Methods whose geometry PoseBusters looks at.
POSED = ("ours", "ours_mmff", "ours_cluster", "etkdg", "etkdg_mmff")
#: What ``--quick`` asks for.
QUICK = {"molecules": 12, "cap": 6, "poses": 3}
SAMPLES_PER_REFERENCE = 2
#: Seconds after which a molecule is given up.
LONGEST = 7200.0
#: What every run has in common, for the JSON file.
CONVENTIONS = {
    "threshold_angstrom": THRESHOLD,
    "samples_per_reference": SAMPLES_PER_REFERENCE,
    "cluster_factor": FACTOR,
    "failed_molecules": "0 % coverage, and the method's worst AMR on any other molecule",
}


@dataclass(frozen=True)
class Settings:
    """Of a run, the same for all molecules.

    Attributes:
        cap: references used of one molecule at most; 0 for all.
        poses: samples of a method and molecule that PoseBusters sees; 0 for none.
        checkpoint: weights that take the place of the registered ``model``.
        options: of the reverse process, for the methods called ours.
    """

    methods: tuple[str, ...] = USUAL
    cap: int = 40
    poses: int = 5
    seed: int = 1
    model: str = "torus"
    checkpoint: str = ""
    options: ConformerOptions = field(default_factory=ConformerOptions)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of this benchmark."""
    parser.add_argument("--reference", type=Path, required=True, help="ensemble file (.npz)")
    quick = ", ".join(f"{value} {name}" for name, value in QUICK.items())
    parser.add_argument("--quick", action="store_true",
                        help=f"at most {quick}: under two minutes on two idle cores")  # fmt: skip
    parser.add_argument("--molecules", type=int, help="so many, evenly spread over the file")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="each K-th molecule ...")
    parser.add_argument("--offset", type=int, default=0, metavar="J", help="... from the J-th on")
    parser.add_argument("--cap", type=int, help="references per molecule at most (40; 0: all)")
    parser.add_argument("--poses", type=int, help="samples for PoseBusters, per molecule (5)")
    parser.add_argument("--methods", default=",".join(USUAL), help=f"of {', '.join(METHODS)}")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--journal", type=Path, metavar="FILE",
                        help="write every molecule's results there, and go on from it")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", choices=MODELS, default="torus")
    parser.add_argument("--checkpoint", type=Path, help="weights instead of the registered ones")
    parser.add_argument("--steps", type=int, help="short for --option steps=N")
    parser.add_argument("--eta", type=float, help="short for --option eta=X")
    names = ", ".join(f.name for f in fields(ConformerOptions))
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE",
                        help=f"how ours is sampled: {names}")  # fmt: skip


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    settings = _settings(args)
    _model(settings)  # missing weights should stop the run, not fail every molecule
    tasks = [(i, e, settings) for i, e in chosen(args)]
    journal = Journal(args.journal, _keys(args, settings))
    start = time.perf_counter()
    done = sorted(_measured(tasks, args.workers, journal), key=lambda r: r.index)
    figures = table.summary(done)
    if not poses.available():
        figures["posebusters"] = {"skipped": poses.MISSING}
    return figures | {
        "settings": asdict(settings) | CONVENTIONS,
        "quick": args.quick,
        "reference": args.reference.name,
        "workers": args.workers,
        "wall_seconds": round(time.perf_counter() - start, 1),
        "machine": _machine(),
    }


def show(figures: dict[str, Any]) -> str:
    """What a person reads on the command line."""
    lines = [table.table(figures, figures["settings"]["methods"])]
    lines += [text for text in figures["posebusters"].values() if isinstance(text, str)]
    return "\n\n".join([*lines, f"{figures['wall_seconds']:.0f} s, {figures['machine']}"])


def _settings(args: argparse.Namespace) -> Settings:
    """Read from the command line; exits with a sentence if a name is unknown."""
    methods = tuple(args.methods.split(","))
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise SystemExit(f"Unknown method {unknown[0]}; there are {', '.join(METHODS)}.")
    usual = Settings()
    limits = {
        name: QUICK[name] if args.quick else getattr(usual, name) for name in ("cap", "poses")
    }
    limits |= {n: getattr(args, n) for n in limits if getattr(args, n) is not None}
    return Settings(
        methods=methods,
        seed=args.seed,
        model=args.model,
        checkpoint=str(args.checkpoint or ""),
        options=_options(args),
        **limits,
    )


def _options(args: argparse.Namespace) -> ConformerOptions:
    """``ConformerOptions`` from ``--option name=value``, --steps and --eta."""
    pairs = [text.partition("=")[::2] for text in args.option]
    pairs += [(name, str(getattr(args, name))) for name in ("steps", "eta")
              if getattr(args, name) is not None]  # fmt: skip
    kinds = {f.name: type(f.default) for f in fields(ConformerOptions)}
    values: dict[str, Any] = {}
    for name, text in pairs:
        if name not in kinds:
            raise SystemExit(f"Unknown option {name}; there are {', '.join(kinds)}.")
        try:
            value = text if kinds[name] is str else ast.literal_eval(text)
        except (ValueError, SyntaxError):
            raise SystemExit(f"The option {name} cannot be {text!r}.") from None
        values[name] = float(value) if kinds[name] is float else value
    return ConformerOptions(**values)


def _keys(args: argparse.Namespace, settings: Settings) -> dict[str, str]:
    """What the results of every method depend on."""
    common = (args.reference, settings.cap, settings.poses, settings.seed)
    weights = Path(settings.checkpoint) if settings.checkpoint else WEIGHTS / MODELS[settings.model]

    def own(name: str) -> tuple[Any, ...]:
        if name.startswith("cartesian"):
            return WEIGHTS / cartesian.MODELS["springs"], SampleOptions()
        return (weights, settings.options) if _is_ours(name) else ()

    return {name: digest(*common, name, *own(name)) for name in settings.methods}


def chosen(args: argparse.Namespace) -> list[tuple[int, ReferenceEnsemble]]:
    """The molecules of the run with their place in the file."""
    some = list(enumerate(read(args.reference)))[args.offset :: args.every]
    wanted = args.molecules or (QUICK["molecules"] if args.quick else len(some))
    return [some[i] for i in spread(len(some), wanted)]


def spread(n: int, wanted: int) -> list[int]:
    """``wanted`` of 0 .. n-1 (all of them if fewer), evenly spread, the first and last included."""
    if wanted <= 0 or wanted >= n:
        return list(range(n))
    return np.unique(np.linspace(0, n - 1, wanted).round().astype(int)).tolist()


Task = tuple[int, ReferenceEnsemble, Settings]


def _measured(tasks: Sequence[Task], workers: int, journal: Journal) -> Iterator[MoleculeResult]:
    """Results as they come, large molecules first; in this process for one worker."""
    missing = {index: journal.missing(index) for index, _, _ in tasks}
    yield from (journal.known(index) for index, methods in missing.items() if not methods)
    tasks = [(i, e, replace(s, methods=missing[i])) for i, e, s in tasks if missing[i]]
    costs = [min(s.cap or 10**6, len(e.xyz)) * e.xyz.shape[1] ** 1.5 for _, e, s in tasks]
    tasks = [tasks[i] for i in np.argsort(costs)[::-1]]
    progress = partial(tqdm, total=len(tasks), unit="molecule")
    if workers <= 1:
        with _one_thread():
            yield from map(journal.add, progress(map(measure, tasks)))
        return
    for task, result in progress(pool.run(measure, tasks, workers, LONGEST)):
        if isinstance(result, pool.Lost):  # worth another try, so not written down
            yield journal.merge(_nothing(task, result))
        else:
            yield journal.add(result)


@contextmanager
def _one_thread() -> Iterator[None]:
    """As in the processes of ``engine.workers``: several threads would share busy cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _nothing(task: Task, reason: str) -> MoleculeResult:
    """A molecule on which every method failed."""
    index, ensemble, settings = task
    used = len(spread(len(ensemble.xyz), settings.cap))
    try:
        rotatable = rdkit_count(from_ensemble_smiles(ensemble.smiles, ensemble.xyz.shape[1]))
    except MoleculeError:
        rotatable = 0
    results = {name: Result(reason=str(reason)) for name in settings.methods}
    return MoleculeResult(index, ensemble.smiles, used, rotatable, results)


def _is_ours(method: str) -> bool:
    return method.startswith("ours")


@cache
def _model(settings: Settings) -> TorsionalModel | None:
    """The weights, if a method needs them."""
    if any(name.startswith("cartesian") for name in settings.methods):
        cartesian.shipped()
    if not any(map(_is_ours, settings.methods)):
        return None
    return load(settings.model, path=Path(settings.checkpoint) if settings.checkpoint else None)


def measure(task: Task) -> MoleculeResult:
    """Every method on one molecule."""
    index, ensemble, settings = task
    references = ensemble.xyz[spread(len(ensemble.xyz), settings.cap)]
    try:
        mol = from_ensemble_smiles(ensemble.smiles, ensemble.xyz.shape[1])
    except MoleculeError as error:
        return _nothing(task, str(error))
    seed = 1000 * settings.seed + index
    n, model = SAMPLES_PER_REFERENCE * len(references), _model(settings)
    work = Work(mol, references, n, seed, model, settings.options)
    mapping = mappings(mol)
    results = {name: _result(work, name, mapping, settings.poses) for name in settings.methods}
    return MoleculeResult(index, ensemble.smiles, len(references), rdkit_count(mol), results)


def _result(work: Work, method: str, mapping: np.ndarray, n_poses: int) -> Result:
    """One method on one molecule, measured."""
    try:
        xyz, seconds = work.run(method)
    except MoleculeError as error:
        return Result(reason=str(error))
    looked_at = xyz[spread(len(xyz), n_poses)] if method in POSED and n_poses else xyz[:0]
    return Result(
        coverage=coverage(rmsd_matrix(work.references, xyz, mapping)),
        seconds=seconds,
        samples=len(xyz),
        stereo_errors=int(stereo_errors(work.mol, xyz).sum()),
        failed_checks=poses.failed_checks(work.mol, looked_at) if poses.available() else [],
    )


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy", "rdkit"))
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{packages}"
    )
