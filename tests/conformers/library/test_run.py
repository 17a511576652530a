"""A list through the whole command: each record once, however often the run is killed."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.conformers import __main__ as command
from engine.conformers.library.output import OutputError
from engine.conformers.library.run import run
from engine.conformers.library.work import Settings, Task, conform
from engine.conformers.options import ConformerOptions
from engine.workers import Lost
from tests.dask_cluster import dask_cluster

ROOT = Path(__file__).parents[3]
QUICK = ConformerOptions(steps=2, candidates=1, retries=0)
FLAGS = ["--steps", "2", "--candidates", "1", "--retries", "0", "-n", "1"]
LIST = "CCCCO butanol\nc1ccccc1 benzene\nCCOCC\nCCCN\nnonsense(\nCCCC\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.smi"
    path.write_text(LIST)
    return path


def backwards(tasks: Iterable[Task]) -> Iterator[tuple[Task, object]]:
    """A runner that ends its tasks in the opposite order; the fourth record crashes."""
    for task in reversed(list(tasks)):
        yield task, Lost("crashed") if task.records[0].number == 4 else conform(task)


def written(target: Path) -> list[tuple[str, str]]:
    """Title and record number of every conformer, in the order of the file."""
    blocks = target.read_text().split("$$$$\n")[:-1]
    return [(b.split("\n")[0], b.split("<record>")[1].split("\n")[1]) for b in blocks]


def reasons(target: Path) -> dict[str, str]:
    with target.with_suffix(".problems.csv").open(newline="") as file:
        return {row["record"]: row["reason"] for row in csv.DictReader(file)}


def test_outcomes_stand_in_the_order_of_the_list(source, tmp_path):
    target = tmp_path / "out.sdf"
    done = run(source, target, Settings(1, QUICK), backwards)
    assert (done.records, done.problems) == (6, 3)
    titles = [("butanol conformer 1", "1"), ("record 3 conformer 1", "3")]
    assert written(target) == [*titles, ("record 6 conformer 1", "6")]
    bad = reasons(target)
    assert set(bad) == {"2", "4", "5"} and "rotatable" in bad["2"] and "bracket" in bad["5"]
    assert bad["4"] == "This record makes the program fail."


def test_a_run_that_stops_anywhere_ends_in_the_same_file(source, tmp_path):
    whole, pieces = tmp_path / "whole.sdf", tmp_path / "pieces.sdf"

    def in_turn(tasks: Iterable[Task]) -> Iterator[tuple[Task, object]]:
        return ((task, conform(task)) for task in tasks)

    run(source, whole, Settings(1, QUICK), in_turn)

    def one(tasks: Iterable[Task]) -> Iterator[tuple[Task, object]]:
        task = next(iter(tasks))
        yield task, conform(task)
        raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(source, pieces, Settings(1, QUICK), one)
    run(source, pieces, Settings(1, QUICK), in_turn)
    assert pieces.read_bytes() == whole.read_bytes() and reasons(pieces) == reasons(whole)
    source.write_text(LIST.replace("CCOCC", "CCSCC"))
    with pytest.raises(OutputError, match="not those that are done"):
        run(source, pieces, Settings(1, QUICK), in_turn)


def test_records_that_are_lost_together_are_tried_alone(source, tmp_path):
    sizes: list[int] = []

    def fragile(tasks: Iterable[Task]) -> Iterator[tuple[Task, object]]:
        every = iter(tasks)
        while task := next(every, None):
            sizes.append(len(task.records))
            lost = len(task.records) > 3 or task.records[0].number == 4
            yield task, Lost("crashed") if lost else conform(replace(task, device="cpu"))

    done = run(source, tmp_path / "out.sdf", Settings(1, QUICK), fragile, device="cuda")
    assert sizes == [6, 1, 1, 1, 1, 1, 1] and (done.records, done.problems) == (6, 3)
    assert "makes the program fail" in reasons(tmp_path / "out.sdf")["4"]


def test_what_cannot_be_done_is_one_sentence(source, tmp_path, capsys):
    for arguments, words in [
        ([tmp_path / "none.smi", "out.sdf"], "cannot be read"),
        ([tmp_path, tmp_path / "out.sdf"], "cannot be read"),
        ([source, tmp_path / "none" / "out.sdf"], "cannot be written"),
        ([source, tmp_path / "out.sdf", "--workers", "0"], "--workers"),
        ([source, tmp_path / "out.sdf", "--time-limit", "nan"], "--time-limit"),
    ]:
        with pytest.raises(SystemExit):
            command.main([*map(str, arguments)])
        assert words in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.slow
def test_a_killed_command_goes_on_and_a_cluster_agrees(tmp_path):
    source, target, other = tmp_path / "in.csv", tmp_path / "out.sdf", tmp_path / "other.sdf"
    chains = ["C" * n + "O" for n in range(4, 16)]
    source.write_text("\n".join(["id,smiles", *(f"m{k},{text}" for k, text in enumerate(chains))]))
    arguments = [sys.executable, "-m", "engine.conformers", str(source), str(target), *FLAGS]
    journal = target.with_suffix(".journal.json")
    for records in (1, 4):
        process = subprocess.Popen([*arguments, "--workers", "2"], cwd=ROOT)
        while not journal.exists() or json.loads(journal.read_text())["records"] < records:
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        process.wait()
    process = subprocess.run([*arguments, "--workers", "1"], cwd=ROOT, check=False)
    assert process.returncode == 0
    wanted = [(f"m{k} conformer 1", str(k + 1)) for k in range(len(chains))]
    assert written(target) == wanted and not reasons(target)
    source.write_text("\n".join(source.read_text().split("\n")[:5]))
    with dask_cluster(tmp_path, workers=2) as address:
        command.main([str(source), str(other), *FLAGS, "--dask", address])
    assert len(written(other)) == 4 and target.read_bytes().startswith(other.read_bytes())
