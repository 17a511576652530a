"""Weights come back as they were written, and nothing is unpickled."""

import pickle
from pathlib import Path

import pytest
import torch

from engine.networks import checkpoint
from engine.paths import AssetError

WEIGHTS = {"w": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(2.5)}


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "net.safetensors"
    checkpoint.save(path, WEIGHTS, {"name": "a name with σ", "width": 3})
    state_dict, card = checkpoint.load(path)
    assert card == {"name": "a name with σ", "width": 3}
    assert all(torch.equal(state_dict[name], WEIGHTS[name]) for name in WEIGHTS)
    assert state_dict.keys() == WEIGHTS.keys()
    assert checkpoint.card_path(path).name == "net.json"


def test_transposed_weights_survive(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, {"w": WEIGHTS["w"].T}, {})
    assert torch.equal(checkpoint.load(path)[0]["w"], WEIGHTS["w"].T)


class Bomb:
    """Unpickling this raises; loading it must never get that far."""

    def __reduce__(self):
        return exec, ("raise SystemExit('unpickled')",)


@pytest.mark.parametrize("content", ["pickle", "torch", "empty", "noise"])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, WEIGHTS, {})
    if content == "torch":
        torch.save({"w": Bomb()}, path)
    else:
        path.write_bytes(
            {"pickle": pickle.dumps(Bomb()), "empty": b"", "noise": b"x" * 99}[content]
        )
    with pytest.raises(ValueError, match="not a safetensors file"):
        checkpoint.load(path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    with pytest.raises(FileNotFoundError, match=r"net\.safetensors"):
        checkpoint.load(path)
    checkpoint.save(path, WEIGHTS, {})
    checkpoint.card_path(path).unlink()
    with pytest.raises(FileNotFoundError, match=r"net\.json"):
        checkpoint.load(path)


def test_a_broken_card_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, WEIGHTS, {})
    checkpoint.card_path(path).write_text("{")
    with pytest.raises(ValueError, match="not valid JSON"):
        checkpoint.load(path)


@pytest.mark.parametrize("card", [b"[]", b"7", b"null", b"{\xff}", b"", b"["])
def test_a_card_that_is_none_is_named(tmp_path: Path, card: bytes) -> None:
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, WEIGHTS, {})
    checkpoint.card_path(path).write_bytes(card)
    with pytest.raises(AssetError, match=r"net\.json .* is not .*; take it again"):
        checkpoint.load(path)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, wrong: float) -> None:
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, {**WEIGHTS, "b": torch.tensor(wrong)}, {})
    with pytest.raises(AssetError, match="not finite"):
        checkpoint.load(path)


def test_a_card_without_sizes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, WEIGHTS, {"name": "something"})
    with pytest.raises(AssetError, match=r"net\.json in .* does not describe a net"):
        checkpoint.restore(path, lambda card: torch.nn.Linear(card["width"], 1), "a net")


def test_save_refuses_other_names_and_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="safetensors"):
        checkpoint.save(tmp_path / "net.pt", WEIGHTS, {})
    with pytest.raises(ValueError, match="JSON"):
        checkpoint.save(tmp_path / "net.safetensors", WEIGHTS, {"loss": float("nan")})


def test_every_number_is_counted() -> None:
    assert checkpoint.count_parameters(WEIGHTS) == 7
