"""What to do when a GPU has too little memory: the same again on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

from engine.progress import Steps

T = TypeVar("T")


def spared(work: Callable[[str], Steps[T]], device: str) -> Steps[tuple[T, str]]:
    """``work(device)``, or ``work("cpu")`` where the memory of the device is not enough.

    Returns:
        The result, and the device that it was computed on.
    """
    try:
        return (yield from work(device)), device
    except RuntimeError as problem:
        if device == "cpu" or not _out_of_memory(problem):
            raise
    # The exception has gone, and with it the frames that held the tensors.
    if device.startswith("cuda") and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    return (yield from work("cpu")), "cpu"


def _out_of_memory(problem: RuntimeError) -> bool:
    """CUDA has an error of its own for this; Metal says it in words."""
    told = isinstance(problem, torch.OutOfMemoryError)
    return told or "MPS backend out of memory" in str(problem)
