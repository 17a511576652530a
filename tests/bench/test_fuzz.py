"""Fuzzing: the same seed gives the same files, and what counts as clean."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from engine.bench.__main__ import main
from engine.bench.fuzz.command import Maker
from engine.bench.fuzz.crafted import CRAFTED
from engine.bench.fuzz.damage import DAMAGES, MAX_BYTES, damaged
from engine.bench.fuzz.trial import READERS, _judged, trial
from engine.bench.fuzz.valid import inputs
from engine.chem.errors import MoleculeError


@pytest.fixture(scope="module")
def valid() -> dict[str, list[bytes]]:
    return inputs()


def test_every_kind_has_valid_inputs_and_a_reader(valid):
    assert valid.keys() <= READERS.keys()
    for kind, all_of_it in valid.items():
        if kind not in ("smiles", ".npy"):  # among them a mixture, and a matrix of two rows
            found = trial(kind, all_of_it[0])
            assert found.outcome == "read", (kind, found)
            assert found.seconds > 0 and found.peak > 10**7


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_every_damage_takes_anything(damage, valid):
    random = np.random.default_rng(0)
    for data in (b"", b"\0", b"1", valid[".sdf"][0], valid["image"][0]):
        for _ in range(20):
            assert isinstance(damage(data, random), bytes)


def test_damage_changes_and_does_not_grow_without_end(valid):
    random = np.random.default_rng(1)
    found = [damaged(valid[".pdb"][0], random, valid[".pdb"]) for _ in range(200)]
    assert len(set(found)) > 150 and max(map(len, found)) <= 2 * MAX_BYTES


@pytest.mark.parametrize("craft", CRAFTED, ids=lambda craft: craft.__name__)
def test_every_crafted_input_has_a_reader(craft):
    kind, data = craft(np.random.default_rng(2))
    assert kind in READERS and data


def test_a_seed_says_what_is_read():
    first, again, other = Maker(5), Maker(5), Maker(6)
    inputs_of = [[make(number) for number in range(30)] for make in (first, again, other)]
    assert inputs_of[0] == inputs_of[1] != inputs_of[2]
    assert len({made.kind for made in inputs_of[0]}) > 8
    only = Maker(5, frozenset({".xyz"}))
    assert {only(number).kind for number in range(30)} == {".xyz"}


def raised(work):
    """What ``_judged`` says of the exception that ``work`` raises."""
    with pytest.raises(Exception) as problem:
        work()
    return _judged(problem.value)


def test_only_a_sentence_of_the_project_is_clean():
    def refuse(sentence):
        raise MoleculeError(sentence)

    assert trial("smiles", b"").outcome == "clean"
    assert trial("smiles", b"CCO.CCCN").outcome == "clean"
    # raised outside of the engine, or no sentence, or a library's own
    assert raised(lambda: refuse("A sentence."))[0] == "unclean"
    assert raised(lambda: int("x"))[0] == "unclean"
    assert raised(lambda: json.loads("{"))[0] == "unclean"
    assert raised(lambda: np.load(io.BytesIO(b"PK")))[0] == "unclean"


def test_the_command_writes_its_counts(tmp_path):
    file, kept = tmp_path / "fuzz.json", tmp_path / "kept"
    main(["fuzz", "--seed", "3", "--inputs", "12", "--kinds", ".xyz", "drawing", "schedule",
          "--workers", "1", "--json", str(file), "--keep", str(kept)])  # fmt: skip
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["inputs"] == 12
    assert sum(found[key] for key in ("clean", "read", "unclean", "killed")) == 12
    assert {"slow", "over_1_gb"} < found.keys()
    assert len(list(kept.iterdir())) >= sum(found[key] for key in ("unclean", "killed"))


@pytest.mark.slow
def test_damaged_files_are_read_or_refused_with_a_sentence(tmp_path):
    file = tmp_path / "fuzz.json"
    main(["fuzz", "--seed", "11", "--inputs", "300", "--json", str(file)])
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["failures"] == []
