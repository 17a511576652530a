"""Controls drawn from the options themselves: one widget per dataclass field, kept in the URL.

Every widget has a query parameter of its own name, so a link restores the whole page. Numbers and
switches are bound to it by Streamlit; choices stand there by their keys
(``pages.ui.addressing``).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import streamlit as st

from engine.notation import markdown
from engine.options import Control, controls, default_of
from pages.ui.addressing import addresses
from pages.ui.wording import show_problem

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_tab_container import TabContainer

Options = TypeVar("Options")
Value = TypeVar("Value")
MAX_SEED = 9999
SEGMENTS = 4
NARROW = 24  # letters that fit side by side in the sidebar
_SAID = "_said"  # key -> (label, value) of each control, as a person reads them


def options(
    cls: type[Options],
    key: str,
    only: Collection[str] | None = None,
    defaults: Mapping[str, Any] | None = None,
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Options:
    """Draw one control per field of the frozen dataclass ``cls`` and return the instance chosen.

    The field's ``engine.options.Control`` says how. Fields without a label keep their default.

    only: names of the fields to draw, in this order; the others keep their default.
    defaults: values that replace the fields' own defaults. limits: (min, max) that replace theirs.

    The URL parameter of a field is ``f"{key}_{name}"``. If the combination is refused by the
    dataclass, its sentence is shown at the control and the defaults are returned.
    """
    drawn = _drawn(cls)  # type: ignore[arg-type]
    start = dict(defaults or {})
    values = dict(start)
    for name in only if only is not None else drawn:
        option = drawn[name]
        control = option.control
        if limits and name in limits:
            low, high = limits[name]
            control = replace(control, min=low, max=high)
        default = start.get(name, option.default)
        values[name] = _draw(control, option.kind, default, f"{key}_{name}")
    try:
        return _made(cls, tuple(values), *values.values())  # type: ignore[arg-type, return-value]
    except ValueError as refusal:
        show_problem(str(refusal))
        return cls(**start)


def said(key: str) -> tuple[str, str] | None:
    """The label of a control and what it says, in its words; None if none of that key was drawn."""
    found: tuple[str, str] | None = st.session_state.get(_SAID, {}).get(key)
    return found


def say(key: str, label: str, value: str) -> None:
    """Remember what a control of this key says, for ``said``."""
    st.session_state.setdefault(_SAID, {})[key] = label, value


@lru_cache(maxsize=256, typed=True)
def _made(cls: type, names: tuple[str, ...], *values: Any) -> object:
    """The instance of the options ``cls`` with these values: what it has computed it keeps."""
    return cls(**dict(zip(names, values, strict=True)))


@dataclass(frozen=True)
class _Option:
    """How the field of a dataclass is drawn."""

    control: Control
    kind: type
    default: Any


@cache  # the types of fields are evaluated from their text, which takes longer than a widget
def _drawn(cls: type) -> dict[str, _Option]:
    hints, by_name = get_type_hints(cls), {f.name: f for f in fields(cls)}
    return {
        name: _Option(control, hints[name], default_of(by_name[name]))
        for name, control in controls(cls).items()
    }


def choice(  # noqa: PLR0913, PLR0917  # as Streamlit's own widgets
    label: str,
    mapping: Mapping[str, Any],
    key: str,
    default: str | None = None,
    help: str | None = None,
    label_visibility: str = "visible",
    wide: bool = False,
    boxed: bool = False,
) -> str:
    """Choose one key of a registry: side by side where they fit, else from a list.

    wide: there is more room than in the sidebar. boxed: always from a list.

    The address holds the key. Keys are for good; labels may be reworded.

    The label of an entry is its ``.label`` or ``.name``, itself if it is text, else its key.
    """
    names = list(mapping)
    chosen = default if default is not None else names[0]
    common: dict[str, Any] = dict(
        help=help and markdown(help),
        key=key,
        format_func=lambda name: _label(name, mapping[name]),
        label_visibility=label_visibility,
    )
    said = addresses.restore(key, {str(name): name for name in names}, chosen)
    letters = sum(len(_label(name, mapping[name])) for name in names)
    value: str
    if not boxed and len(names) <= SEGMENTS and (wide or letters <= NARROW):
        value = st.segmented_control(label, names, default=said, required=True, **common)
    else:
        value = st.selectbox(label, names, index=names.index(said), **common)
    addresses.keep(key, None if value == chosen else [str(value)])
    say(key, label, _label(value, mapping[value]))
    return value


def several(
    label: str,
    mapping: Mapping[str, Any],
    key: str,
    default: Sequence[str],
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> list[str]:
    """Choose any number of keys of a registry; labels as in ``choice``."""
    said = addresses.restore(key, {name: name for name in mapping}, list(default), many=True)
    values: list[str] = st.pills(
        label,
        list(mapping),
        selection_mode="multi",
        default=said,
        format_func=lambda name: _label(name, mapping[name]),
        key=key,
        help=help and markdown(help),
        on_change=on_change,
    )
    addresses.keep(key, None if values == list(default) else values)
    say(key, label, ", ".join(_label(name, mapping[name]) for name in values) or "none")
    return values


def notches(
    label: str,
    values: Sequence[Value],
    key: str,
    default: Value,
    help: str | None = None,
    words: Mapping[Value, tuple[str, str]] | None = None,
) -> Value:
    """Choose one of a few values on a slider.

    words: for values that do not speak for themselves, (the text in the address, the label).
    """
    named = {value: (str(value), str(value)) for value in values} | dict(words or {})
    said = addresses.restore(key, {named[value][0]: value for value in values}, default)
    chosen: Value = st.select_slider(
        label,
        values,
        value=said,
        key=key,
        format_func=lambda value: named[value][1],
        help=help and markdown(help),
    )
    addresses.keep(key, None if chosen == default else [named[chosen][0]])
    say(key, label, named[chosen][1])
    return chosen


def told_toggle(label: str, key: str, help: str | None = None) -> bool:
    """A switch that may be set before it is drawn for the first time (``addresses.restore``).

    It is off unless it was set, and stands in the address in either case: off is not what the page
    opens with.
    """
    said = addresses.restore(key, {"true": True, "false": False}, False)
    value = st.toggle(label, value=said, key=key, help=help)
    addresses.keep(key, [str(value).lower()])
    say(key, label, "on" if value else "off")
    return value


def toggle(label: str, key: str, default: bool = False, help: str | None = None) -> bool:
    """A switch, kept in the address."""
    said = help and markdown(help)
    value = st.toggle(label, value=default, key=key, help=said, bind="query-params")
    say(key, label, "on" if value else "off")
    return value


def tabs(labels: Mapping[str, str], key: str) -> dict[str, TabContainer]:
    """Tabs by their keys; the first is open at the start, and ``.open`` says which one is."""
    addresses.restore(key, labels, next(iter(labels.values())))
    opened = st.tabs(list(labels.values()), key=key, on_change="rerun")
    drawn = dict(zip(labels, opened, strict=True))
    first, *_ = labels
    chosen = next((name for name, tab in drawn.items() if tab.open), first)
    addresses.keep(key, None if chosen == first else [chosen])
    return drawn


def seed(key: str = "seed", default: int = 0, label: str = "Seed") -> int:
    """The seed: the same one gives the same picture. With a button that draws another."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        # A float, since Streamlit takes an integer from the address without asking whether it is
        # finite; only then its bounds are looked at.
        value = st.number_input(
            label,
            min_value=0.0,
            max_value=float(MAX_SEED),
            value=float(default),
            step=1.0,
            format="%.0f",
            key=key,
            bind="query-params",
            help="The same seed gives the same picture, on every page.",
        )
        st.button(
            "",
            key=f"{key}_dice",
            icon=":material/casino:",
            help="Draw a new seed",
            on_click=_roll,
            args=(key,),
            width="content",
        )
    return int(value)


def _roll(key: str) -> None:
    st.session_state[key] = float(random.randint(0, MAX_SEED))


def _label(name: str, entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    return str(getattr(entry, "label", None) or getattr(entry, "name", None) or name)


def _draw(control: Control, kind: type, default: Any, key: str) -> Any:
    """The widget of one option, by its type."""
    common: dict[str, Any] = dict(help=markdown(control.help), key=key, bind="query-params")
    label = f"{control.label} ({control.unit})" if control.unit else control.label
    if control.choices:
        return choice(label, control.choices, key, default=default, help=control.help)
    if kind is bool:
        return toggle(label, key, default, control.help)
    if kind not in (int, float):
        raise TypeError(f"No widget is known for {label} of type {kind}.")
    cast: Callable[[Any], Any] = kind
    value = st.slider(
        label,
        min_value=cast(control.min),
        max_value=cast(control.max),
        value=cast(default),
        step=cast(control.step),
        format=control.format,
        **common,
    )
    say(key, control.label, f"{value:,g} {control.unit}".strip())
    return value
