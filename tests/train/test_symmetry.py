"""The command that trains the pupils of the Symmetry page: weights that load, a card, a curve."""

import json
from pathlib import Path

import pytest

from engine.cartesian.pupils import PUPILS, LessonOptions, load_file, shipped
from engine.networks import parameter_count
from engine.train.__main__ import main
from engine.train.symmetry import SHIPPED

TINY = ["--steps", "50", "--shapes", "8", "--batch-size", "16"]


@pytest.mark.parametrize("key", ["egnn", "augmented"])
def test_command_writes_weights_and_card(tmp_path: Path, key: str) -> None:
    path = tmp_path / "pupil.safetensors"
    main(["symmetry", key, *TINY, "--seed", "3", "--out", str(path)])
    made = load_file(path)
    assert made.card["pupil"] == key and made.card["training_data"]["seed"] == 3
    assert made.card["parameters"] == parameter_count(made.net)
    assert made.card["metrics"]["misfit"] > 0 and made.card["curve"]["rows"][-1][0] == 50


def test_a_curve_has_an_error_for_every_number_of_shapes(tmp_path: Path) -> None:
    path = tmp_path / "curve.json"
    main(["symmetry", "curve", "--steps", "5", "--out", str(path)])
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["options"]["steps"] == 5
    assert all(len(found["error"][key]) == len(found["shapes"]) for key in PUPILS)


def test_shipped_cards_name_the_options_that_the_command_uses() -> None:
    for key, pupil in PUPILS.items():
        options = dict(shipped(key).card["hyperparameters"])
        assert (options.pop("width"), options.pop("depth")) == (pupil.width, pupil.depth)
        assert LessonOptions(**options) == SHIPPED
