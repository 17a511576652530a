"""Ibuprofen and one short run of it, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.record import Record, Source
from tests.experiments.molecule import record_of, run_of


@pytest.fixture(scope="session")
def ibuprofen() -> Record:
    """The first example."""
    return record_of(Source("example", "ibuprofen"))


@pytest.fixture(scope="session")
def run(ibuprofen: Record) -> Run:
    """Four conformers in five steps."""
    return run_of(ibuprofen, conformers=4, steps=5, seed=3)
