"""Controls drawn from the options themselves: one widget per dataclass field, kept in the URL.

Every widget is bound to a query parameter of its own key, so a link restores the whole page.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar, get_type_hints

import streamlit as st

Options = TypeVar("Options")
MAX_SEED = 9999
SEGMENTS = 4
NARROW = 24  # letters that fit side by side in the sidebar


def options(
    cls: type[Options],
    key: str,
    only: Collection[str] | None = None,
    defaults: Mapping[str, Any] | None = None,
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Options:
    """Draw one control per field of the frozen dataclass ``cls`` and return the instance chosen.

    The field's metadata says how: label, help, min, max, step, unit, format, or ``choices``
    (values, or a mapping of value to label). Fields without a label are left at their default.

    only: names of the fields to draw, in this order; the others keep their default.
    defaults: values that replace the fields' own defaults. limits: (min, max) that replace theirs.

    The URL parameter of a field is ``f"{key}_{name}"``. If the combination is refused by the
    dataclass, its sentence is shown at the control and the defaults are returned.
    """
    hints = get_type_hints(cls)
    by_name = {f.name: f for f in fields(cls) if "label" in f.metadata}  # type: ignore[arg-type]
    start = dict(defaults or {})
    values = dict(start)
    for name in only if only is not None else by_name:
        field = by_name[name]
        default = start.get(name, _default(field))
        bounds = (limits or {}).get(name)
        values[name] = _draw(field, hints[name], default, f"{key}_{name}", bounds)
    try:
        return cls(**values)
    except ValueError as problem:
        st.error(str(problem))
        return cls(**start)


def choice(
    label: str,
    mapping: Mapping[str, Any],
    key: str,
    default: str | None = None,
    help: str | None = None,
    label_visibility: str = "visible",
    wide: bool = False,
) -> str:
    """Choose one key of a registry: side by side where they fit, else from a list.

    wide: there is more room than in the sidebar.

    The label of an entry is its ``.label`` or ``.name``, itself if it is text, else its key.
    """
    names = list(mapping)
    chosen = default if default is not None else names[0]
    common: dict[str, Any] = dict(
        help=help,
        key=key,
        bind="query-params",
        format_func=lambda name: _label(name, mapping[name]),
        label_visibility=label_visibility,
    )
    letters = sum(len(_label(name, mapping[name])) for name in names)
    if len(names) <= SEGMENTS and (wide or letters <= NARROW):
        return st.segmented_control(label, names, default=chosen, required=True, **common)
    return st.selectbox(label, names, index=names.index(chosen), **common)


def seed(key: str = "seed", default: int = 0, label: str = "Seed") -> int:
    """The seed of the randomness: the same seed gives the same picture. With a dice button."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        value = st.number_input(
            label,
            min_value=0,
            max_value=MAX_SEED,
            value=default,
            step=1,
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
    st.session_state[key] = random.randint(0, MAX_SEED)


def _label(name: str, entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    return str(getattr(entry, "label", None) or getattr(entry, "name", None) or name)


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    raise TypeError(f"The option {field.name} has no default, so no control can be drawn for it.")


def _draw(
    field: Field[Any], kind: type, default: Any, key: str, bounds: tuple[float, float] | None
) -> Any:
    """The widget of one field, by its type."""
    meta = field.metadata
    common: dict[str, Any] = dict(help=meta.get("help"), key=key, bind="query-params")
    label = f"{meta['label']} ({meta['unit']})" if meta.get("unit") else meta["label"]
    if "choices" in meta:
        choices = meta["choices"]
        names = choices if isinstance(choices, Mapping) else {name: name for name in choices}
        return choice(label, names, key, default=default, help=meta.get("help"))
    if kind is bool:
        return st.toggle(label, value=default, **common)
    if kind not in (int, float):
        raise TypeError(f"No control is known for {field.name} of type {kind}.")
    cast: Callable[[Any], Any] = kind
    low, high = bounds or (meta["min"], meta["max"])
    return st.slider(
        label,
        min_value=cast(low),
        max_value=cast(high),
        value=cast(default),
        step=cast(meta["step"]),
        format=meta.get("format"),
        **common,
    )
