"""Models that were trained just now, by what they are called, in whatever process that was."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakValueDictionary

ModelT = TypeVar("ModelT")


#: How to ask another process for the model of a kind and a name, if there is one to ask.
_ELSEWHERE: list[Callable[[str, Hashable], Any]] = []


class Remembered(Generic[ModelT]):
    """One kind of models; each is remembered for as long as somebody holds it.

    Attributes:
        kinds: all of them, by name.
    """

    kinds: ClassVar[dict[str, Remembered[Any]]] = {}

    def __init__(self, kind: str) -> None:
        """``kind``: its name in every process."""
        self.kind = kind
        self._models: WeakValueDictionary[Hashable, ModelT] = WeakValueDictionary()
        self.kinds[kind] = self

    def __contains__(self, name: Hashable) -> bool:
        return name in self._models

    def keep(self, name: Hashable, model: ModelT) -> None:
        """Let ``get(name)`` return this model for as long as it is held elsewhere."""
        self._models[name] = model

    def get(self, name: Hashable) -> ModelT | None:
        """The model ``name``, if it is remembered here or elsewhere."""
        known = self.here(name)
        if known is None and _ELSEWHERE:
            known = _ELSEWHERE[0](self.kind, name)
        return known

    def here(self, name: Hashable) -> ModelT | None:
        """The model ``name``, if this process remembers it."""
        return self._models.get(name)


def ask(elsewhere: Callable[[str, Hashable], Any]) -> None:
    """From now on ask for what this process does not remember; the answer None: not there."""
    _ELSEWHERE[:] = [elsewhere]


def recall(kind: str, name: Hashable) -> Any:
    """What this process remembers; None if nothing."""
    models = Remembered.kinds.get(kind)
    return models.here(name) if models is not None else None


def keep(kind: str, name: Hashable, model: Any) -> None:
    """Let this process find a model that comes from another one."""
    Remembered.kinds[kind].keep(name, model)
