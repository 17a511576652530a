"""The benchmark of samplers: a whole small run, whose figures have to make sense."""

import json
from pathlib import Path

import pytest

from engine.bench import toy
from engine.bench.__main__ import main
from engine.samplers import FLOW_SAMPLERS, SAMPLERS


def test_every_sampler_is_measured() -> None:
    measured = {type(sampler) for sampler in toy.RUNS.values()}
    assert measured == {*SAMPLERS.values(), *FLOW_SAMPLERS.values()}


@pytest.mark.slow
def test_a_run_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "toy.json"
    main(["toy", "--json", str(path), "--quick"])
    figures = json.loads(path.read_text())
    assert set(figures["datasets"]) == set(toy.QUICK)
    assert set(figures["datasets"]["swiss_roll"]) == set(toy.RUNS)
    flows = {key for key in toy.RUNS if key.startswith("flow")}
    assert set(figures["datasets"]["gaussian"]) == set(toy.RUNS) - flows
    for rows in figures["datasets"].values():
        for name, row in rows.items():
            assert row["evaluations"] == toy.RUNS[name].evaluations(toy.SCHEDULE)
            assert row["sampler_overhead"] >= 1 and row["seconds"] > 0
            assert 0 < row["energy"] < 30 and 0 < row["sliced"] < 10, (name, row)
    assert "dpmpp_2m" in capsys.readouterr().out
