"""What the experiments of the laboratory share: chains from noise, with a step after each state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import torch
from torch import Tensor

from engine.polymer.data import to_chains
from engine.process import State
from engine.progress import Step, Steps, translated
from engine.streams import stream

T = TypeVar("T")


def start(n: int, dim: int, seed: int) -> Tensor:
    """(n, dim) the noise x_T of ``seed``."""
    return torch.randn(n, dim, generator=stream(seed, "start"))


def final_chains(path: Iterable[State], total: int, message: str) -> Steps[Tensor]:
    """(n, 12, 2) chains in sigma of the last of ``total`` states; the others are not kept."""
    for done, state in enumerate(path, start=1):
        last = state.x
        yield Step(done, total, message)
    return to_chains(last)


def part_of(work: Steps[T], done: int, total: int, message: str) -> Steps[T]:
    """One of ``total`` equal pieces of a longer work, after ``done`` of them."""
    return translated(work, lambda step: Step(done + step.fraction, total, message))
