"""What the pages on symmetry, coordinates and the tutorial's model claim, as the command has it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.bench import __main__ as bench
from engine.bench import symmetry
from engine.cartesian.sampling import SampleOptions
from engine.torsional import SampleOptions as TorsionalOptions


def test_it_writes_the_keys_that_are_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = replace(symmetry.QUICK, molecules=2, updates=50)
    monkeypatch.setattr(symmetry, "QUICK", fewer)
    path = tmp_path / "symmetry.json"
    bench.main(["symmetry", "--quick", "--json", str(path)])
    figures = json.loads(path.read_text(encoding="utf-8"))
    assert figures["egnn_error"] < 1e-5 and figures["plain_error"] > 0.3
    assert figures["directions_egnn"] > 0.98 and figures["directions_plain"] < 0.2
    assert figures["directions_augmented"] > 0.9
    assert figures["bonds_valid_torsional"] == 1, "torsions cannot break a bond"
    assert 0.5 < figures["bonds_valid_cartesian"] <= 1
    assert figures["calls_per_conformer.cartesian"] == SampleOptions().calls == 100
    assert figures["calls_per_conformer.torsional"] == TorsionalOptions().steps == 10
    assert figures["resultant_length"] == pytest.approx(0.6065, abs=0.01)
    for way in ("cartesian", "torsional"):
        assert figures[f"seconds_per_conformer.{way}"] > 0
    for unit in ("seconds", "processor_seconds"):
        first, whole = (figures[f"one_molecule{part}_{unit}"] for part in ("_dials", ""))
        assert 0 < first <= whole
