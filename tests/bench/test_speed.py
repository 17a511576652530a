"""The speed benchmark: its fit, and a whole run whose ratios have to make sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bench import speed
from engine.bench.__main__ import main


def test_the_exponent_of_a_power_law_is_found() -> None:
    sizes = [3, 7, 20, 50]
    assert speed.exponent(sizes, [0.01 * n**1.7 for n in sizes]) == pytest.approx(1.7)


@pytest.mark.slow
def test_a_run_writes_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "BATCHES", {"cpu": (1, 4), "other": (1, 4)})
    monkeypatch.setattr(speed, "CHAINS", (4, 12))
    monkeypatch.setattr(speed, "COPIES", (2, 16))
    path = tmp_path / "speed.json"
    main(["speed", "--json", str(path), "--repeats", "1"])
    figures = json.loads(path.read_text())
    assert min(figures["step_seconds"].values()) > 0
    assert figures["sampler_overhead"] >= 1
    assert figures["ratio_to_etkdg_mmff"] == pytest.approx(figures["model_to_etkdg_mmff"] + 1)
    assert figures["megabytes"] < 10
    assert set(figures["throughput"]["cpu"]) == {"1", "4"}
