"""Weights and data that are missing or damaged: a sentence names the file, and no page breaks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch
from streamlit.testing.v1 import AppTest

from engine.cartesian import model, pupils
from engine.data import DATASETS, Polymer
from engine.experiments import networks, sampler_race
from engine.experiments.molecule import conformer_run
from engine.experiments.symmetry.curve import shipped_curve
from engine.networks import checkpoint
from engine.polymer import models
from engine.polymer.data import held_out, training_chains
from pages.ui.jobs import shared
from tests.conftest import settle

Open = Callable[..., AppTest]
Damage = Callable[[Path], None]
FEW = {"points_n": "100", "noise_T": "20", "n": "1", "torsional_steps": "5", "all_T": "20"}
FEW |= {"ways_steps": "10", "ways_conformers": "1", "ways_references": "1"}


def forget() -> None:
    """Whatever this process has loaded or computed before."""
    networks.shipped.cache_clear()
    sampler_race.shipped_flow.cache_clear()
    models.shipped.cache_clear()
    pupils.shipped.cache_clear()
    model.shipped.cache_clear()
    shipped_curve.cache_clear()
    conformer_run.model.cache_clear()
    held_out.cache_clear()
    training_chains.cache_clear()
    shared.tasks.clear()


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the weights to be damaged."""
    copy = tmp_path / "weights"
    shutil.copytree(checkpoint.WEIGHTS, copy)
    monkeypatch.setattr(checkpoint, "WEIGHTS", copy)
    forget()
    yield copy
    forget()


def each(folder: Path, pattern: str, change: Damage) -> None:
    for path in folder.glob(pattern):
        change(path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def bare(path: Path) -> None:
    path.write_text("{}")


def not_finite(path: Path) -> None:
    tensors = safetensors.torch.load_file(path)
    safetensors.torch.save_file(
        {name: torch.full_like(tensor, torch.nan) for name, tensor in tensors.items()}, path
    )


def other(path: Path) -> None:
    """In place of every network stands one of another kind."""
    kind = "polymer_vae" if path.stem != "polymer_vae" else "toy_moons"
    source = path.with_name(f"{kind}{path.suffix}")
    path.write_bytes(source.read_bytes())


DAMAGES: dict[str, tuple[str, Damage]] = {
    "no weights": ("*.safetensors", Path.unlink),
    "empty weights": ("*.safetensors", empty),
    "cut weights": ("*.safetensors", cut),
    "not finite": ("*.safetensors", not_finite),
    "no cards": ("*.json", Path.unlink),
    "cut cards": ("*.json", cut),
    "bare cards": ("*.json", bare),
    "other weights": ("*.safetensors", other),
}
#: Pages, and whether they need the weights for what they show at first.
VIEWS = [
    ("home", False),
    ("one_dimension", True),
    ("swiss_roll", True),
    ("helix", True),
    ("polymer", True),
    ("noise_schedules", True),
    ("samplers", True),
    ("own_data", False),
    ("exact_learned", True),
    ("molecule", True),
    ("symmetry", True),
    ("coordinates", True),
]
#: On every page: what each has to notice by itself. The others are refused where a file is read,
#: the same way for all of the networks of a kind, of which these pages show one each.
EVERYWHERE = ("no weights", "other weights")
OF_A_KIND = (("swiss_roll", True), ("polymer", True), ("molecule", True))
CASES = [
    (page, needed, damage)
    for damage in DAMAGES
    for page, needed in (VIEWS if damage in EVERYWHERE else OF_A_KIND)
]
#: Pages that say in a note that no network is bundled, where there are no weights at all.
WITHOUT = ("one_dimension", "noise_schedules")


def check(app: AppTest, needed: bool) -> None:
    assert not [f"{e.value} {e.stack_trace[-3:]}" for e in app.exception]
    sentences = [error.value for error in app.error]
    assert sentences or not needed
    for sentence in sentences:
        assert sentence.endswith(".") and "Traceback" not in sentence and "\n" not in sentence
        assert "could not be computed" not in sentence, sentence


@pytest.mark.slow
@pytest.mark.parametrize(("page", "needed", "damage"), CASES)
def test_a_page_without_good_weights_says_so(
    weights: Path, open_page: Open, page: str, needed: bool, damage: str
) -> None:
    each(weights, *DAMAGES[damage])
    told = needed and not (damage == "no weights" and page in WITHOUT)
    check(settle(open_page(page, **FEW), 300), told)


def test_the_molecule_stays_in_view_and_the_file_is_named(weights: Path, open_page: Open) -> None:
    (weights / "torsional_torus.json").unlink()
    app = settle(open_page("molecule", **FEW))
    check(app, True)
    assert any("torsional" in error.value and "json" in error.value for error in app.error)
    assert app.session_state["_molecule_last"].molecule.name == "Ibuprofen"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lab", "content"),
    [
        *((lab, None) for lab in ("compare", "guide", "map", "process")),
        *(("compare", content) for content in (b"", b"PK\x03\x04cut", b"no archive")),
    ],
)
def test_polymers_without_data(
    open_page: Open,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    lab: str,
    content: bytes | None,
) -> None:
    data = DATASETS["polymer"]
    assert isinstance(data, Polymer)
    path = tmp_path / "polymer.npz"
    if content is not None:
        path.write_bytes(content)
    forget()
    for name in ("_chains", "_scale"):
        data.__dict__.pop(name, None)
    monkeypatch.setattr(data, "_path", path)
    try:
        check(settle(open_page("polymer", lab=lab, **FEW), 300), True)
    finally:
        for name in ("_chains", "_scale"):
            data.__dict__.pop(name, None)
        forget()
