"""Named streams of random numbers: one seed on the page, one independent stream for every role.

``stream(seed, "forward")`` is a new generator at the start of its stream, the same at every call.
Streams of different roles or seeds are independent (NumPy's ``SeedSequence``), which seed + 1,
seed + 2, ... are not: there the noise of one seed is the data of the next.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import torch

Role = Literal[
    "data",  # points of the data set that are noised
    "forward",  # noise of the forward process
    "start",  # x_T, where the reverse process starts
    "reverse",  # noise of the reverse process
    "again",  # noise of a second run from the same start
    "fresh",  # fresh data to compare samples with
    "training",  # a network's first weights, batches and noise levels
    "choice",  # which few of many are shown or used
    "game",  # rounds of a game
]
ROLES: tuple[Role, ...] = get_args(Role)


def stream(seed: int, role: Role) -> torch.Generator:
    """The generator of ``role`` under ``seed`` (0 or more), at its start.

    Raises:
        ValueError: if the role is not one of ``ROLES``.
    """
    if role not in ROLES:
        raise ValueError(f"Unknown stream {role!r}; there are {', '.join(ROLES)}.")
    # By its letters and not its place, so that a new role changes no other stream.
    words = np.random.SeedSequence([seed, *role.encode()]).generate_state(2, np.uint32)
    return torch.Generator().manual_seed(int(words[0]) << 31 ^ int(words[1]))


def seeds(seed: int, role: Role, count: int) -> list[int]:
    """``count`` seeds drawn from the stream of ``role``, for repetitions of a comparison."""
    drawn = torch.randint(2**31, (count,), generator=stream(seed, role))
    return [int(value) for value in drawn]
