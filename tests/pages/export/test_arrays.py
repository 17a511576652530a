"""What a page gives away, opened by other readers; the scripts run again, digit by digit."""

from __future__ import annotations

import copy
import csv
import io
import itertools
import json
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.data import DATASETS
from engine.denoisers import FitOptions, fit
from engine.experiments.networks import DENOISERS, Network, Training
from engine.experiments.polymer.training import POLYMER_MODELS, PolymerModel
from engine.experiments.training_run import TrainingRun
from engine.noise import Cosine
from engine.polymer import Options
from engine.polymer import training as chains_learn
from engine.progress import finish
from engine.streams import stream
from pages.ui.export import arrays as taken
from pages.ui.export import downloads
from pages.ui.export.arrays import Array, Export
from tests.conftest import settle
from tests.pages.export.test_scripts import repeated

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


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Export]:
    """What pages hand to the section, by key, as they are drawn."""
    seen: dict[str, Export] = {}
    draw = downloads.show

    def show(key: str, title: str, scene: Any, made: Export | None, **looks: Any) -> None:
        if made is not None:
            seen[key] = made
        draw(key, title, scene, made, **looks)

    monkeypatch.setattr(downloads, "show", show)
    return seen


def same(made: Export, again: Mapping[str, np.ndarray]) -> None:
    """Compare every array of the page with those of its script, bit by bit."""
    assert set(made.arrays) == set(again)
    for key, values in again.items():
        shown = np.asarray(made.arrays[key].values)
        assert values.dtype == shown.dtype and values.shape == shown.shape
        assert np.array_equal(values, shown), f"{key} differs"


def repeats(made: Export, name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Run the script and compare what it saves."""
    monkeypatch.chdir(folder)
    Path("again.py").write_text(made.script, encoding="utf-8")
    runpy.run_path("again.py", run_name="__main__")
    same(made, np.load(f"{name}.npz"))


@pytest.mark.parametrize("case", CASES)
def test_the_script_makes_the_arrays_of_the_page_again(
    case: str,
    open_page: Open,
    given: dict[str, Export],
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
    open_page: Open, given: dict[str, Export], tmp_path: Path
) -> None:
    """Stopped on the way, too; in a process of its own, where nobody remembers the network."""
    torch.set_num_threads(1)
    options = FitOptions(steps=200, width=16, depth=1, batch_size=64)
    at = stopped(fit(DATASETS["swiss_roll"], options, stream(8, "training")), 30)
    samples = np.zeros((1, 2))
    training = Training(options, 8, 30)
    name = Network("swiss_roll", training)
    run = TrainingRun(
        training, (30,), (1.0,), at.denoiser, samples, 1.0, DENOISERS.kind, name
    )  # fmt: skip
    app = open_page("swiss_roll", **SMALL)
    app.session_state["_trained_swiss_roll"] = run
    app = settle(app.run())
    assert not app.exception
    made = given["swiss_roll"]
    assert made.options["network"]["updates"] == 30
    same(made, repeated(made.script, tmp_path, "swiss_roll"))


def test_a_model_of_the_laboratory_is_trained_again(
    open_page: Open, given: dict[str, Export], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    options = Options(epochs=1, width=16, depth=1)
    at = stopped(chains_learn.fit("vae", options, stream(6, "training")), 4)
    training = Training(options, 6, 4)
    name = PolymerModel("vae", training)
    run = TrainingRun(
        training, (4,), (1.0,), at.model, None, 1.0, POLYMER_MODELS.kind, name
    )  # fmt: skip
    app = open_page("polymer", lab="Latent map")
    app.session_state["_trained_polymer_vae"] = run
    app = settle(app.run())
    assert not app.exception
    repeats(given["polymer_map"], "polymer_map", monkeypatch, tmp_path)


# ---------------------------------------------------------------------------------------------
# Files, from made-up arrays


@pytest.fixture
def chains() -> Export:
    """Two processes of three chains of four beads in space, and where they ended."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 5, 3, 4, 3)).astype(np.float32)
    t = np.arange(5.0)
    arrays = {
        "t": Array(t, "times"),
        "forward": Array(x[0], "out", t),
        "reverse": Array(x[1], "back", t[::-1], result=True),
        "size": Array(rng.normal(size=7), "something else"),
    }
    options = {"seed": 3, "schedule": taken.plain(Cosine(T=4)), "note": "σ"}
    return Export("a note", options, arrays, "print()\n")


def test_tables_are_tidy_and_keep_every_digit(chains: Export) -> None:
    rows = list(csv.DictReader(io.StringIO(finish(taken.film_table(chains)))))
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


def test_the_archive_says_what_it_holds(chains: Export) -> None:
    found = np.load(io.BytesIO(taken.archive(chains)), allow_pickle=False)
    for name, array in chains.arrays.items():
        assert np.array_equal(found[name], array.values)
        assert json.loads(str(found["about"]))[name] == array.about
    options = json.loads(str(found["options"]))
    assert options["note"] == "σ"
    assert options["schedule"] == {"kind": "Cosine", "T": 4, "s": 0.008, "max_beta": 0.999}


def test_a_long_table_is_written_by_a_worker(
    open_page: Open, given: dict[str, Export], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its button starts a job; then the table stands ready, until another run takes its place."""
    monkeypatch.setattr(downloads, "LONG", 1000)
    app = settle(open_page("swiss_roll", take="true", **SMALL))
    app = settle(app.button(key=downloads.TABLE).click().run())
    assert not app.exception
    job = app.session_state["_jobs"][downloads.TABLE]
    assert job.status == "done" and job.result == finish(taken.film_table(given["swiss_roll"]))
    assert all(button.key != downloads.TABLE for button in app.button)
    app = settle(app.number_input(key="seed").set_value(9).run())
    assert any(button.key == downloads.TABLE for button in app.button)


def test_a_table_can_be_stopped(chains: Export) -> None:
    """It is written frame by frame, and says how many there are."""
    steps = taken.film_table(chains)
    assert [(step.done, step.total) for step in itertools.islice(steps, 4)] == [
        (done, 10) for done in range(4)
    ]
    steps.close()
    assert next(steps, None) is None
