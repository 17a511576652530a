"""What a page gives away, opened by other readers; the scripts run again, digit by digit."""

from __future__ import annotations

import csv
import io
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.learn import FitOptions
from pages.ui import scripts, taken
from pages.ui.taken import Named, Taken
from tests.conftest import settle

Open = Callable[..., AppTest]
SMALL = dict(points_n="100", noise_T="20")
#: page -> what makes it small and unlike its defaults, and the name of its archive
CASES: dict[str, tuple[str, dict[str, str], str]] = {
    "line": ("one_dimension", dict(paths_n="40", noise_T="30", seed="5"), "one_dimension"),
    "line, network": (
        "one_dimension",
        dict(paths_n="40", denoiser="Network", sampler="DDIM", ddim_eta="0.5", steps="10"),
        "one_dimension",
    ),
    "roll": ("swiss_roll", SMALL, "swiss_roll"),
    "roll, exact": (
        "swiss_roll",
        dict(SMALL, denoiser="Exact", schedule="Sigmoid", start_same="true", path="Fresh noise"),
        "swiss_roll",
    ),
    "roll, oracle": (
        "swiss_roll",
        dict(SMALL, denoiser="Oracle", sampler="ODE, Heun", steps="10"),
        "swiss_roll",
    ),
    "helix": ("helix", dict(noise_T="20", seed="2"), "helix"),
    "spiral": ("helix", dict(data="Expanding helix (2D)", noise_T="20"), "helix"),
    "polymer": ("polymer", dict(lab="Noise and back", noise_T="20", polymer_n="100"), "polymer"),
    "compared": ("polymer", dict(rival_steps="5", seed="3"), "polymer_compare"),
    "guided": (
        "polymer",
        dict(lab="Guidance", guided_steps="10", way="Classifier", wish_asked="1.4"),
        "polymer_guidance",
    ),
    "map": ("polymer", dict(lab="Latent map"), "polymer_map"),
    "schedules": (
        "noise_schedules",
        dict(points_n="100", all_T="20", shown="Cosine", zero="Both", back="DDIM", seed="6"),
        "noise_schedules",
    ),
    "schedules, own": (
        "noise_schedules",
        dict(points_n="100", all_T="70", shown="Your own", mode="True path", own="0.5,0.4 1,0.1"),
        "noise_schedules",
    ),
    "samplers": ("samplers", dict(points_n="100", noise_T="60", steps="5", seed="4"), "samplers"),
}

EXACT = {"edges", "density", "mean", "variance"}  #: closed forms beside the run, in one dimension


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Taken]:
    """What pages hand to the section, by key, as they are drawn."""
    from pages.ui import takeaway

    seen: dict[str, Taken] = {}
    draw = takeaway.show

    def show(key: str, title: str, scene: Any, made: Taken | None, **looks: Any) -> None:
        if made is not None:
            seen[key] = made
        draw(key, title, scene, made, **looks)

    monkeypatch.setattr(takeaway, "show", show)
    return seen


@pytest.mark.parametrize("case", CASES)
def test_the_script_makes_the_arrays_of_the_page_again(
    case: str,
    open_page: Open,
    given: dict[str, Taken],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, query, name = CASES[case]
    app = settle(open_page(page, take="true", **query))
    assert not app.exception and not app.error
    (made,) = given.values()
    assert [block.value for block in app.code] == [made.script.rstrip()]
    monkeypatch.chdir(tmp_path)
    Path("again.py").write_text(made.script, encoding="utf-8")
    runpy.run_path("again.py", run_name="__main__")
    again = np.load(f"{name}.npz")
    assert set(made.arrays) - set(again) <= EXACT
    for key in again:
        shown = np.asarray(made.arrays[key].values)
        assert again[key].dtype == shown.dtype and again[key].shape == shown.shape
        assert np.array_equal(again[key], shown), f"{key} differs"
