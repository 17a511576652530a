"""Options: frozen dataclasses whose fields say how a person may set them.

Each helper returns a dataclass field with one ``Control`` in its metadata. A page draws its widget
from it, a command line its argument, and the tests walk it::

    @dataclass(frozen=True)
    class Options:
        steps: int = count(100, "Steps", "From noise to data.", (10, 1000, 10))
        eta: float = number(0.0, "Eta", "Share of fresh noise.", (0.0, 1.0, 0.05))
        spacing: str = choice("edm", "Spacing", "Where steps stop.", ("edm", "time"))
        clip: bool = switch(True, "Clip", "Keep x_0 in the range of the data.")
        patience: float = setting(60.0, "seconds; on command lines only")
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from types import MappingProxyType
from typing import Any, TypeVar

__all__ = [
    "Control", "add_arguments", "choice", "control", "controls", "count",
    "default_of", "from_arguments", "number", "setting", "switch",
]  # fmt: skip

T = TypeVar("T")
Options = TypeVar("Options")
Span = tuple[float, float, float]

_KEY = "control"
_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class Control:
    """How a person sets an option.

    Attributes:
        help: what it means, in a sentence or two.
        label: its name on a page; empty for options that no page offers.
        unit: of the value, as shown behind the label.
        format: of the value, as for ``%``; None: the widget decides.
        min: smallest value that a page offers; None without bounds.
        max: largest value that a page offers.
        step: between neighbouring values.
        choices: value to label, where only some values are offered.
    """

    help: str
    label: str = ""
    unit: str = ""
    format: str | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    choices: Mapping[Any, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


def number(
    default: float, label: str, help: str, span: Span, format: str = "%.2f", unit: str = ""
) -> float:
    """A field for a real number; ``span`` is (smallest, largest, step)."""
    low, high, step = span
    return _field(default, Control(help, label, unit, format, low, high, step))


def count(default: int, label: str, help: str, span: tuple[int, int, int], unit: str = "") -> int:
    """A field for a whole number; ``span`` is (smallest, largest, step)."""
    low, high, step = span
    return _field(default, Control(help, label, unit, "%d", low, high, step))


def choice(
    default: T, label: str, help: str, choices: Sequence[T] | Mapping[T, str], unit: str = ""
) -> T:
    """A field for one of several values, or of a mapping of values to labels."""
    named = choices if isinstance(choices, Mapping) else {value: str(value) for value in choices}
    return _field(default, Control(help, label, unit, choices=MappingProxyType(dict(named))))


def switch(default: bool, label: str, help: str) -> bool:
    """A field for something that is on or off."""
    return _field(default, Control(help, label))


def setting(default: T, help: str) -> T:
    """A field of command lines, which no page offers."""
    return _field(default, Control(help))


def _field(default: T, control: Control) -> T:
    made: T = field(default=default, metadata={_KEY: control})
    return made


def control(option: Field[Any]) -> Control | None:
    """How a dataclass field may be set; None if it was made without these helpers."""
    found = option.metadata.get(_KEY)
    return found if isinstance(found, Control) else None


def controls(cls: type) -> dict[str, Control]:
    """The options of a dataclass that a page can offer, by name of the field."""
    found = {option.name: control(option) for option in fields(cls)}
    return {name: made for name, made in found.items() if made and made.label}


def default_of(option: Field[Any]) -> Any:
    """The default of a dataclass field.

    Raises:
        TypeError: if it has none.
    """
    if option.default is not MISSING:
        return option.default
    if option.default_factory is not MISSING:
        return option.default_factory()
    raise TypeError(f"The option {option.name} has no default.")


# ---------------------------------------------------------------------------------- command lines


def add_arguments(
    parser: argparse.ArgumentParser,
    cls: type,
    defaults: Any = None,
    skip: Sequence[str] = (),
    truths: bool = False,
) -> None:
    """Give a parser one argument ``--name`` for every field of a dataclass of options.

    A field that is on or off is set by ``--name`` and ``--no-name``. An argument that is not given
    is None; ``from_arguments`` then takes the default.

    Args:
        parser: where the arguments go.
        cls: the dataclass.
        defaults: an instance whose values the help names as defaults; None: the help names none.
        skip: names of fields to leave out.
        truths: permit ``--name 1`` and ``--name 0`` as well; not beside positional arguments,
            whose values would be taken for them.
    """
    for option in fields(cls):
        if option.name in skip:
            continue
        known = control(option)
        text = known.help if known else option.name.replace("_", " ")
        if defaults is not None:
            text += f" (default {_shown(getattr(defaults, option.name))})"
        flag, kind = option.name.replace("_", "-"), type(default_of(option))
        text = text.replace("%", "%%")
        if kind is not bool:
            parser.add_argument(f"--{flag}", type=kind, help=text)
            continue
        values: dict[str, Any] = dict(nargs="?", const=True, type=_truth) if truths else {}
        if not truths:
            values["action"] = "store_true"
        parser.add_argument(f"--{flag}", default=None, help=text, **values)
        parser.add_argument(f"--no-{flag}", dest=option.name, action="store_false", default=None)


def from_arguments(
    cls: type[Options], arguments: argparse.Namespace, defaults: Options | None = None
) -> Options:
    """The options that a command line says; what it leaves open is as in ``defaults``.

    Args:
        cls: the dataclass.
        arguments: what a parser with ``add_arguments`` has found.
        defaults: values for all that was not given; None: the dataclass's own.
    """
    values = {}
    for option in fields(cls):  # type: ignore[arg-type]
        given = getattr(arguments, option.name, None)
        if given is None and defaults is not None:
            given = getattr(defaults, option.name)
        if given is not None:
            values[option.name] = given
    return cls(**values)


def _truth(text: str) -> bool:
    """On or off.

    Raises:
        ValueError: if ``text`` is neither.
    """
    if text.lower() not in _WORDS:
        raise ValueError(f"{text} is neither on nor off.")
    return _WORDS[text.lower()]


def _shown(value: Any) -> str:
    """A default as the help names it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
