"""The command line: what cannot be done is told in one sentence, before anything is computed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.conformers import __main__ as command
from engine.conformers.__main__ import main

SALT = "CCCCCCCCCC/C=C/C(=O)[O-].[Na+]" + ".C[N+](C)(C)CCCCCCCCCCCC/C=C/CCCC.[Cl-]" * 8


@pytest.fixture(autouse=True)
def nothing_is_computed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def computed(*_: object) -> None:
        raise AssertionError("the run began")

    monkeypatch.setattr(command, "generate", computed)
    monkeypatch.chdir(tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The sentence that the command ends with."""
    with pytest.raises(SystemExit) as stopped:
        main([*arguments])
    said = capsys.readouterr()
    assert stopped.value.code == 2 and not said.out
    sentence = said.err.strip()
    assert sentence.endswith(".") and "\n" not in sentence and "Traceback" not in sentence
    return sentence


@pytest.mark.parametrize(
    "name",
    ["aspirin.sdf", "no/such/folder/a.mol2", "A.PDB", "list.smi", "a.txt", "x" * 300 + ".sdf"],
)
def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert f"There is no file “{name}”" in refused(capsys, name)


def test_a_long_salt_is_a_smiles(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(SALT) > 255 and "separate molecules" in refused(capsys, SALT)


def test_a_smiles_that_is_none_is_told_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bracket" in refused(capsys, "CC(=O.Cl")
    assert "rotatable" in refused(capsys, "c1ccccc1")
    assert "Nothing was typed" in refused(capsys, "")


@pytest.mark.parametrize(
    "options",
    [
        ["-n", "0"], ["-n", "-1"], ["-n", "1000000000"], ["--steps", "0"], ["--steps", "-5"],
        ["--steps", "1000000000"], ["--candidates", "0"], ["--candidates", "-1"],
        ["--retries", "-1"], ["--retries", "1000000000"],
        ["--seed", "9" * 23], ["--seed", "-" + "9" * 23],
        *([f"--{name}={value}"] for name in ("temperature", "eta", "diversity", "attraction")
          for value in ("nan", "inf", "-inf", "-1", "1e300")),
        ["--temperature", "0"],
    ],
)  # fmt: skip
def test_numbers_that_make_no_sense(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    refused(capsys, "CCCCO", *options)


@pytest.mark.parametrize("value", ["9" * 5000, "ten", "1.5", ""])
def test_what_is_no_number_at_all(capsys: pytest.CaptureFixture[str], value: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["CCCCO", "-n", value])
    assert stopped.value.code == 2 and "argument -n: invalid int value" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["missing/out.sdf", ".", "x" * 300, "file.txt/out.sdf"])
def test_where_nothing_can_be_written(capsys: pytest.CaptureFixture[str], out: str) -> None:
    Path("file.txt").write_text("a file, not a folder")
    assert "--out" in refused(capsys, "CCCCO", "--out", out)


def test_a_file_that_may_not_be_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    assert "Permission denied" in refused(capsys, "CCCCO", "--out", "out.sdf")


def test_trying_whether_it_can_be_written_leaves_no_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("kept.sdf").write_text("before")
    for out in ("kept.sdf", "new.sdf"):
        refused(capsys, "c1ccccc1", "--out", out)
    assert Path("kept.sdf").read_text() == "before" and not Path("new.sdf").exists()


def test_weights_that_are_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object) -> None:
        raise FileNotFoundError("There is no torsional_torus.safetensors.")

    monkeypatch.setattr(command, "load", absent)
    assert "torsional_torus" in refused(capsys, "CCCCO")


def test_a_folder_with_the_name_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder.sdf").mkdir()
    assert "There is no file" in refused(capsys, "folder.sdf")


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are no bytes there")
def test_bytes_that_are_not_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = os.fsdecode(b"CC\xff\xfeCO")
    assert "UTF-8" in refused(capsys, wrong)
    assert "There is no file" in refused(capsys, wrong + ".sdf")
    named = tmp_path / (wrong + ".mol")
    named.write_bytes(b"no molecule")
    refused(capsys, str(named))


@pytest.mark.slow
def test_the_process_itself_ends_with_a_sentence(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "engine.conformers", b"CC\xff", "--out", b"\xfe/out.sdf"]
    root = Path(__file__).parents[2]
    done = subprocess.run(arguments, cwd=root, capture_output=True, check=False)
    assert done.returncode == 2 and done.stdout == b""
    assert b"Traceback" not in done.stderr and done.stderr.count(b"\n") == 1
