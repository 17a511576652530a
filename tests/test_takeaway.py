"""What a page gives away, opened by other readers; the scripts run again, digit by digit."""

from __future__ import annotations

import copy
import csv
import io
import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Generator

from engine.chains import learn as chains_learn
from engine.chains.learn import Options
from engine.data import DATASETS
from engine.learn import FitOptions, fit
from engine.noise import Cosine
from pages.ui import scripts, takeaway, taken
from pages.ui.polymer_training import Run
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
        dict(lab="Guidance", guided_steps="10", way="Classifier", wish_asked="1.4", arrows="true"),
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
    seen: dict[str, Taken] = {}
    draw = takeaway.show

    def show(key: str, title: str, scene: Any, made: Taken | None, **looks: Any) -> None:
        if made is not None:
            seen[key] = made
        draw(key, title, scene, made, **looks)

    monkeypatch.setattr(takeaway, "show", show)
    return seen


def repeats(made: Taken, name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Run the script and compare every array that it saves, bit by bit."""
    monkeypatch.chdir(folder)
    Path("again.py").write_text(made.script, encoding="utf-8")
    runpy.run_path("again.py", run_name="__main__")
    again = np.load(f"{name}.npz")
    assert set(made.arrays) - set(again) <= EXACT
    for key in again:
        shown = np.asarray(made.arrays[key].values)
        assert again[key].dtype == shown.dtype and again[key].shape == shown.shape
        assert np.array_equal(again[key], shown), f"{key} differs"


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
    repeats(made, name, monkeypatch, tmp_path)


def stopped(training: Any, step: int) -> Any:
    """Where a training stands after ``step`` updates."""
    return copy.deepcopy(next(progress for progress in training if progress.step == step))


def test_a_network_trained_on_the_page_is_trained_again(
    open_page: Open, given: dict[str, Taken], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped on the way, too."""
    torch.set_num_threads(1)
    options = FitOptions(steps=200, width=16, depth=1, batch_size=64)
    at = stopped(fit(DATASETS["swiss_roll"], options, Generator().manual_seed(8)), 30)
    run = SimpleNamespace(
        options=options, seed=8, step=30, denoiser=at.denoiser, losses=(1.0,), steps=(30,),
        samples=np.zeros((1, 2)), seconds=1.0,
    )  # fmt: skip
    app = open_page("swiss_roll", **SMALL)
    app.session_state["_trained_swiss_roll"] = run
    app = settle(app.run())
    assert not app.exception
    made = given["swiss_roll"]
    assert made.options["network"]["updates"] == 30
    repeats(made, "swiss_roll", monkeypatch, tmp_path)


def test_a_model_of_the_laboratory_is_trained_again(
    open_page: Open, given: dict[str, Taken], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    options = Options(epochs=1, width=16, depth=1)
    at = stopped(chains_learn.fit("vae", options, Generator().manual_seed(6)), 4)
    run = Run(options, 6, 4, options.steps, (4,), (1.0,), at.model, 1.0)
    app = open_page("polymer", lab="Latent map")
    app.session_state["_trained_polymer_vae"] = run
    app = settle(app.run())
    assert not app.exception
    repeats(given["polymer_map"], "polymer_map", monkeypatch, tmp_path)


# ---------------------------------------------------------------------------------------------
# Files, from made-up arrays


@pytest.fixture
def chains() -> Taken:
    """Two processes of three chains of four beads in space, and where they ended."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 5, 3, 4, 3)).astype(np.float32)
    t = np.arange(5.0)
    arrays = {
        "t": Named(t, "times"),
        "forward": Named(x[0], "out", t),
        "reverse": Named(x[1], "back", t[::-1], result=True),
        "size": Named(rng.normal(size=7), "something else"),
    }
    options = {"seed": 3, "schedule": taken.plain(Cosine(T=4)), "note": "σ"}
    return Taken("a note", options, arrays, "print()\n")


def test_tables_are_tidy_and_keep_every_digit(chains: Taken) -> None:
    rows = list(csv.DictReader(io.StringIO(taken.film_table(chains))))
    assert list(rows[0]) == ["process", "frame", "t", "chain", "bead", "x", "y", "z"]
    assert len(rows) == taken.film_rows(chains) == 2 * 5 * 3 * 4
    for row in rows:
        way = chains.arrays[row["process"]]
        frame = int(row["frame"])
        assert float(row["t"]) == np.asarray(way.t)[frame]
        place = np.asarray(way.values)[frame, int(row["chain"]), int(row["bead"])]
        assert [np.float32(row[axis]) for axis in "xyz"] == place.tolist()
    ends = list(csv.DictReader(io.StringIO(taken.samples_table(chains))))
    assert list(ends[0]) == ["process", "chain", "bead", "x", "y", "z"]
    assert {row["process"] for row in ends} == {"reverse"}
    assert np.float32(ends[-1]["z"]) == np.asarray(chains.arrays["reverse"].values)[-1, -1, -1, -1]


def test_the_archive_says_what_it_holds(chains: Taken) -> None:
    found = np.load(io.BytesIO(taken.archive(chains)), allow_pickle=False)
    for name, array in chains.arrays.items():
        assert np.array_equal(found[name], array.values)
        assert json.loads(str(found["about"]))[name] == array.about
    options = json.loads(str(found["options"]))
    assert options["note"] == "σ"
    assert options["schedule"] == {"kind": "Cosine", "T": 4, "s": 0.008, "max_beta": 0.999}


SHORT = Cosine(T=3)


@dataclass(frozen=True)
class Odd:
    """Options of every kind that a script has to write."""

    name: str = 'a "word"'
    rate: float = 1e-4
    path: tuple[tuple[float, float], ...] = ((0.0, 1.0), (0.5, 0.25))
    inner: Cosine = SHORT


def test_options_are_written_as_python_that_makes_them_again() -> None:
    names: scripts.Names = {}
    text = scripts.call(Odd(), names)
    assert names == {Odd.__module__: {"Odd"}, "engine.noise": {"Cosine"}}
    assert eval(text, {"Odd": Odd, "Cosine": Cosine}) == Odd()


def test_a_long_table_is_written_by_a_worker(
    open_page: Open, given: dict[str, Taken], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its button starts a job; then the table stands ready, until another run takes its place."""
    monkeypatch.setattr(takeaway, "LONG", 1000)
    app = settle(open_page("swiss_roll", take="true", **SMALL))
    app = settle(app.button(key=takeaway.TABLE).click().run())
    assert not app.exception
    job = app.session_state["_jobs"][takeaway.TABLE]
    assert job.status == "done" and job.result == taken.film_table(given["swiss_roll"])
    assert all(button.key != takeaway.TABLE for button in app.button)
    app = settle(app.number_input(key="seed").set_value(9).run())
    assert any(button.key == takeaway.TABLE for button in app.button)


def test_a_table_can_be_stopped(chains: Taken) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 10
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taken.film_table(chains, stop)
