"""``python -m engine.train ensembles``: reference conformers of any list of molecules.

Method: ``engine.chem.search.reference``. Every finished molecule, and every failure with its cause,
is a line in a journal beside the output (``OUT.parts/``), so that a run that was stopped goes on
where it was, and ``--assemble`` makes the ensemble file from what there is at any moment. Journals
of several runs or machines may be put into one folder.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from tqdm import tqdm

from engine import workers
from engine.chem import MoleculeError
from engine.chem.energy.quantum import require_packages
from engine.chem.search import smiles_lists as lists
from engine.chem.search.reference import ReferenceOptions, reference_ensemble, refined
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.conformers import ensembles
from engine.options import add_arguments as add_options
from engine.options import from_arguments

#: A process that has not answered after this many times the processor time that a molecule may
#: take hangs, or the machine is very busy.
_PATIENCE = 10.0
#: Failures that may not come back: on a busy machine an embedding, too, can run out of time.
PASSING = ("crashed", "time limit", "embedding failed")
#: So many crashes and nothing else mean that the processes cannot start at all.
_HOPELESS = 5

#: Canonical isomeric SMILES, source, known conformers (K, N, 3) if there are any, options.
Task = tuple[str, str, np.ndarray | None, ReferenceOptions]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--smiles",
        type=Path,
        nargs="+",
        help=".csv with a column smiles, or one SMILES per line; default: RDKit's own lists",
    )
    parser.add_argument(
        "--refine",
        type=Path,
        nargs="+",
        help="ensemble files (.npz) whose conformers take the place of the search",
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
    add_options(parser, ReferenceOptions, ReferenceOptions())
    parser.add_argument("--workers", type=int, default=1, help="processes, one thread each")
    parser.add_argument("--out", type=Path, required=True, help="ensemble file (.npz)")
    parser.add_argument(
        "--retry",
        action="store_true",
        help="try the molecules again that crashed, took too long or could not be embedded",
    )
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
        try:
            make(missing(args, folder), folder, args.workers)
        except KeyboardInterrupt:
            raise SystemExit("\nStopped; the same command goes on from here.") from None
    assemble(folder, args.out)


def missing(args: argparse.Namespace, folder: Path) -> list[Task]:
    """The molecules that the options ask for and no journal has."""
    options = from_arguments(ReferenceOptions, args)
    found = _asked_for(args)
    if args.shuffle is not None:
        shuffled = list(found)
        random.Random(args.shuffle).shuffle(shuffled)
        found = iter(shuffled)
    wanted = list(islice(found, args.limit))
    done = {
        record["key"]
        for record in read_journals(folder)
        if not (args.retry and record.get("failure") in PASSING)
    }
    tasks = [(*molecule, options) for molecule in wanted if molecule[0] not in done]
    print(f"{len(wanted)} molecules wanted, {len(tasks)} of them still to do")
    return tasks


def _asked_for(args: argparse.Namespace) -> Iterator[tuple[str, str, np.ndarray | None]]:
    """Every molecule in the sources, with what is known of it: see ``Task``."""
    for path in args.refine or []:
        yield from ((e.smiles, e.source, e.best_first()) for e in ensembles.read(path))
    if not args.refine:
        found = select(args.smiles or lists.shipped_lists(), args.exclude, *args.rotors)
        yield from ((key, source, None) for key, source in found)


def select(
    sources: Iterable[Path], exclude: Iterable[Path], fewest: int, most: int
) -> Iterator[tuple[str, str]]:
    """Canonical isomeric SMILES and source of the molecules to do, each once.

    Stereoisomers of an excluded molecule are left out with it: a test molecule must not come
    back as its mirror image, nor one whose stereo a list leaves open.
    """
    excluded = (lists.identify(text) for path in exclude for text in _smiles_in(path))
    hidden = {identity.skeleton for identity in excluded if identity}
    seen: set[str] = set()
    for path in sources:
        for text, source in lists.read_list(path):
            identity = lists.identify(text)
            if identity is None or identity.isomer in seen or identity.skeleton in hidden:
                continue
            seen.add(identity.isomer)
            if fewest <= identity.rotors <= most:
                yield identity.isomer, source


def _smiles_in(path: Path) -> list[str]:
    """The SMILES of a list or of an ensemble file."""
    if path.suffix != ".npz":
        return [text for text, _ in lists.read_list(path)]
    with np.load(path, allow_pickle=False) as file:
        return [str(text) for text in file["smiles"]]


def make(tasks: list[Task], folder: Path, processes: int) -> None:
    """Work through ``tasks`` and journal each outcome.

    Raises:
        SystemExit: if the processes crash from the start.
    """
    if not tasks:
        return
    outcomes = workers.run(attempt, tasks, processes, _PATIENCE * tasks[0][-1].seconds)
    conformers = failed = 0
    with (
        _new_journal(folder) as journal,
        tqdm(total=len(tasks), unit="mol", smoothing=0.02, mininterval=1.0) as bar,
    ):
        for (key, source, *_), outcome in outcomes:
            record = outcome
            if isinstance(outcome, workers.Lost):
                record = {"key": key, "source": source, "failure": str(outcome)}
            conformers += record.get("conformers", 0)
            failed += "failure" in record
            bar.set_postfix(conformers=conformers, failed=failed, refresh=False)
            bar.update()
            if outcome == "crashed" and bar.n == failed == _HOPELESS:
                raise SystemExit("The first processes all crashed; see the messages above.")
            journal.write(json.dumps(record) + "\n")
            journal.flush()


def attempt(task: Task) -> dict[str, Any]:
    """The journal's record of one molecule: its ensemble, or the cause of its failure."""
    key, source, known, options = task
    start = time.process_time()
    try:
        found = reference_ensemble(key, options) if known is None else refined(key, known, options)
    except MoleculeError as error:
        record: dict[str, Any] = {"key": key, "source": source, "failure": str(error)}
    else:
        record = to_record(key, replace(found, source=source))
    return record | {"seconds": round(time.process_time() - start, 2)}


