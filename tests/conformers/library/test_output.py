"""The files of a run: what a kill has torn is cut off, and other work is never overwritten."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from engine.conformers.library.output import Output, OutputError
from engine.conformers.library.records import Record
from engine.conformers.library.work import Outcome

SETTINGS = {"seed": 1}


def add(output: Output, number: int, sdf: str = "", reason: str = "", name: str = "") -> None:
    record = Record(number, name, "C", ".smi", digest=number, position=number)
    output.add(record, Outcome(number, name, sdf, reason))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.sdf"


def test_what_stands_behind_the_journal_is_cut_off(path):
    with Output(path, SETTINGS) as output:
        add(output, 1, sdf="one $$$$\n")
        add(output, 2, reason="Two is bad.")
    with path.open("ab") as file:
        file.write(b"half of a rec")
    with output.problems.open("ab") as file:
        file.write(b'3,"half')
    with Output(path, SETTINGS) as output:
        assert output.progress.records == 2 and output.progress.digest == 2
        add(output, 3, sdf="three $$$$\n")
    assert path.read_text() == "one $$$$\nthree $$$$\n"
    assert output.problems.read_text() == "record,name,reason\n2,,Two is bad.\n"


def test_a_run_at_work_has_its_files_for_itself(path):
    pytest.importorskip("fcntl")
    with Output(path, SETTINGS), pytest.raises(OutputError, match="Another run"):
        Output(path, SETTINGS)


def test_what_cannot_be_continued_is_left_alone(path):
    path.write_text("precious\n")
    with pytest.raises(OutputError, match="no journal"):
        Output(path, SETTINGS)
    assert path.read_text() == "precious\n"
    path.unlink()
    with Output(path, SETTINGS) as output:
        add(output, 1, sdf="one $$$$\n")
    with pytest.raises(OutputError, match=r"other settings \(seed\)"):
        Output(path, {"seed": 2})
    path.write_text("")
    with pytest.raises(OutputError, match="shorter"):
        Output(path, SETTINGS)
    output.journal.write_text("[]")
    with pytest.raises(OutputError, match="not a journal"):
        Output(path, SETTINGS)


def test_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        Output(tmp_path / "missing" / "out.sdf", SETTINGS)


def test_a_name_is_no_formula(path):
    with Output(path, SETTINGS) as output:
        add(output, 1, reason='It, "they" said,\nis bad.', name="=1+1\n2")
    rows = list(csv.reader(output.problems.read_text().splitlines()))
    assert rows[1] == ["1", "'=1+1 2", 'It, "they" said, is bad.']


def test_a_commit_reaches_the_disk(path, monkeypatch):
    order: list[str] = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: order.append("sync") or sync(file))
    monkeypatch.setattr(Path, "replace", lambda a, b: order.append(b.name) or replace(a, b))
    with Output(path, SETTINGS):
        pass
    assert order == ["sync", "sync", "sync", "out.journal.json"] * 2
