"""Work for the tests of executors, importable by worker processes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import torch

from engine.progress import Step, Steps


def count(total: int, seconds: float = 0.0) -> Steps[int]:
    """Count, resting between the steps; every number is shown."""
    for k in range(total):
        yield Step(k, total, f"Step {k}", k)
        time.sleep(seconds)
    return total


def numbers(n: int) -> Steps[dict[str, object]]:
    yield Step(0)
    generator = torch.Generator().manual_seed(0)
    return {"tensor": torch.randn(n, generator=generator), "array": np.arange(n), "n": n}


def fail(kind: str) -> Steps[None]:
    yield Step(0)
    if kind == "value":
        raise ValueError("A molecule needs at least one rotatable bond.")
    raise KeyError("missing")


def die_once(mark: str) -> Steps[str]:
    """End the process at the first attempt."""
    yield Step(0)
    if not Path(mark).exists():
        Path(mark).write_text("was here", encoding="utf-8")
        os._exit(1)
    return "alive"


def die() -> Steps[None]:
    yield Step(0)
    os._exit(1)


def process() -> Steps[tuple[int, int]]:
    """The number of the process, and its threads of torch."""
    yield Step(0)
    return os.getpid(), torch.get_num_threads()


def where(total: int, seconds: float) -> Steps[int]:
    """Count and show the number of the process."""
    for k in range(total):
        yield Step(k, total, f"Step {k}", os.getpid())
        time.sleep(seconds)
    return total
