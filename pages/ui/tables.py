"""Tables of results: one function, whatever stands in the cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from engine import notation

_CSS = """
<style>
.de-table { overflow-x: auto; }
.de-table table { border-collapse: collapse; width: 100%; font-size: .92rem;
  font-variant-numeric: tabular-nums; }
.de-table th { text-align: left; font-weight: 500; font-size: .82rem; opacity: .78;
  vertical-align: bottom; }
.de-table th, .de-table td { padding: .4rem .9rem .4rem 0; line-height: 1.3; }
.de-table td { vertical-align: top;
  border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.de-table td:first-child { white-space: nowrap; }
.de-table .dot { display: inline-block; width: .8rem; height: .8rem; border-radius: 50%;
  vertical-align: -.08rem; margin-right: .5rem; }
.de-table .line { display: inline-block; width: 1.1rem; border-top: 3px solid; margin-right: .5rem;
  vertical-align: middle; }
.de-table .measured { display: inline-block; min-width: 5.2rem; }
.de-table .meter { display: inline-block; width: 5.5rem; height: .5rem; border-radius: .25rem;
  background: color-mix(in srgb, currentColor 14%, transparent); }
.de-table .meter i { display: block; height: 100%; border-radius: .25rem; }
.de-table .below { opacity: .65; }
.de-table tr.chosen td { font-weight: 600;
  background: color-mix(in srgb, currentColor 7%, transparent); }
.de-table tr.faint { opacity: .38; }
@media (max-width: 640px) {
  .de-table .wide { display: none; } .de-table .meter { width: 3rem; }
}
</style>
"""
CHOSEN, FAINT = "chosen", "faint"  #: states of a row


@dataclass(frozen=True)
class Cell:
    """Text with something drawn beside it.

    Attributes:
        text: Plain text.
        colour: Of what is drawn, in CSS.
        mark: Before the text: "dot", "line", "dashes" or nothing.
        share: Behind the text: a bar filled so far, 0 to 1.
        below: A second, fainter line.
        strong: Whether the text is set in bold.
    """

    text: str
    colour: str = "currentColor"
    mark: str = ""
    share: float | None = None
    below: str = ""
    strong: bool = False


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str | Cell]],
    states: Sequence[str] = (),
    wide: Collection[int] = (),
) -> None:
    """Draw a table.

    Tables of plain text have names on the left and numbers on the right, unbroken, and may hold
    Markdown. Tables with drawn cells or states are ruled by horizontal lines. In both, ``x_0`` is
    set with a subscript (``engine.notation``).

    Args:
        head: One text a column.
        rows: One text or cell a column.
        states: One for each row: ``CHOSEN``, ``FAINT`` or "".
        wide: Columns that a narrow window leaves out.
    """
    plain = [[cell for cell in row if isinstance(cell, str)] for row in rows]
    drawn = (
        states or wide or any(len(texts) < len(row) for texts, row in zip(plain, rows, strict=True))
    )
    if drawn:
        st.html(_CSS + ruled(head, rows, states, wide))
    else:
        st.markdown(markdown(head, plain))


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of plain text in Markdown."""
    whole = [[row[0], *(cell.replace(" ", "\u00a0") for cell in row[1:])] for row in rows]
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *whole]
    return notation.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def ruled(
    head: Sequence[str],
    rows: Sequence[Sequence[str | Cell]],
    states: Sequence[str] = (),
    wide: Collection[int] = (),
) -> str:
    """A table in HTML; its style is not in it. Arguments as in ``table``."""
    kinds = [' class="wide"' if k in wide else "" for k in range(len(head or rows[0]))]
    names = [notation.html(name) for name in head]
    top = "".join(
        f'<th scope="col"{kind}>{name}</th>' for kind, name in zip(kinds, names, strict=bool(head))
    )
    body = "".join(
        f'<tr class="{states[k] if states else ""}">'
        + "".join(f"<td{kind}>{_cell(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        + "</tr>"
        for k, row in enumerate(rows)
    )
    return (
        f'<div class="de-table"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str | Cell) -> str:
    if isinstance(cell, str):
        return notation.html(cell)
    text = notation.html(cell.text)
    if cell.strong:
        text = f"<strong>{text}</strong>"
    if cell.mark == "dot":
        text = f'<i class="dot" style="background:{cell.colour}"></i>{text}'
    elif cell.mark:
        style = "dashed" if cell.mark == "dashes" else "solid"
        text = f'<i class="line" style="border-top:3px {style} {cell.colour}"></i>{text}'
    if cell.share is not None:
        bar = f'<i style="width:{100 * cell.share:.2f}%;background:{cell.colour}"></i>'
        label = f'role="img" aria-label="{cell.share:.0%}"'
        text = f'<span class="measured">{text}</span><span class="meter" {label}>{bar}</span>'
    return (
        f'{text}<br><span class="below">{notation.html(cell.below)}</span>' if cell.below else text
    )
