"""The training command: from a data set to weights that load and a card that tells the truth."""

from pathlib import Path

import pytest
import torch

from engine import denoise, learn, nets, train
from engine.data import DATASETS

TINY = ["--steps", "120", "--batch-size", "32", "--width", "16", "--depth", "2", "--seeds", "1"]


def test_command_writes_weights_and_card(tmp_path: Path) -> None:
    path = tmp_path / "toy.safetensors"
    train.main(["gaussian", *TINY, "--seed", "3", "--out", str(path)])
    learned = denoise.load_file(path)
    card = learned.card
    assert card["name"] == "gaussian" and card["training_data"]["seed"] == 3
    assert card["parameters"] == nets.parameter_count(learned.net)
    assert card["hyperparameters"]["width"] == 16 and card["date"]
    assert card["metrics"]["energy_ratio"] > 0 and card["curve"]["rows"][-1][0] == 120
    assert learned(torch.zeros(4, 1), 0.5).shape == (4, 1)


def test_every_dataset_has_its_command() -> None:
    for key, dataset in DATASETS.items():
        assert isinstance(train.shipped_options(dataset), learn.FitOptions), key


def test_shipped_cards_name_the_options_that_the_command_uses() -> None:
    """So that the command in the card makes the weights that ship."""
    for key, dataset in DATASETS.items():
        if denoise.is_trained(key):
            options = learn.FitOptions(**denoise.load(key).card["hyperparameters"])
            assert options == train.shipped_options(dataset), key


def test_a_finished_run_keeps_its_curve() -> None:
    options = learn.FitOptions(steps=100, batch_size=32, width=8, depth=1)
    trained = train.train(DATASETS["gaussian"], options, seed=0)
    assert len(trained.curve) == 50 and trained.curve[-1][0] == 100 and trained.seconds > 0


def test_unknown_datasets_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nothing"], []):
        with pytest.raises(SystemExit):
            train.main(arguments)
    assert "swiss_roll" in capsys.readouterr().err
