"""What came out on both sides, measured in this run, and what has been published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import streamlit as st

from engine.cartesian.validity import TOLERANCE
from engine.evaluation.coverage import THRESHOLD
from engine.experiments.cartesian.published import PUBLISHED
from engine.experiments.cartesian.records import Clock, Side
from pages.ui import tables
from pages.ui.glossary import term, written_out
from pages.ui.tables import Cell
from pages.ui.wording import fixed


def results(made: Clock) -> None:
    """The table of both sides."""
    st.subheader("What came out", anchor=False)
    rows = [
        _row("Numbers that are diffused", made, lambda side: f"{side.freedom}"),
        _row("Valid structures", made, lambda side: _part(side.meters.valid)),
        _row("Every bond within 10 %", made, lambda side: _part(side.meters.bond <= TOLERANCE)),
        _row("Every hand kept", made, lambda side: _part(side.meters.flips == 0)),
        _row("No clash", made, lambda side: _part(side.meters.clashes == 0)),
    ]
    if made.settings.returns:
        rows += [
            _row("Network calls for a conformer", made, lambda side: f"{side.calls}"),
            _row("Seconds for a conformer", made, lambda side: fixed(_each(side), 2)),
        ]
    tables.table(["At the end", "Coordinates", "Torsions"], rows)
    _explain(made)


def _row(name: str, made: Clock, say: Callable[[Side], str | Cell]) -> list[str | Cell]:
    return [name, *(say(side) for side in made.sides)]


def _part(true: np.ndarray) -> Cell:
    """How many of the conformers in the last frame (S, K): "4 of 10" and a bar."""
    share = float(true[-1].mean())
    return Cell(f"{true[-1].sum()} of {true.shape[-1]}", share=share)


def _each(side: Side) -> float:
    """Seconds of one conformer."""
    return side.seconds / len(side.ends)


def _explain(made: Clock) -> None:
    flips = (
        f"This molecule has {made.centres} such centre{'s' * (made.centres > 1)}."
        if made.centres
        else "This molecule has no such centre, so nothing can flip."
    )
    st.caption(
        "**Valid**: every bond within 10 % of the length that a force field gives it, and every "
        f"{term('stereo_centre', 'stereo centre')} as in the input. {flips} **Clash**: two atoms, "
        "four or more bonds apart, closer than 70 % of the sum of their van der Waals radii. Of "
        f"the {made.coordinates.freedom} coordinates six say only where the molecule is and how it "
        f"lies; {made.internal} are left. Torsions need one local structure to begin with, which "
        f"took {fixed(made.embedding_seconds, 2)} s; the network on coordinates needs none."
    )


def published(made: Clock) -> None:
    """Ours beside what has been published."""
    st.subheader("Beside what has been published", anchor=False)
    here = "this molecule, this run"
    ours = [
        _figures(name, here, side.calls, astuple(side.found))
        for name, side in zip(("Coordinates", "Torsions"), made.sides, strict=True)
        if side.found is not None
    ]
    theirs = [_figures(row.method, row.source, row.steps, astuple(row.found)) for row in PUBLISHED]
    head = ["", "Network calls", "COV-R, %", "AMR-R, Å", "COV-P, %", "AMR-P, Å"]
    tables.table(head, ours + theirs, wide=[1])
    said = "Published rows are means over 1,000 drug-like molecules (GEOM-DRUGS) against ensembles "
    said += "of quantum chemistry, with twice as many conformers as references."
    if made.reference is not None:
        many = len(made.reference.xyz)
        said = (
            f"**This run**: {len(made.torsions.ends)} conformers against {many} "
            f"{made.reference.name}: its two rows can be compared with each other, not with those "
            f"below. {said}"
        )
    st.caption(
        f"{said} Measured are {written_out('cov')}, the share within {THRESHOLD:g} Å "
        f"{written_out('rmsd')} of one of the others, and {written_out('amr')}; **R** (recall): of "
        "the references, **P** (precision): of the conformers. GeoDiff moves coordinates, torsional"
        " diffusion turns bonds; each has about 1.6 million parameters. Sources: Jing et al. 2022, "
        "arXiv 2206.01729; fastSMCG's independent measurement."
    )


def _figures(name: str, source: str, calls: int, found: tuple[float, ...]) -> list[str | Cell]:
    recall, far, precision, off = found
    numbers = f"{calls:,}", f"{recall:.1f}", f"{far:.3f}", f"{precision:.1f}", f"{off:.3f}"
    return [Cell(name, below=source), *numbers]
