"""Every small file of the tests under the name of every format: read, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.chem.reading import EXTENSIONS, MoleculeError, read_file
from engine.chem.reading.formats import READERS
from engine.chem.reading.formats.records import Drawing
from engine.chem.reading.reader import _PLAIN
from tests.chem.reading.test_reader import assert_one_sentence

FOLDER = Path(__file__).parents[3] / "data" / "molecules"
FILES = sorted(p for p in FOLDER.rglob("*") if p.is_file() and p.stat().st_size < 30_000)


SLOW = {"vancomycin_drawing.sdf"}  # it is embedded in 3D


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=[pytest.mark.slow] if p.name in SLOW else []) for p in FILES],
    ids=lambda path: path.name,
)
def test_only_sentences_leave_a_reader(path: Path):
    data = path.read_bytes()
    for extension in EXTENSIONS:
        try:
            read_file(f"a{extension}", data)
        except MoleculeError as error:
            assert_one_sentence(error)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_sentences_leave_the_parts_of_a_reader(path: Path):
    text = path.read_bytes().decode(errors="replace")
    for style in READERS.values():
        try:
            for entry in style.split(text)[:2]:
                style.settle(Drawing(style.draw(entry.whole), entry.whole), _PLAIN)
        except MoleculeError as error:
            assert_one_sentence(error)
