"""The promised figures, but for the seconds, which belong to the machine."""

import json

import pytest

from engine.bench import smoke
from engine.bench.__main__ import main


@pytest.mark.slow
def test_smoke_writes_its_figures_and_they_keep_their_promises(tmp_path, monkeypatch):
    monkeypatch.setattr(smoke, "SWISS_ROLL_SEEDS", 5)
    few = {key: smoke.MOLECULES[key] for key in ("ibuprofen", *list(smoke.MOLECULES)[1::5])}
    monkeypatch.setattr(smoke, "MOLECULES", few)
    path = tmp_path / "smoke.json"
    main(["smoke", "--json", str(path)])
    figures = json.loads(path.read_text(encoding="utf-8"))
    assert figures["ibuprofen_seconds"] > 0
    assert figures["swiss_roll_energy_ratio"] <= 2
    assert figures["max_bond_change_angstrom"] <= 1e-4
    assert figures["stereo_errors"] == 0
    assert figures["example_molecules"] == len(few) > 4
