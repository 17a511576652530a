"""A trajectory keeps what a process yields."""

import pytest
import torch

from engine.process import State, Trajectory


def states(n: int, predicted: bool = True) -> list[State]:
    """A countdown n-1 .. 0 whose first state carries no prediction, as samplers yield it."""
    x = torch.arange(n)[:, None, None] * torch.ones(n, 3, 2)
    return [
        State(float(n - 1 - i), x[i], x[i] + 0.5 if predicted and i else None) for i in range(n)
    ]


def test_record_keeps_every_state_in_order() -> None:
    trajectory = Trajectory.record(iter(states(5)))
    assert trajectory.t.tolist() == [4, 3, 2, 1, 0]
    assert trajectory.x.shape == (5, 3, 2)
    assert trajectory.x[:, 0, 0].tolist() == [0, 1, 2, 3, 4]


def test_a_missing_first_prediction_is_that_of_the_next_state() -> None:
    trajectory = Trajectory.record(states(3))
    assert trajectory.x_0 is not None
    assert trajectory.x_0[:, 0, 0].tolist() == [1.5, 1.5, 2.5]
    assert Trajectory.record(states(3, predicted=False)).x_0 is None


@pytest.mark.parametrize("every", [1, 2, 3, 4, 7, 100])
def test_record_always_keeps_first_and_last(every: int) -> None:
    times = Trajectory.record(states(8), every).t.tolist()
    assert times[0] == 7 and times[-1] == 0
    assert len(times) == len(set(times))
    assert times == sorted(times, reverse=True)


def test_record_refuses_nothing() -> None:
    with pytest.raises(ValueError, match="no state"):
        Trajectory.record([])
    with pytest.raises(ValueError, match="every"):
        Trajectory.record(states(3), every=0)


@pytest.mark.parametrize("n", [2, 3, 7, 50])
def test_keyframes_are_evenly_spaced_and_keep_the_ends(n: int) -> None:
    trajectory = Trajectory.record(states(20))
    frames = trajectory.keyframes(n)
    assert len(frames) == min(n, 20)
    assert frames.t[0] == 19 and frames.t[-1] == 0
    gaps = -frames.t.diff()
    assert gaps.max() - gaps.min() <= 1
    with pytest.raises(ValueError, match="2 keyframes"):
        trajectory.keyframes(1)


def test_reversed_twice_is_the_same() -> None:
    trajectory = Trajectory.record(states(4))
    back = trajectory.reversed()
    assert back.t.tolist() == [0, 1, 2, 3]
    assert torch.equal(back.reversed().x, trajectory.x)


def test_iterating_gives_the_states_back() -> None:
    given = states(4)
    for state, original in zip(Trajectory.record(given), given, strict=True):
        assert state.t == original.t and torch.equal(state.x, original.x)
