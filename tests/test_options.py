"""Options: one field, one control, the same values from a page and from a command line."""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
from dataclasses import dataclass, fields, is_dataclass

import pytest

import engine
from engine.options import (
    Control,
    add_arguments,
    choice,
    control,
    controls,
    count,
    default_of,
    from_arguments,
    number,
    setting,
    switch,
)
from tests.options import assert_offered


@dataclass(frozen=True)
class Recipe:
    """One option of every kind."""

    steps: int = count(50, "Steps", "How many.", (10, 100, 10))
    eta: float = number(0.5, "Eta", "Noise, in %.", (0.0, 1.0, 0.1), "%.1f", "σ")
    kind: str = choice("a", "Kind", "Which.", {"a": "First", "b": "Second"})
    copies: int = choice(2, "Copies", "How many.", (1, 2, 4))
    clip: bool = switch(True, "Clip", "Keep in range.")
    quick: bool = setting(False, "less exactly")
    patience: float = setting(60.0, "seconds")
    plain: int = 3


def parsed(*words: str, truths: bool = False, defaults: Recipe | None = None) -> Recipe:
    parser = argparse.ArgumentParser()
    add_arguments(parser, Recipe, Recipe(), skip=["plain"], truths=truths)
    return from_arguments(Recipe, parser.parse_args(words), defaults)


def test_a_field_holds_its_control_and_its_default() -> None:
    steps, eta, kind, copies, *_ = fields(Recipe)
    assert control(steps) == Control("How many.", "Steps", "", "%d", 10, 100, 10)
    assert control(eta) == Control("Noise, in %.", "Eta", "σ", "%.1f", 0.0, 1.0, 0.1)
    assert [default_of(option) for option in (steps, eta, kind)] == [50, 0.5, "a"]
    found = control(kind), control(copies)
    assert found[0] and dict(found[0].choices) == {"a": "First", "b": "Second"}
    assert found[1] and dict(found[1].choices) == {1: "1", 2: "2", 4: "4"}
    assert Recipe() == Recipe(50, 0.5, "a", 2, True, False, 60.0, 3)


def test_controls_cannot_be_changed_through_a_field() -> None:
    made = control(fields(Recipe)[2])
    assert made is not None
    with pytest.raises(TypeError):
        made.choices["c"] = "Third"  # type: ignore[index]
    assert hash(made) == hash(made)


def test_pages_offer_what_has_a_label() -> None:
    assert list(controls(Recipe)) == ["steps", "eta", "kind", "copies", "clip"]
    assert control(fields(Recipe)[-1]) is None


def test_a_field_without_a_default_is_named() -> None:
    @dataclass
    class Bare:
        width: int

    with pytest.raises(TypeError, match="width"):
        default_of(fields(Bare)[0])


def test_a_command_line_says_options() -> None:
    assert parsed() == Recipe()
    words = ["--steps", "20", "--eta", "0.1", "--kind", "b", "--no-clip", "--quick"]
    assert parsed(*words) == Recipe(20, 0.1, "b", clip=False, quick=True)
    assert parsed("--steps", "20", defaults=Recipe(eta=0.9)) == Recipe(steps=20, eta=0.9)
    assert parsed("--no-clip", defaults=Recipe(clip=True)) == Recipe(clip=False)


def test_switches_take_numbers_where_permitted() -> None:
    assert parsed("--clip", "0", "--quick", "1", truths=True) == Recipe(clip=False, quick=True)
    assert parsed("--quick", "--no-clip", truths=True) == Recipe(clip=False, quick=True)
    with pytest.raises(SystemExit):
        parsed("--clip", "perhaps", truths=True)
    with pytest.raises(SystemExit):
        parsed("--clip", "0")


def test_the_help_names_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed("--help")
    text = capsys.readouterr().out
    assert "seconds (default 60)" in text and "Keep in range. (default on)" in text


def test_every_option_of_the_engine_can_be_offered() -> None:
    found = 0
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if module.name.endswith("__main__"):
            continue
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if is_dataclass(cls) and cls.__module__ == module.name:
                offered = controls(cls)
                found += len(offered)
                for option in fields(cls):
                    if option.name in offered:
                        assert_offered(option)
    assert found > 40
