"""The trained torsional models that ship, by name."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from engine.networks import checkpoint
from engine.torsional.allocator import keep_memory
from engine.torsional.model import TorsionalModel
from engine.torsional.network import TorsionNet, TorsionNetOptions
from engine.torsional.scratch.model import FromScratch
from engine.torsional.scratch.network import ScratchNet, ScratchNetOptions

#: Registry: name -> file in assets/weights.
MODELS: dict[str, str] = {
    "torus": "torsional_torus.safetensors",
    "scratch": "torsional_scratch.safetensors",
}

#: What each is called on a page.
LABELS: dict[str, str] = {
    "torus": "Wrapped normal on the torus",
    "scratch": "From scratch: EGNN, cosine DDPM, wrapped",
}


def _untrained(card: checkpoint.Card) -> nn.Module:
    """The network that a card describes."""
    sizes = card["hyperparameters"]
    if card.get("network") == ScratchNet.__name__:
        return ScratchNet(ScratchNetOptions(**sizes))
    return TorsionNet(TorsionNetOptions(**sizes))


def load(name: str = "torus", device: str = "cpu", path: Path | None = None) -> TorsionalModel:
    """A registered model, or the checkpoint ``path``, on ``device``.

    Raises:
        KeyError: if the name is not registered.
        MissingAssetError: if its weights are missing.
        AssetError: if they are damaged.
    """
    keep_memory()
    file = path or checkpoint.WEIGHTS / MODELS[name]
    network, card = checkpoint.restore(file, _untrained, "a torsional network")
    trainable = network.to(device).requires_grad_(True)  # a training may start from here
    called = path.name if path else name
    if isinstance(trainable, ScratchNet):
        return FromScratch(trainable, card, called)
    return TorsionalModel(trainable, card, called)
