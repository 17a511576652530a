"""The command that makes reference ensembles: selection, journal, resuming, the file."""

import argparse
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from engine import workers
from engine.chem.energy import embed
from engine.chem.search.reference import ReferenceOptions
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.conformers import ensembles
from engine.train import ensembles as train_ensembles
from engine.train.__main__ import main

needs_quantum = pytest.mark.skipif(
    not all(find_spec(name) for name in ("gfnff", "tblite")),
    reason="gfnff and tblite are not installed (requirements-ensembles.txt)",
)
QUICK = ["--seeds", "4", "--children", "0", "--rotors", "0", "5"]


@pytest.fixture
def alcohols(tmp_path) -> Path:
    path = tmp_path / "alcohols.csv"
    path.write_text("smiles,source\nOCCCCO,shelf\nCCCO,shelf\n[Na+].[Cl-],sea\nCCO,bar\n")
    return path


def command(*words: object) -> None:
    main(["ensembles", *map(str, words)])


def made_up(task: train_ensembles.Task) -> dict:
    """A record as ``attempt`` gives it, at no cost."""
    key, source, *_ = task
    if "." in key:
        return {"key": key, "source": source, "failure": "more than one fragment"}
    ensemble = ReferenceEnsemble(key, np.ones((2, 3, 3), np.float32), np.array([0.0, 1.5]), source)
    return train_ensembles.to_record(key, ensemble)


def in_this_process(function, tasks, processes, seconds):
    for task in tasks:
        yield task, made_up(task)


@pytest.fixture
def cheap(monkeypatch):
    """The command without quantum chemistry and without processes."""
    monkeypatch.setattr(train_ensembles, "require_packages", lambda: None)
    monkeypatch.setattr(workers, "run", in_this_process)


@needs_quantum
def test_the_command_from_a_list_to_a_file(tmp_path, alcohols, capsys):
    out = tmp_path / "out.npz"
    command("--smiles", alcohols, "--out", out, *QUICK)
    found = {e.smiles: e for e in ensembles.read(out)}
    assert list(found) == ["OCCCCO", "CCCO", "CCO"]
    assert found["CCO"].source == "bar" and found["CCO"].xyz.shape[1:] == (9, 3)
    for ensemble in found.values():
        assert ensemble.energy is not None and len(ensemble.energy) == len(ensemble.xyz)
    assert "1 failed: more than one fragment" in capsys.readouterr().out


@needs_quantum
def test_known_conformers_take_the_place_of_the_search(tmp_path, alcohols):
    """A crude ensemble becomes one of GFN2, in the same order of atoms."""
    mol = Chem.AddHs(Chem.MolFromSmiles("OCCCO"))
    crude = ReferenceEnsemble(
        "OCCCO", embed(mol, 4, 1, relax=False), np.array([3.0, 0.0, 1.0, 2.0]), "shelf"
    )
    ensembles.write(tmp_path / "crude.npz", [crude])
    command("--refine", tmp_path / "crude.npz", "--out", tmp_path / "out.npz", "--keep", 3)
    (found,) = ensembles.read(tmp_path / "out.npz")
    assert found.smiles == "OCCCO" and found.source == "shelf"
    assert found.xyz.shape[1:] == crude.xyz.shape[1:] and 1 <= len(found.xyz) <= 5
    assert found.energy[0] == 0 and found.energy.max() < ReferenceOptions().window


@needs_quantum
def test_two_processes_make_the_same_ensembles(tmp_path, alcohols):
    for count in (1, 2):
        command(
            "--smiles", alcohols, "--out", tmp_path / f"{count}.npz", "--workers", count, *QUICK
        )
    one, two = ({e.smiles: e for e in ensembles.read(tmp_path / f"{c}.npz")} for c in (1, 2))
    assert one.keys() == two.keys()
    for key, ensemble in one.items():
        assert np.array_equal(ensemble.xyz, two[key].xyz)


def test_a_stopped_run_goes_on_where_it_was(tmp_path, alcohols, cheap, capsys, monkeypatch):
    out = tmp_path / "out.npz"
    command("--smiles", alcohols, "--out", out, "--limit", 2, *QUICK)
    assert len(list(ensembles.read(out))) == 2
    journal = next(out.with_suffix(".parts").glob("*.jsonl"))
    journal.write_text(journal.read_text() + '{"key": "CCO", "xyz": "AAA')  # torn by a crash
    command("--smiles", alcohols, "--out", out, *QUICK)
    assert "4 molecules wanted, 2 of them still to do" in capsys.readouterr().out
    assert [e.smiles for e in ensembles.read(out)] == ["OCCCCO", "CCCO", "CCO"]
    monkeypatch.setattr(workers, "run", None)
    command("--smiles", alcohols, "--out", out, *QUICK)


