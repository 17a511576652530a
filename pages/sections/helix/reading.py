"""What a helix is, in numbers and words: samples against data, and the bands of the matrix."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.experiments.helix import TEXTBOOK, HelixFilm, Spread
from pages.ui.tables import table


@dataclass(frozen=True)
class Reading:
    """How a measure is written: its name, its unit."""

    label: str
    unit: str = "Å"


MEASURES = {
    "neighbours": Reading("Neighbours i, i + 1"),
    "third": Reading("Distance i, i + 3"),
    "fourth": Reading("Distance i, i + 4"),
    "turns": Reading("Turns in all", ""),
    "rise": Reading("Rise per residue"),
    "residues_per_turn": Reading("Residues per turn", ""),
    "radius": Reading("Radius"),
    "right_handed": Reading("Right-handed", "%"),
    "start": Reading("Neighbours at t = T"),
    "nearest": Reading("To the nearest of {stored:,} stored"),
}


def _written(value: Spread, unit: str) -> str:
    if unit == "%":
        return f"{100 * value.mean:.0f} %"
    deviation = "" if value.deviation is None else f" ± {value.deviation:.2f}"
    return f"{value.mean:.2f}{deviation} {unit}".strip()


def numbers(film: HelixFilm, dataset: str) -> None:
    """Samples against data, and the textbook where it has a value."""
    textbook = dataset == TEXTBOOK
    rows = []
    for measure in film.measures:
        reading = MEASURES[measure.name]
        row = [
            reading.label.format(stored=film.stored),
            f"**{_written(measure.sampled, reading.unit)}**",
            _written(measure.data, reading.unit),
        ]
        if textbook:
            ideal = measure.textbook
            row.append("" if ideal is None else _written(Spread(ideal), reading.unit))
        rows.append(row)
    table(["", "Sampled", "Data", *(["Textbook"] if textbook else [])], rows)
    st.caption(
        f"Mean ± standard deviation over {len(film.samples)} sampled helices and {film.fresh} "
        "fresh ones of the data."
    )


BANDS = {
    "helix_alpha": """
#### What the bands mean
Cell (i, j) of the matrix is the distance between [residues](#term-residue) i and j.
Next to the diagonal are neighbours, **3.8 Å** apart. An [alpha helix](#term-alpha_helix) turns
once in 3.6 residues, so residues **i and i + 3**
(5.0 Å) and **i and i + 4** (6.2 Å) lie one above the other. Residue i + 3 is even nearer
than i + 2 (5.4 Å): that is the dip in the curve. In a protein, hydrogen bonds hold i and i + 4
together.

A mirror image has the *same* matrix. Distances cannot tell a right-handed helix from a left-handed
one; the network sees coordinates, so it can.
""",
    "helix_planar": """
#### What the bands mean
Cell (i, j) of the matrix is the distance between [residues](#term-residue) i and j.
Next to the diagonal are neighbours, **3.8 Å** apart. Away from it a second dark stripe appears,
where one arm of the spiral passes the next about **8 Å** away. It moves
away from the diagonal, since each turn takes more residues than the last.

In noise all pairs are about equally far apart and the matrix is flat. The bands *are* the
structure.
""",
}
