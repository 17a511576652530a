"""The molecule page's experiments, without a browser."""

from __future__ import annotations

from typing import Any

from engine.conformers import ConformerOptions
from engine.experiments.molecule.conformer_run import Request, Run, sample_conformers
from engine.experiments.molecule.record import Record, Source, read
from engine.progress import finish


def record_of(source: Source) -> Record:
    """The molecule of a source that can be read."""
    found = finish(read(source))
    assert isinstance(found, Record), found
    return found


def run_of(record: Record, conformers: int, steps: int, seed: int = 1, **options: Any) -> Run:
    """A finished run on the processor."""
    request = Request(conformers, ConformerOptions(steps=steps, **options), seed, "cpu")
    return finish(sample_conformers(record, request))
