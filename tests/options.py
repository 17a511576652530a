"""What every option that a page offers must satisfy."""

from dataclasses import Field
from typing import Any

from engine.options import control, default_of


def assert_offered(option: Field[Any]) -> None:
    """The option has a control with a label, a help and values among which its default is."""
    made, value = control(option), default_of(option)
    assert made is not None and made.label and made.help, option.name
    if made.choices:
        assert value in made.choices
    elif not isinstance(value, bool):
        assert made.min is not None and made.max is not None and made.step and made.format
        assert made.min <= value <= made.max
