"""Networks named by value: loaded once, remembered while held, trained again bit for bit."""

from __future__ import annotations

import gc

import pytest
import torch

from engine.data import DATASETS, Subset
from engine.denoisers import FitOptions
from engine.experiments.networks import DENOISERS, Network, Training, denoising, trained
from engine.experiments.training_run import on_points, train
from engine.progress import Step, finish

SMALL = FitOptions(steps=40, batch_size=32, width=16, depth=1)


def weights(network: Network) -> list[torch.Tensor]:
    return [w.clone() for w in finish(denoising(network)).net.parameters()]


def test_the_network_that_ships_is_loaded_once() -> None:
    network = Network("swiss_roll")
    assert finish(denoising(network)) is finish(denoising(Network("swiss_roll")))


def test_no_network_ships_for_some_data() -> None:
    with pytest.raises(FileNotFoundError):
        finish(denoising(Network("nothing")))


def test_the_same_training_gives_the_same_weights_bit_for_bit() -> None:
    network = Network("moons", Training(SMALL, 3, 25))
    first = weights(network)
    gc.collect()
    heard: list[Step] = []
    finish(denoising(network), heard.append)
    assert len(heard) == 24, "nobody holds the first one any more, so it is trained again"
    assert all(map(torch.equal, first, weights(network)))
    others = weights(Network("moons", Training(SMALL, 4, 25)))
    assert not torch.equal(first[0], others[0])


def test_a_network_that_is_held_is_not_trained_again() -> None:
    network = Network("moons", Training(SMALL, 0, 40))
    held, heard = finish(denoising(network)), list[Step]()
    assert finish(denoising(Network("moons", Training(SMALL, 0, 40))), heard.append) is held
    assert not heard


def test_what_a_page_trains_is_found_by_value_and_can_be_trained_again() -> None:
    run = finish(train(on_points(DATASETS["moons"], SMALL, 7)))
    network = Network("moons", run.training)
    assert network.training == Training(SMALL, 7, 40)
    assert finish(denoising(network)) is run.model
    page = [w.clone() for w in run.model.net.parameters()]
    del run
    gc.collect()
    assert network not in DENOISERS
    assert all(map(torch.equal, page, weights(network)))


def test_a_training_ends_before_an_update_that_it_does_not_make() -> None:
    with pytest.raises(ValueError, match="ends after 40 updates, before 41"):
        finish(denoising(Network("moons", Training(SMALL, 0, 41))))


def test_data_without_a_place_in_the_registry_can_be_learned() -> None:
    few = Subset(DATASETS["moons"], 8, 0)
    first, second = (finish(trained(few, Training(SMALL, 0, 5))) for _ in range(2))
    assert all(map(torch.equal, first.net.parameters(), second.net.parameters()))
