"""``python -m engine.train ensembles``: reference conformers of any list of molecules.

Method: ``engine.chem.reference``. Every finished molecule, and every failure with its cause, is a
line in a journal beside the output (``OUT.parts/``), so that a run that was stopped goes on where
it was, and ``--assemble`` makes the ensemble file from what there is at any moment. Journals of
several runs or machines may be put into one folder.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from tqdm import tqdm

from engine import ensembles, workers
from engine.chem import smiles as lists
from engine.chem.errors import MoleculeError
from engine.chem.quantum import require_packages
from engine.chem.reference import ReferenceOptions, reference_ensemble
from engine.ensembles import Ensemble

#: A process that has not answered after this many times the processor time that a molecule may
#: take hangs, or the machine is very busy.
_PATIENCE = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--smiles",
        type=Path,
        nargs="+",
        help=".csv with a column smiles, or one SMILES per line; default: RDKit's own lists",
    )
    parser.add_argument(
        "--exclude",
        type=Path,
        nargs="+",
        default=[],
        help="lists or ensemble files (.npz) whose molecules, and their stereoisomers, to skip",
    )
    parser.add_argument(
        "--rotors",
        type=int,
        nargs=2,
        metavar=("MIN", "MAX"),
        default=(1, 12),
        help="rotatable bonds of the molecules taken, as RDKit counts them (default 1 12)",
    )
    parser.add_argument("--limit", type=int, help="molecules at most, failures included")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="take them in random order")
    for option in fields(ReferenceOptions):
        name = "--" + option.name.replace("_", "-")
        text = f"{option.metadata['help']} (default {option.default:g})"
        parser.add_argument(name, type=type(option.default), default=option.default, help=text)
    parser.add_argument("--workers", type=int, default=1, help="processes, one thread each")
    parser.add_argument("--out", type=Path, required=True, help="ensemble file (.npz)")
    parser.add_argument(
        "--assemble",
        action="store_true",
        help="only make --out from what is finished, also while another run is at work",
    )


def run(args: argparse.Namespace) -> None:
    """Make what is missing, then write the file and count the failures."""
    folder = args.out.with_suffix(".parts")
    if not args.assemble:
        try:
            require_packages()
        except MoleculeError as error:
            raise SystemExit(str(error)) from error
        options = ReferenceOptions(
            **{f.name: getattr(args, f.name) for f in fields(ReferenceOptions)}
        )
        done = {record["key"] for record in read_journals(folder)}
        wanted = select(args.smiles or lists.shipped_lists(), args.exclude, *args.rotors)
        if args.shuffle is not None:
            random.Random(args.shuffle).shuffle(wanted)
        tasks = [
            (*molecule, options) for molecule in wanted[: args.limit] if molecule[0] not in done
        ]
        print(f"{len(wanted[: args.limit])} molecules wanted, {len(tasks)} still to do")
        make(tasks, folder, args.workers)
    assemble(folder, args.out)


def select(
    sources: Iterable[Path], exclude: Iterable[Path], fewest: int, most: int
) -> list[tuple[str, str]]:
    """Canonical isomeric SMILES and source of the molecules to do, each once.

    Stereoisomers of an excluded molecule are left out with it: a test molecule must not come
    back as its mirror image, nor one whose stereo a list leaves open.
    """
    hidden = {lists.skeleton(text) for path in exclude for text in _smiles_in(path)}
    chosen: dict[str, str] = {}
    for path in sources:
        for text, source in lists.read_list(path):
            key = lists.canonical(text)
            if key is None or key in chosen or lists.skeleton(text) in hidden:
                continue
            if fewest <= lists.rotors(text) <= most:
                chosen[key] = source
    return list(chosen.items())


def _smiles_in(path: Path) -> list[str]:
    """The SMILES of a list or of an ensemble file."""
    if path.suffix != ".npz":
        return [text for text, _ in lists.read_list(path)]
    with np.load(path, allow_pickle=False) as file:
        return [str(text) for text in file["smiles"]]


def make(
    tasks: list[tuple[str, str, ReferenceOptions]], folder: Path, processes: int
) -> Counter[str]:
    """Work through ``tasks`` and journal each outcome; returns the failures by cause."""
    failures: Counter[str] = Counter()
    if not tasks:
        return failures
    limit = _PATIENCE * tasks[0][2].seconds
    conformers = 0
    with (
        _new_journal(folder) as journal,
        tqdm(total=len(tasks), unit="mol", smoothing=0.02, mininterval=1.0) as bar,
    ):
        for (key, source, _), outcome in workers.run(attempt, tasks, processes, limit):
            record = outcome
            if isinstance(outcome, workers.Lost):
                record = {"key": key, "source": source, "failure": str(outcome)}
            if "failure" in record:
                failures[record["failure"]] += 1
            conformers += record.get("conformers", 0)
            journal.write(json.dumps(record) + "\n")
            journal.flush()
            bar.set_postfix(conformers=conformers, failed=failures.total(), refresh=False)
            bar.update()
    return failures


def attempt(task: tuple[str, str, ReferenceOptions]) -> dict[str, Any]:
    """The journal's record of one molecule: its ensemble, or the cause of its failure."""
    key, source, options = task
    start = time.perf_counter()
    try:
        found = reference_ensemble(key, options)
    except MoleculeError as error:
        record: dict[str, Any] = {"key": key, "source": source, "failure": str(error)}
    else:
        record = {
            "key": key,
            "source": source,
            "smiles": found.smiles,
            "conformers": len(found.xyz),
            "energy": [round(float(e), 4) for e in found.energy],
            "xyz": base64.b64encode(np.rint(1000 * found.xyz).astype("<i2").tobytes()).decode(),
        }
    return record | {"seconds": round(time.perf_counter() - start, 2)}


def _new_journal(folder: Path) -> TextIO:
    """A file of this run's own, so that a line torn by a crash stays the last of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = len(list(folder.glob("*.jsonl")))
    return (folder / f"{taken + 1:04d}-{int(time.time())}.jsonl").open("x", encoding="utf-8")


def read_journals(folder: Path) -> Iterator[dict[str, Any]]:
    """All records in ``folder``, oldest journal first, each molecule once; skips torn lines."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                continue
            if record["key"] not in seen:
                seen.add(record["key"])
                yield record


def to_ensemble(record: dict[str, Any]) -> Ensemble:
    """The ensemble of a journal's record, as ``engine.ensembles.read`` would give it."""
    flat = np.frombuffer(base64.b64decode(record["xyz"]), dtype="<i2")
    xyz = flat.reshape(record["conformers"], -1, 3).astype(np.float32) / 1000
    energy = np.array(record["energy"], dtype=np.float32)
    return Ensemble(record["smiles"], xyz, energy, record["source"])


def assemble(folder: Path, out: Path) -> list[Ensemble]:
    """Write what is finished to ``out`` and say what is in it and what failed."""
    records = list(read_journals(folder))
    found = [to_ensemble(record) for record in records if "failure" not in record]
    if not found:
        raise SystemExit(f"no finished molecule in {folder}")
    ensembles.write(out, found)
    seconds = sum(record.get("seconds", 0.0) for record in records) / len(records)
    print(
        f"{out}: {len(found)} molecules, {sum(len(e.xyz) for e in found)} conformers, "
        f"{seconds:.1f} s per molecule"
    )
    failures = Counter(r["failure"] for r in records if "failure" in r)
    for cause, count in failures.most_common():
        print(f"  {count} failed: {cause}")
    return found
