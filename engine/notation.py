"""Symbols and numbers in running text: written once, set by whatever shows them.

A text holds subscripts as TeX does, ``x_0``, ``x_{t-1}``, ``ᾱ_T``, ``R_g``, and each face of the
app sets them its own way: Markdown by KaTeX, HTML and charts with <sub>, a canvas in small letters
(``assets/js/shared/notation.js``, which knows the same symbols). What is a formula of its own is
written in TeX where it stands.
"""

from __future__ import annotations

import html as _html
import re

#: A letter, with its hat, or SNR; then one letter or what stands in braces.
SYMBOL = re.compile(
    r"(?<![^\W_])(?<![_\\])((?:SNR|[^\W\d_])\u0302?)_(?:\{([^{}]+)\}|([^\W_]))(?![^\W_])"
)
_SET = re.compile(r"(\$[^$]+\$|`[^`]+`)")  #: what Markdown already sets as a formula or as code
_TEX = {
    "SNR": r"\mathrm{SNR}",
    "ᾱ": r"\bar\alpha",
    "x\u0302": r"\hat x",
    "v\u0302": r"\hat v",
    "ε": r"\varepsilon",
    "ε\u0302": r"\hat\varepsilon",
}  #: where KaTeX needs another name than the letter itself
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def markdown(text: str) -> str:
    """The text as Markdown with its symbols as formulas; formulas and code in it stay."""
    parts = _SET.split(text)
    return "".join(part if k % 2 else SYMBOL.sub(_formula, part) for k, part in enumerate(parts))


def _formula(met: re.Match[str]) -> str:
    symbol, below = met[1], met[2] or met[3]
    return f"${_TEX.get(symbol, symbol)}_{{{_TEX.get(below, below)}}}$"


def html(text: str) -> str:
    """The text escaped for HTML, its symbols with <sub>."""
    return subscripts(_html.escape(text))


def subscripts(text: str) -> str:
    """The text with its symbols as ``x<sub>0</sub>``, for charts and for text that is HTML."""
    return SYMBOL.sub(lambda met: f"{met[1]}<sub>{met[2] or met[3]}</sub>", text)


def power_of_ten(value: float, digits: int = 1) -> str:
    """A number in powers of ten: 2.4 × 10⁻⁷."""
    mantissa, exponent = f"{abs(value):.{digits}e}".split("e")
    sign = "−" if value < 0 else ""
    return f"{sign}{mantissa}\u00a0×\u00a010{str(int(exponent)).translate(_RAISED)}"
