"""The section that trains a model on the molecule: closed it costs nothing; opened it trains."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.experiments.molecule import own_training, wrapping
from pages.ui import jobs
from tests.conftest import settle

Open = Callable[..., AppTest]
SMALL = {"n": "2", "torsional_steps": "5", "source": "smiles", "smiles": "CCCC"}
QUICK = {"taught": "true", "taught_steps": "50", "taught_batch_size": "64"}


def words(app: AppTest) -> str:
    return " ".join(str(part.value) for part in [*app.markdown, *app.caption])


def test_nothing_is_computed_until_it_is_opened(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    cached = jobs.cached

    def noted(name: str, *args: object, **options: object) -> object:
        asked.append(name)
        return cached(name, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "cached", noted)
    app = settle(open_page("molecule", **SMALL))
    assert not app.exception and "wrapping" not in asked
    assert not any(each.key == "taught_start" for each in app.button)
    app = settle(open_page("molecule", **SMALL, **QUICK))
    assert not app.exception and "wrapping" in asked and "taught_beside" not in asked


def test_its_controls_are_restored_from_the_address(open_page: Open) -> None:
    asked = {
        **QUICK, "taught_on": "ensemble", "taught_learning_rate": "0.0001", "taught_seed": "7",
        "taught_decay": "false", "wrap_t": "250",
    }  # fmt: skip
    app = settle(open_page("molecule", **SMALL, **asked))
    assert not app.exception
    assert app.slider(key="taught_steps").value == 50
    assert app.number_input(key="taught_seed").value == 7
    assert app.segmented_control(key="taught_on").value == "ensemble"
    assert app.selectbox(key="taught_learning_rate").value == pytest.approx(1e-4)
    assert not app.toggle(key="taught_decay").value
    assert app.select_slider(key="wrap_t").value == 250
    assert "σ = 0.39 rad" in words(app)
    kept = {key: text for key, text in app.query_params.items() if key in asked}
    assert kept == asked


def test_it_trains_and_shows_both_models(open_page: Open) -> None:
    app = settle(open_page("molecule", **SMALL, **QUICK))
    app.button(key="taught_start").click()
    app = settle(app.run())
    assert not app.exception and not app.error
    said = words(app)
    assert "Trained on 1 conformer." in said and "50 updates" in said
    assert f"Dots: torsions of {own_training.DIALS} samples" in said
    assert "of the samples give the conformer back" in said and "Ratio" in said
    training, start = wrapping.exact_lengths()
    assert f"({training:.3f} in theory)" in said and f"({start:.3f})" in said
    assert not any(each.key.startswith("_use_own") for each in app.toggle if each.key)


def test_its_own_ensemble_is_that_of_the_page(open_page: Open) -> None:
    app = settle(open_page("molecule", **SMALL, **QUICK, taught_on="ensemble"))
    app.button(key="taught_start").click()
    app = settle(app.run())
    assert not app.exception and "Trained on 2 conformers." in words(app)
