"""Which files a file makes a browser ask for: the document, scripts, styles.

Streamlit's front end is a tree of ES modules. Each names those that it imports at once; the code of
an element (a slider, a component) is imported when the first such element is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from streamlit.proto.Element_pb2 import Element

#: Elements whose code has another name than they have.
NAMES = {"imgs": "imagelist", "vegalitechart": "arrowvegalitechart", "code": "syntaxhighlighter"}
FORMULA = "rehype-katex"  #: the code of formulas
ICONS = "MaterialSymbols-Rounded"  #: the font that icons come from

_LINK = re.compile(r"<link\b([^>]*)>", re.DOTALL)
_SCRIPT = re.compile(r'<script\b[^>]*\bsrc="([^"]+)"')
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_HINT = re.compile(r"<([^>]+)>;\s*rel=\"?(\w+)\"?")
_IMPORT = re.compile(r"""(?:from|import)\s*["'](\.{1,2}/[^"']+\.js)["']""")
_LATER = re.compile(r"""import\(\s*[`"'](\./[^`"']+\.js)[`"']\s*\)""")
_FONT = re.compile(r"url\(([^)]+\.woff2)\)")
_ASSET = re.compile(r"""["'`](assets/[^"'`]+\.js[^"'`]*)["'`]""")


@dataclass(frozen=True)
class Document:
    """What the page itself asks for, as addresses on the server.

    Attributes:
        scripts: without which it does not start, style sheets included.
        others: fetched meanwhile: fonts, icons, and what is only announced.
    """

    scripts: tuple[str, ...]
    others: tuple[str, ...]


def of_document(text: str, base: str, hints: str = "") -> Document:
    """The references of the page's HTML, and of its ``Link`` header.

    Addresses in the HTML count from ``base``: the app rewrites them for pages with a path.
    """
    scripts = _SCRIPT.findall(text)
    others = [target for target, kind in _HINT.findall(hints) if kind.endswith("preload")]
    for attributes in map(dict, map(_ATTRIBUTE.findall, _LINK.findall(text))):
        kind, target = attributes.get("rel", ""), attributes.get("href", "")
        if kind in ("stylesheet", "modulepreload"):
            scripts.append(target)
        elif "preload" in kind or "icon" in kind:
            others.append(target)
    return Document(_from(base, scripts), _from(base, others))


def of_script(text: str, path: str) -> tuple[str, ...]:
    """The modules that a module imports at once."""
    return _from(path, _IMPORT.findall(text))


def later(text: str, path: str) -> dict[str, str]:
    """The modules that a module may import later, by their name without hash, in lower case."""
    return {name.split("/")[-1].split(".")[0].lower(): urljoin(path, name)
            for name in _LATER.findall(text)}  # fmt: skip


def of_style(text: str, path: str) -> tuple[str, ...]:
    """The fonts of a style sheet that every page uses."""
    return _from(path, [url for url in _FONT.findall(text) if ICONS in url])


def of_component(code: str) -> tuple[str, ...]:
    """The scripts that the loader of a component of ours asks for."""
    return _from("/", dict.fromkeys(_ASSET.findall(code)))


def of_element(element: Element) -> list[str]:
    """The names, as in ``later``, of the code that draws an element."""
    kind = element.WhichOneof("type") or ""
    name = kind.replace("_", "")
    found = [NAMES.get(name, name)]
    if kind == "markdown" and "$" in element.markdown.body:
        found.append(FORMULA)
    return found


def _from(base: str, targets: object) -> tuple[str, ...]:
    return tuple(urljoin(base, target.strip("'\"")) for target in targets)  # type: ignore[attr-defined]