def to_record(key: str, ensemble: ReferenceEnsemble) -> dict[str, Any]:
    """The inverse of ``to_ensemble``, for the molecule that was asked for as ``key``."""
    energy = [] if ensemble.energy is None else ensemble.energy.tolist()
    xyz = np.rint(1000 * ensemble.xyz).astype("<i2")
    return {
        "key": key,
        "source": ensemble.source,
        "smiles": ensemble.smiles,
        "conformers": len(xyz),
        "energy": [round(e, 4) for e in energy],
        "xyz": base64.b64encode(xyz.tobytes()).decode(),
    }


def _new_journal(folder: Path) -> TextIO:
    """A file of this run's own, so that a line torn by a crash stays the last of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = len(list(folder.glob("*.jsonl")))
    return (folder / f"{taken + 1:04d}-{int(time.time())}.jsonl").open("x", encoding="utf-8")


def read_journals(folder: Path) -> list[dict[str, Any]]:
    """The records in ``folder``, one per molecule, a success before any failure.

    Lines that a crash has torn are skipped.
    """
    records: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                continue
            known = records.get(record["key"])
            if known is None or "failure" in known:
                records[record["key"]] = record
    return list(records.values())


def to_ensemble(record: dict[str, Any]) -> ReferenceEnsemble:
    """The ensemble of a journal's record, as ``engine.conformers.ensembles.read`` would give it."""
    flat = np.frombuffer(base64.b64decode(record["xyz"]), dtype="<i2")
    xyz = flat.reshape(record["conformers"], -1, 3).astype(np.float32) / 1000
    energy = np.array(record["energy"], dtype=np.float32)
    return ReferenceEnsemble(record["smiles"], xyz, energy, record["source"])


def assemble(folder: Path, out: Path) -> None:
    """Write what is finished to ``out``, and say what is in it and what failed.

    Raises:
        SystemExit: if nothing is finished.
    """
    records = read_journals(folder)
    failures = Counter(record["failure"] for record in records if "failure" in record)
    for cause, count in failures.most_common():
        print(f"  {count} failed: {cause}")
    found = [to_ensemble(record) for record in records if "failure" not in record]
    if not found:
        raise SystemExit(f"{folder} holds no finished molecule.")
    ensembles.write(out, found)
    seconds = sum(record.get("seconds", 0.0) for record in records) / len(records)
    print(
        f"{out}: {len(found)} molecules, {sum(len(e.xyz) for e in found)} conformers, "
        f"{seconds:.1f} s of processor time per molecule"
    )
