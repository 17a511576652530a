"""A script of ours and all that it imports, as one script: one request, or one part of a web page.

A module in ``assets/js`` is named by its path there without the suffix, as ``player/clock``. In a
bundle each becomes a function that returns its exports. A table of the page keeps these, so that a
module that two bundles bring exists once, as if it had been imported by both.

Only the forms of import and export that our scripts use are known, each on lines of its own;
``bundle`` refuses any other.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from functools import cache

from engine.paths import ASSETS

#: ``import { one, two as other } from "./module.js";`` or ``import one from "./module.js";``
_IMPORT = re.compile(r'^import (\w+|\{[^}]*\}) from "(\.\.?/[\w./-]+)\.js";$', re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
#: Comments on lines of their own: they explain the source, a page would only grow by them.
_COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL
)
JS = ASSETS / "js"
_TABLE = "const modules = (globalThis.diffusionExplorer ??= new Map());\n"


@cache
def bundle(entry: str) -> str:
    """The text of an ES module that does what ``entry`` does, with the same default export.

    Raises:
        ValueError: A module imports or exports in a form that is not known here.
    """
    parts = [_defined(name, text) for name, text in scripts(entry).items()]
    return _TABLE + "".join(parts) + f"export default modules.get({_key(entry)}).default;\n"


@cache
def names() -> frozenset[str]:
    """All scripts that there are."""
    return frozenset(path.relative_to(JS).with_suffix("").as_posix() for path in JS.rglob("*.js"))


def scripts(entry: str) -> dict[str, str]:
    """The texts of ``entry`` and of all that it imports, by name, each after what it imports.

    Raises:
        ValueError: Scripts import each other in a circle.
    """
    found: dict[str, str] = {}

    def visit(name: str, within: tuple[str, ...]) -> None:
        if name in within:
            raise ValueError(f"Scripts import each other in a circle: {', '.join(within)}.")
        if name not in found:
            text = (JS / f"{name}.js").read_text(encoding="utf-8")
            for _, relative in _IMPORT.findall(text):
                visit(_named(name, relative), (*within, name))
            found[name] = text

    visit(entry, ())
    return found


def _named(importer: str, relative: str) -> str:
    """The name of the module that ``importer`` calls ``relative``, as "../shared/dom"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), relative))


@cache
def _version() -> str:
    """Of all scripts; an open page that meets an update keeps both versions apart."""
    texts = [(JS / f"{name}.js").read_bytes() for name in sorted(names())]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:8]


def _key(name: str) -> str:
    """What the table of the page calls a module."""
    return json.dumps(f"{name} {_version()}")


def _defined(name: str, text: str) -> str:
    """The statement that makes the module ``name``, unless the page has it."""

    def taken(match: re.Match[str]) -> str:
        module = f"modules.get({_key(_named(name, match[2]))})"
        named = match[1].startswith("{")
        return f"const {match[1].replace(' as ', ': ')} = {module}{'' if named else '.default'};"

    code = _IMPORT.sub(taken, _COMMENT.sub("", text))
    exports = [found for _, found in _EXPORT.findall(code)]
    code, defaults = _DEFAULT.subn("const exported = ", _EXPORT.sub(r"\1", code))
    left = _LEFT.search(code)
    if left:
        raise ValueError(f"In the script {name} this line cannot be bundled: {left[0]}")
    exports += ["default: exported"] * defaults
    return (
        f"if (!modules.has({_key(name)})) modules.set({_key(name)}, (() => {{\n{code}"
        f"return {{ {', '.join(exports)} }};\n}})());\n"
    )