def test_what_is_finished_can_be_assembled_at_any_moment(tmp_path, alcohols, cheap, monkeypatch):
    out = tmp_path / "out.npz"
    sizes = []

    def with_a_look_in_between(function, tasks, processes, seconds):
        for pair in in_this_process(function, tasks, processes, seconds):
            yield pair
            command("--out", out, "--assemble")
            sizes.append(len(list(ensembles.read(out))))

    monkeypatch.setattr(workers, "run", with_a_look_in_between)
    command("--smiles", alcohols, "--out", out, *QUICK)
    assert sizes == [1, 2, 2, 3]


def test_nothing_finished_is_said(tmp_path):
    with pytest.raises(SystemExit, match="no finished molecule"):
        command("--out", tmp_path / "none.npz", "--assemble")


def test_failures_that_may_pass_are_tried_again_on_demand(tmp_path, alcohols, cheap, capsys):
    folder = tmp_path / "out.parts"
    folder.mkdir()
    lines = [{"key": "CCO", "source": "bar", "failure": "crashed"}]
    lines += [{"key": "CCCO", "source": "bar", "failure": "radical"}]
    (folder / "0001.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    command("--smiles", alcohols, "--out", tmp_path / "out.npz", *QUICK)
    assert {e.smiles for e in ensembles.read(tmp_path / "out.npz")} == {"OCCCCO"}
    command("--smiles", alcohols, "--out", tmp_path / "out.npz", "--retry", *QUICK)
    assert {e.smiles for e in ensembles.read(tmp_path / "out.npz")} == {"OCCCCO", "CCO"}
    assert "1 of them still to do" in capsys.readouterr().out


def test_a_lost_task_is_a_failure_and_many_stop_the_run(tmp_path, monkeypatch):
    def lose(function, tasks, processes, seconds):
        for task in tasks:
            yield task, workers.Lost("crashed")

    monkeypatch.setattr(workers, "run", lose)
    tasks = [("C" * k, "", None, ReferenceOptions()) for k in range(1, 9)]
    train_ensembles.make(tasks[:4], tmp_path / "few.parts", 1)
    records = train_ensembles.read_journals(tmp_path / "few.parts")
    assert [record["failure"] for record in records] == ["crashed"] * 4
    with pytest.raises(SystemExit, match="crashed"):
        train_ensembles.make(tasks, tmp_path / "many.parts", 1)


def test_excluded_molecules_and_their_stereoisomers_are_left_out(tmp_path):
    wanted = tmp_path / "wanted.smi"
    wanted.write_text("OC(C)CC\nC[C@H](O)CC\nCCCO\nOCCC\nOCCCC\nCCCCC\nnot-a-molecule\n")
    hidden = tmp_path / "hidden.smi"
    hidden.write_text("C[C@@H](O)CC\n")
    ensembles.write(tmp_path / "known.npz", [ReferenceEnsemble("C(CCC)O", np.zeros((1, 15, 3)))])
    chosen = train_ensembles.select([wanted], [hidden, tmp_path / "known.npz"], 0, 9)
    assert list(chosen) == [("CCCO", "wanted"), ("CCCCC", "wanted")]
    assert list(train_ensembles.select([wanted], [hidden], 2, 2)) == [
        ("CCCCO", "wanted"),
        ("CCCCC", "wanted"),
    ]


def test_energies_and_sources_survive_the_file(tmp_path):
    xyz = np.random.default_rng(0).normal(size=(3, 4, 3)).astype(np.float32)
    known = ReferenceEnsemble("CO", xyz, np.array([0, 0.5, 2], np.float32), "here")
    bare = ReferenceEnsemble("CO", xyz)
    ensembles.write(tmp_path / "known.npz", [known, known])
    for back in ensembles.read(tmp_path / "known.npz"):
        assert np.array_equal(back.energy, known.energy) and back.source == "here"
        assert np.abs(back.xyz - xyz).max() <= 5.1e-4
    ensembles.write(tmp_path / "bare.npz", [bare, known])
    first, second = ensembles.read(tmp_path / "bare.npz")
    assert first.energy is None and second.energy is None and second.source == "here"
    ensembles.write(tmp_path / "empty.npz", [])
    assert list(ensembles.read(tmp_path / "empty.npz")) == []


def test_the_default_is_what_ships_with_rdkit(tmp_path):
    parser = argparse.ArgumentParser()
    train_ensembles.add_arguments(parser)
    args = parser.parse_args(["--out", str(tmp_path / "x.npz"), "--limit", "7"])
    tasks = train_ensembles.missing(args, tmp_path / "x.parts")
    assert len(tasks) == 7 and {task[1] for task in tasks} == {"first_5K"}
    assert tasks[0][2:] == (None, ReferenceOptions())
