"""The training command: from a data set to weights that load and a card that tells the truth."""

from pathlib import Path

import pytest
import torch

from engine.data import DATASETS
from engine.denoisers import learned as denoise
from engine.denoisers import training
from engine.networks import perceptron
from engine.train import toy as train
from engine.train.__main__ import main
from engine.train.finished import to_the_end

TINY = ["--steps", "120", "--batch-size", "32", "--width", "16", "--depth", "2", "--seeds", "1"]


def test_command_writes_weights_and_card(tmp_path: Path) -> None:
    path = tmp_path / "toy.safetensors"
    main(["gaussian", *TINY, "--seed", "3", "--out", str(path)])
    learned = denoise.load_file(path)
    card = learned.card
    assert card["name"] == "gaussian" and card["training_data"]["seed"] == 3
    assert card["parameters"] == perceptron.parameter_count(learned.net)
    assert card["hyperparameters"]["width"] == 16 and card["date"]
    assert card["metrics"]["energy_ratio"] > 0 and card["curve"]["rows"][-1][0] == 120
    assert learned(torch.zeros(4, 1), 0.5).shape == (4, 1)


def test_every_dataset_has_its_command() -> None:
    for key, dataset in DATASETS.items():
        assert isinstance(train.shipped_options(dataset), training.FitOptions), key


def test_shipped_cards_name_the_options_that_the_command_uses() -> None:
    """So that the command in the card makes the weights that ship."""
    for key, dataset in DATASETS.items():
        if denoise.is_trained(key):
            options = training.FitOptions(**denoise.load(key).card["hyperparameters"])
            assert options == train.shipped_options(dataset), key


def test_a_finished_training_keeps_its_curve() -> None:
    options = training.FitOptions(steps=100, batch_size=32, width=8, depth=1)
    updates = training.fit(DATASETS["gaussian"], options, torch.Generator().manual_seed(0))
    finished = to_the_end(updates, options.steps, "a Gaussian")
    curve = finished.curve()
    assert len(curve) == 50 and curve[-1][0] == 100 and finished.seconds > 0
    assert curve[-1][1] == pytest.approx(sum(finished.losses[-2:]) / 2, abs=1e-5)
    assert finished.loss == pytest.approx(sum(finished.losses[-10:]) / 10)


def test_unknown_datasets_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nothing"], []):
        with pytest.raises(SystemExit):
            main(arguments)
    assert "swiss_roll" in capsys.readouterr().err
