"""Denoisers: what a sampler needs to know about the data.

The contract: a denoiser is a callable ``(x_t (B, D), alpha_bar: float) -> (B, D)`` that returns
its estimate of E[x_0 | x_t]. It is told the noise level, not the step, so that it serves every
schedule. By Tweedie's formula it is equivalent to the score of the noisy marginal (see
``engine.process.forward``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

from engine.networks import MLP, Preconditioned, checkpoint


class Learned:
    """A trained network as a denoiser.

    Attributes:
        net: the network, which estimates x_0 (``engine.networks.perceptron.Preconditioned``).
        card: the checkpoint's card; empty for a network still in training.
    """

    #: Points handled at once, so that memory stays bounded.
    chunk = 4096

    def __init__(self, net: Preconditioned, card: dict[str, Any] | None = None) -> None:
        self.net, self.card = net, card or {}

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        level = torch.tensor(alpha_bar, dtype=x_t.dtype, device=x_t.device)
        return torch.cat([self.net(part, level) for part in x_t.split(self.chunk)])


def weights_path(key: str) -> Path:
    """Where the weights of the data set ``key`` stand."""
    return checkpoint.WEIGHTS / f"toy_{key}{checkpoint.SUFFIX}"


def is_trained(key: str) -> bool:
    """Whether weights for the data set ``key`` are on disk."""
    return weights_path(key).is_file()


def load(key: str) -> Learned:
    """The trained denoiser of the data set ``key``, with its card.

    Raises:
        FileNotFoundError: if no weights stand in assets/weights.
        ValueError: if the file is not a checkpoint of this kind of network.
    """
    return load_file(weights_path(key))


def load_file(path: Path) -> Learned:
    """The trained denoiser in the file ``path``; raises as ``load`` does."""
    return Learned(*checkpoint.restore(path, _untrained, "a toy network"))


def _untrained(card: checkpoint.Card) -> Preconditioned | None:
    """The network that a card describes, if it is one of these."""
    if card.get("network") != "mlp":
        return None
    options = card["hyperparameters"]
    return Preconditioned(MLP(card["dim"], options["width"], options["depth"], Generator()))
