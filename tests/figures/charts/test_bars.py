"""Bars that add up."""

from __future__ import annotations

from engine.figures.charts.bars import waterfall


def test_the_last_bar_is_the_sum() -> None:
    bars = waterfall({"L_T": 1.0, "steps": 5.5, "L_0": -2.0}, "nats").data[0]
    assert list(bars.x) == ["L<sub>T</sub>", "steps", "L<sub>0</sub>", "Sum"]
    assert bars.measure[-1] == "total"
    assert list(bars.text) == ["1.0", "5.5", "-2.0", "4.5"]
