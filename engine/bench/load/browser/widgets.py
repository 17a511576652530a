"""Controls by their labels, and what the browser tells the server of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.ButtonGroup_pb2 import ButtonGroup
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

from engine.bench.load.browser.tree import Tree


class ControlError(LookupError):
    """The page has no such control, or it has no such value."""


@dataclass(frozen=True)
class Control:
    """A control on the page.

    Attributes:
        kind: of the element, as "slider".
        element: as the server sent it.
        fragment: that it belongs to, if any.
    """

    kind: str
    element: Element
    fragment: str

    @property
    def proto(self) -> Any:
        """The message of its own kind."""
        return getattr(self.element, self.kind)

    def options(self) -> list[Any]:
        """What can be chosen; for numbers their bounds."""
        if self.kind in ("slider", "number_input") and not getattr(self.proto, "options", None):
            return [self.proto.min, self.proto.max]
        return [getattr(option, "content", option) for option in getattr(self.proto, "options", [])]


def find(tree: Tree, label: str) -> Control:
    """The control with this label.

    Raises:
        ControlError: if there is none.
    """
    seen = []
    for node, element in tree.elements():
        kind = element.WhichOneof("type") or ""
        if kind in STATES or kind in ("button", "file_uploader"):
            if getattr(element, kind).label == label:
                return Control(kind, element, node.fragment)
            seen.append(getattr(element, kind).label)
    raise ControlError(f"There is no control {label!r}; there are {seen}.")


def states(tree: Tree, known: dict[str, WidgetState]) -> dict[str, WidgetState]:
    """What the browser says of all controls: as they were drawn unless the user turned them."""
    found = {}
    for _, element in tree.elements():
        kind = element.WhichOneof("type") or ""
        proto = getattr(element, kind, None)
        name = getattr(proto, "id", "")
        if name in known and not getattr(proto, "set_value", False):
            found[name] = known[name]
        elif kind in STATES:
            state = WidgetState(id=name)
            STATES[kind](state, proto)
            if state.WhichOneof("value"):
                found[name] = state
    return found


def turned(control: Control, value: Any) -> WidgetState:
    """The state of a control after the user has turned it to ``value``.

    Raises:
        ControlError: if it cannot be turned there.
    """
    proto = control.proto
    state = WidgetState(id=proto.id)
    if proto.disabled:
        raise ControlError(f"{proto.label!r} cannot be turned now.")
    bounds = control.options()
    if isinstance(value, str) and value not in bounds:
        raise ControlError(f"{proto.label!r} has no {value!r}, but {bounds}.")
    if isinstance(value, str):
        if control.kind == "selectbox":
            state.string_value = value
        else:
            state.string_array_value.data.append(value)
    elif control.kind == "checkbox":
        state.bool_value = bool(value)
    elif not bounds[0] <= value <= bounds[1]:
        raise ControlError(f"{proto.label!r} goes from {bounds[0]} to {bounds[1]}, not {value}.")
    elif control.kind == "slider":
        state.double_array_value.data.append(value)
    else:
        _number(state, proto, value)
    return state


def addressed(query: str, control: Control, value: Any) -> str:
    """The page's query string after the user has turned a control, if it is bound to one."""
    key = getattr(control.proto, "query_param_key", "")
    if not key:
        return query
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return urlencode({**dict(parse_qsl(query)), key: text})


def _slider(state: WidgetState, proto: Slider) -> None:
    values = proto.value if proto.set_value else proto.default
    if proto.options:
        state.string_array_value.data.extend(proto.options[int(value)] for value in values)
    else:
        state.double_array_value.data.extend(values)


def _group(state: WidgetState, proto: ButtonGroup) -> None:
    if proto.set_value:
        state.string_array_value.data.extend(proto.raw_values)
    else:
        state.string_array_value.data.extend(proto.options[k].content for k in proto.default)


def _box(state: WidgetState, proto: Selectbox) -> None:
    if proto.set_value:
        state.string_value = proto.raw_value
    elif proto.HasField("default"):
        state.string_value = proto.options[proto.default]


def _check(state: WidgetState, proto: Any) -> None:
    state.bool_value = proto.value if proto.set_value else proto.default


def _number(state: WidgetState, proto: NumberInput, value: float | None = None) -> None:
    if value is None:
        value = proto.value if proto.set_value else proto.default
    if proto.data_type == NumberInput.INT:
        state.int_value = int(value)
    else:
        state.double_value = value


def _text(state: WidgetState, proto: Any) -> None:
    state.string_value = proto.value if proto.set_value else proto.default


#: By kind of element: fills in the state in which the server drew it.
STATES: dict[str, Callable[[WidgetState, Any], None]] = {
    "slider": _slider,
    "button_group": _group,
    "selectbox": _box,
    "radio": _box,
    "checkbox": _check,
    "number_input": _number,
    "text_input": _text,
}
