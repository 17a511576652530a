"""Checkpoints: a safetensors file with the weights and a JSON card beside it.

``toy_swiss_roll.safetensors`` is described by ``toy_swiss_roll.json``: registry name,
hyperparameters, training data, date, command and metrics. Nothing is ever unpickled: a file that
is not safetensors is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from engine.paths import ASSETS, damaged, needed

WEIGHTS = ASSETS / "weights"

SUFFIX = ".safetensors"

Card = dict[str, Any]
Network = TypeVar("Network", bound=nn.Module)


def card_path(path: Path | str) -> Path:
    """Where the JSON card of the checkpoint ``path`` stands."""
    return Path(path).with_suffix(".json")


def count_parameters(state_dict: Mapping[str, Tensor]) -> int:
    """Numbers stored in a state dict."""
    return sum(math.prod(tensor.shape) for tensor in state_dict.values())


def save(path: Path | str, state_dict: Mapping[str, Tensor], card: Mapping[str, Any]) -> None:
    """Write weights to ``path`` (``.safetensors``) and ``card`` to the ``.json`` beside it.

    Raises:
        ValueError: if the name does not end in ``.safetensors``, or the card holds NaN.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise ValueError(f"A checkpoint's name ends in {SUFFIX}: {path.name!r} does not.")
    text = json.dumps(dict(card), indent=2, allow_nan=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state_dict.items()}
    safetensors.torch.save_file(tensors, path)
    card_path(path).write_text(text + "\n", encoding="utf-8")


def load(path: Path | str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights (on the CPU) and the card of the checkpoint ``path``.

    Raises:
        MissingAssetError: if the weights or the card are missing.
        AssetError: if the file is not safetensors (a pickle, for example), holds a number that is
            not finite, or the card is not JSON.
    """
    path = needed(Path(path))
    beside = needed(card_path(path))
    try:
        state_dict = safetensors.torch.load_file(path)
    except (safetensors.SafetensorError, OSError) as error:
        raise damaged(path, f"is not a safetensors file ({error})") from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in state_dict.values()):
        raise damaged(path, "holds weights that are not finite")
    try:
        card = json.loads(beside.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
        raise damaged(beside, "is not valid JSON") from error
    if not isinstance(card, dict):
        raise damaged(beside, "is not a card of a network")
    return state_dict, card


def restore(
    path: Path | str, build: Callable[[Card], Network | None], kind: str
) -> tuple[Network, Card]:
    """The trained network in the file ``path``, ready to be asked, and its card.

    Args:
        path: of the checkpoint.
        build: an untrained network of the sizes that a card names; None if the card describes
            another kind of network.
        kind: of network that is wanted, as the message says it ("a flow network").

    Raises:
        MissingAssetError: if the weights or the card are missing.
        AssetError: if the file is no checkpoint, is of another kind, or does not fit its card.
    """
    path = Path(path)
    state_dict, card = load(path)
    try:
        network = build(card)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise damaged(card_path(path), f"does not describe {kind}") from error
    if network is None:
        found = card.get("network", card.get("name"))
        raise damaged(path, f"holds {found!r}, not {kind}")
    wanted = {name: tensor.shape for name, tensor in network.state_dict().items()}
    if wanted != {name: tensor.shape for name, tensor in state_dict.items()}:
        raise damaged(path, "holds weights that do not fit the network that its card names")
    network.load_state_dict(state_dict)
    return network.eval().requires_grad_(False), card
