"""Work as a generator of steps: it can be watched, finished and left."""

from __future__ import annotations

from engine.progress import Step, Steps, finish, remembered, watched, within


def squares(n: int, left: list[str]) -> Steps[list[int]]:
    try:
        found = yield from watched((k * k for k in range(n)), n, "Squaring")
        return found
    finally:
        left.append("left")


def test_work_is_watched_and_gives_its_result() -> None:
    heard: list[Step] = []
    assert finish(squares(3, []), heard.append) == [0, 1, 4]
    assert [step.fraction for step in heard] == [1 / 3, 2 / 3, 1]
    assert {step.message for step in heard} == {"Squaring"}


def test_who_asks_no_more_has_cancelled() -> None:
    left: list[str] = []
    steps = squares(3, left)
    next(steps)
    steps.close()
    assert left == ["left"]


def test_a_fraction_stays_between_0_and_1() -> None:
    assert Step(3, 2).fraction == 1
    assert Step(-1, 2).fraction == 0
    assert Step(1, 0).fraction == 0


def test_a_part_of_a_larger_work_moves_within_its_share() -> None:
    heard: list[Step] = []
    left: list[str] = []
    assert finish(within(squares(4, left), 0.5, 0.25), heard.append) == [0, 1, 4, 9]
    assert [step.fraction for step in heard] == [0.5625, 0.625, 0.6875, 0.75]
    steps = within(squares(4, left), 0, 1)
    next(steps)
    steps.close()
    assert left == ["left", "left"]


def test_results_are_remembered_by_their_arguments_and_the_oldest_forgotten() -> None:
    asked: list[int] = []

    @remembered(2)
    def doubled(n: int) -> Steps[list[int]]:
        asked.append(n)
        yield Step(0)
        return [2 * n]

    first = finish(doubled(1))
    assert finish(doubled(1)) is first and asked == [1]
    for n in (2, 3, 1):
        assert finish(doubled(n)) == [2 * n]
    assert asked == [1, 2, 3, 1]


def test_work_that_was_cancelled_is_not_remembered() -> None:
    asked: list[int] = []

    @remembered(2)
    def doubled(n: int) -> Steps[int]:
        asked.append(n)
        yield Step(0)
        return 2 * n

    steps = doubled(1)
    next(steps)
    steps.close()
    assert finish(doubled(1)) == 2 and asked == [1, 1]
