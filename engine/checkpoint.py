"""Checkpoints: a safetensors file with the weights and a JSON card beside it.

``toy_swiss_roll.safetensors`` is described by ``toy_swiss_roll.json``: registry name,
hyperparameters, training data, date, command and metrics. Nothing is ever unpickled: a file that
is not safetensors is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

WEIGHTS = Path(__file__).resolve().parent.parent / "assets" / "weights"

SUFFIX = ".safetensors"


def card_path(path: Path | str) -> Path:
    """Where the JSON card of the checkpoint ``path`` stands."""
    return Path(path).with_suffix(".json")


def count_parameters(state_dict: Mapping[str, Tensor]) -> int:
    """Numbers stored in a state dict."""
    return sum(math.prod(tensor.shape) for tensor in state_dict.values())


def save(path: Path | str, state_dict: Mapping[str, Tensor], card: Mapping[str, Any]) -> None:
    """Write weights to ``path`` (``.safetensors``) and ``card`` to the ``.json`` beside it.

    Raises
    ------
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

    Raises
    ------
    FileNotFoundError: if the weights or the card are missing.
    ValueError: if the file is not safetensors (a pickle, for example) or the card is not JSON.
    """
    path = Path(path)
    for needed in (path, card_path(path)):
        if not needed.is_file():
            raise FileNotFoundError(f"There is no {needed.name} in {needed.parent}.")
    try:
        state_dict = safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise ValueError(f"{path.name} is not a safetensors file: {error}") from error
    try:
        card = json.loads(card_path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{card_path(path).name} is not valid JSON: {error}") from error
    return state_dict, card
