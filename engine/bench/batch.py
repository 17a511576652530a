"""Library mode under kills: ``python -m engine.bench batch --json FILE``.

Conformers of a list (few steps, one each) by ``python -m engine.conformers``:

* ``records`` of the list, ``lost`` and ``doubled`` ones after a run with two processes that was
  killed (SIGKILL) ``kills`` times at random moments and taken up again each time; ``problems``: how
  many have no conformer.
* ``peak_memory_mb`` of command and processes together by the length of the list, which it must not
  depend on.
* ``speedup_two_workers``: records a second with two processes over those with one, starts left out;
  at least 1.8 on two idle cores. ``load`` says how many processes wanted a core meanwhile.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine import workers
from engine.chem.search import smiles_lists
from engine.conformers.library.records import records
from engine.conformers.library.work import Settings, Task, conform
from engine.conformers.options import ConformerOptions

#: Records of the list, of its beginning that is done on its own, and of the measurement of speed.
LENGTHS, QUICK = (10_000, 1000, 400), (80, 20, 24)
#: How often the long run is killed, and after how many seconds at most.
KILLS, QUICK_KILLS = (10, 60.0), (2, 12.0)
OPTIONS = ConformerOptions(steps=5, candidates=1, retries=0)
FLAGS = ["-n", "1", "--steps", "5", "--candidates", "1", "--retries", "0", "--workers", "2"]
_TICK = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--reference", type=Path, help="a list of SMILES; default: RDKit's own")
    parser.add_argument("--quick", action="store_true", help="a short list, in about a minute")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    length, short, timed = QUICK if args.quick else LENGTHS
    kills, longest = QUICK_KILLS if args.quick else KILLS
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = _list(args.reference, length, folder / "all.smi")
        peaks = {
            str(short): _finished(_list(source, short, folder / "short.smi"), folder / "short.sdf"),
            str(length): _killed(source, folder / "all.sdf", kills, longest),
        }
        one, two = (speed(source, timed, count) for count in (1, 2))
        return {
            **account(folder / "all.sdf", sum(1 for _ in records(source))),
            "kills": kills,
            "peak_memory_mb": peaks,
            "speedup_two_workers": two / one,
            "records_per_second": {"1": one, "2": two},
            "load": os.getloadavg()[0],
        }


def _list(reference: Path | None, length: int, target: Path) -> Path:
    """The first ``length`` SMILES of a list in a file of their own."""
    paths = [reference] if reference else smiles_lists.shipped_lists()
    found = (text for path in paths for text, _ in smiles_lists.read_list(path))
    target.write_text("".join(f"{text}\n" for text in islice(found, length)), encoding="utf-8")
    return target


def _started(source: Path, target: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "engine.conformers", str(source), str(target), *FLAGS]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program


def _finished(source: Path, target: Path) -> float:
    """The peak of memory (MB) of a run that nobody disturbs."""
    process, peak = _started(source, target), 0.0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        time.sleep(_TICK)
    if process.returncode:
        raise SystemExit("The command has failed; see its message above.")
    return peak


def _killed(source: Path, target: Path, kills: int, longest: float) -> float:
    """The same for one that is killed at random moments, and at last allowed to end."""
    moments = random.Random(1)
    for _ in range(kills):
        process = _started(source, target)
        time.sleep(moments.uniform(0, longest))
        process.kill()
        process.wait()
    return _finished(source, target)


def _memory(pid: int) -> float:
    """The most memory (MB) that a process and its children have held; 0 where that is unknown."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:  # it has just ended, or this is no Linux
        return 0.0
    held = next((line.split()[1] for line in status.splitlines() if "VmHWM" in line), "0")
    return int(held) / 1024 + sum(_memory(int(child)) for child in children)


def account(target: Path, count: int) -> dict[str, int]:
    """How often each of ``count`` records stands in the files of a run."""
    with target.with_suffix(".problems.csv").open(encoding="utf-8", newline="") as file:
        bad = [int(row["record"]) for row in csv.DictReader(file)]
    seen = Counter([*bad, *_numbers(target)])
    return {
        "records": count,
        "lost": sum(number not in seen for number in range(1, count + 1)),
        "doubled": sum(times > 1 for times in seen.values()),
        "problems": len(bad),
    }


def _numbers(target: Path) -> Iterator[int]:
    """The numbers of the records whose conformers are in an SDF, which has one of each."""
    with target.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith(">  <record>"):
                yield int(next(file))


def speed(source: Path, count: int, processes: int) -> float:
    """Records a second, from the first result of every process to the last of all."""
    settings = Settings(1, OPTIONS)
    tasks = [Task((record,), settings) for record in islice(records(source), count)]
    ended = [time.perf_counter() for _ in workers.run(conform, tasks, processes, 600.0)]
    return (len(ended) - processes) / (ended[-1] - ended[processes - 1])
