"""Runs as Python: the call of an experiment that a page made, as a script that makes it again.

An experiment (``engine.experiments``) is a function of frozen settings, so the script is its
imports, the settings in full, the call, and one line that saves ``record.arrays()``::

    settings = Process(dataset="helix_alpha", schedule=Cosine(T=100, ...), ...)
    made = finish(film(settings))
    np.savez("helix.npz", **made.arrays())
"""

from __future__ import annotations

import inspect
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

WIDTH = 88  #: letters in a line, where a break is possible
THREADS = "torch.set_num_threads(1)  # as on the page, so that every digit agrees"
Names = dict[str, set[str]]  #: module -> what is imported from it


@dataclass(frozen=True)
class Code:
    """An argument that is Python already, such as a file that is read again.

    Attributes:
        text: an expression.
        imports: module and name of what the expression uses.
        before: lines that run first.
    """

    text: str
    imports: tuple[tuple[str, str], ...] = ()
    before: str = ""


def run(
    title: str,
    name: str,
    experiment: Callable[..., Any],
    *settings: Any,
    source: Sequence[Callable[..., Any]] = (),
    save: Code | None = None,
) -> str:
    """A script that runs ``experiment(*settings)`` and saves its arrays in ``{name}.npz``.

    Args:
        title: what it makes, one sentence.
        name: of the archive, without suffix.
        experiment: a function, or a generator function of steps, of a module. It returns a record
            with ``arrays()``.
        settings: its arguments: numbers, strings, tuples, frozen dataclasses of these, or ``Code``.
        source: functions whose own text is printed below as comments, for its single steps.
        save: what to do with the record ``made`` instead of saving its arrays.

    Raises:
        TypeError: if a setting cannot be written out.
    """
    names: Names = {}
    _import(experiment, names)
    if inspect.isgeneratorfunction(experiment):
        names.setdefault("engine.progress", set()).add("finish")
    parameters = list(inspect.signature(experiment).parameters)[: len(settings)]
    before = [value.before for value in settings if isinstance(value, Code) and value.before]
    given = [
        f"{parameter} = {written(value, names)}"
        for parameter, value in zip(parameters, settings, strict=True)
    ]
    call = f"{experiment.__name__}({', '.join(parameters)})"
    if inspect.isgeneratorfunction(experiment):
        call = f"finish({call})"
    saved = written(save or Code(f'np.savez("{name}.npz", **made.arrays())'), names)
    imports = [f"from {m} import {', '.join(sorted(n))}" for m, n in sorted(names.items())]
    parts = [
        f'"""{title}\n\nSave it into the project\'s folder, beside app.py, and run it there.\n"""',
        "import numpy as np\nimport torch",
        "\n".join(imports),
        THREADS,
        *before,
        "\n".join(given),
        f"made = {call}\n{saved}",
        *map(_commented, source),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def written(value: Any, names: Names, indent: int = 0) -> str:
    """Python that makes ``value`` again; what it needs is added to ``names``.

    Dataclasses and containers that do not fit in a line stand with one entry a line.

    Raises:
        TypeError: if the value is of a kind that cannot be written out.
    """
    if isinstance(value, Code):
        for module, name in value.imports:
            names.setdefault(module, set()).add(name)
        return value.text
    if value is None or isinstance(value, (bool, int, str, bytes)) or type(value) is float:
        return literal(value)
    deeper = indent + 4
    if is_dataclass(value) and not isinstance(value, type):
        _import(type(value), names)
        entries = [
            f"{f.name}={written(getattr(value, f.name), names, deeper)}"
            for f in fields(value)
            if f.init
        ]
        return _bracketed(f"{type(value).__name__}(", entries, ")", indent)
    if isinstance(value, Mapping):
        pairs = [f"{literal(k)}: {written(v, names, deeper)}" for k, v in value.items()]
        return _bracketed("{", pairs, "}", indent)
    if isinstance(value, (tuple, list)):
        entries = [written(each, names, deeper) for each in value]
        if isinstance(value, list):
            return _bracketed("[", entries, "]", indent)
        return f"({entries[0]},)" if len(entries) == 1 else _bracketed("(", entries, ")", indent)
    raise TypeError(f"A {type(value).__name__} cannot be written out in a script.")


def literal(value: Any) -> str:
    """A number, None, a text or bytes as Python, strings in double quotes."""
    if isinstance(value, str):
        return "".join(map(_readable, json.dumps(value, ensure_ascii=False)))
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _readable(letter: str) -> str:
    """A letter of a text; one that is not seen, or turns the others round, by its number."""
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def _bracketed(opening: str, entries: Sequence[str], closing: str, indent: int) -> str:
    line = f"{opening}{', '.join(entries)}{closing}"
    if not entries or (len(line) + indent <= WIDTH and "\n" not in line):
        return line
    inner = "".join(f"{' ' * (indent + 4)}{entry},\n" for entry in entries)
    return f"{opening}\n{inner}{' ' * indent}{closing}"


def _import(what: Any, names: Names) -> None:
    """Note where a class or function is imported from: the widest package that offers it."""
    name, parts = what.__name__, what.__module__.split(".")
    for length in range(2, len(parts)):
        package = ".".join(parts[:length])
        face = sys.modules[package]
        if name in getattr(face, "__all__", ()) and getattr(face, name, None) is what:
            names.setdefault(package, set()).add(name)
            return
    names.setdefault(what.__module__, set()).add(name)


def _commented(function: Callable[..., Any]) -> str:
    """The text of a function as comments."""
    lines = inspect.getsource(function).rstrip().split("\n")
    head = f"# What {function.__name__} does, from {function.__module__}:"
    return "\n".join([head, "#", *(f"#     {line}".rstrip() for line in lines)])
