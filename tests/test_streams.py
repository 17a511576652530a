"""Named streams: repeatable, and independent across roles and seeds."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from engine.streams import ROLES, seeds, stream


def test_a_stream_begins_anew_at_every_call() -> None:
    one, two = (torch.randn(5, generator=stream(3, "forward")) for _ in range(2))
    assert torch.equal(one, two)


def test_no_stream_is_another_under_another_seed() -> None:
    first = {
        tuple(torch.randn(2, generator=stream(seed, role)).tolist())
        for seed, role in product(range(200), ROLES)
    }
    assert len(first) == 200 * len(ROLES)


def test_streams_are_uncorrelated() -> None:
    draws = torch.stack(
        [torch.randn(20_000, generator=stream(s, role)) for s in (0, 1) for role in ROLES]
    )
    off = torch.corrcoef(draws) - torch.eye(len(draws))
    assert off.abs().max() < 5 / 20_000**0.5


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown stream"):
        stream(0, "dice")  # type: ignore[arg-type]


def test_seeds_of_repetitions_are_repeatable_and_all_different() -> None:
    assert seeds(4, "fresh", 5) == seeds(4, "fresh", 8)[:5]
    found = [value for seed in range(50) for value in seeds(seed, "fresh", 10)]
    assert len(set(found)) == len(found)
