"""The comparison: as many conformers by every method, in a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.experiments.molecule.comparison import (
    THRESHOLD,
    Comparison,
    chosen_alike,
    compare,
    mutual,
)
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.ensembles import measured
from engine.molecule import Ensemble
from pages.ui import jobs, tables
from pages.ui.glossary import term


def comparison(run: Run) -> None:
    """The table; what is not there yet is made while it is open."""
    found = compare(run, _made(run, "plain"), _alike(run), _made(run, "relaxed"))
    st.table([_row(entry) for entry in found], border="horizontal")
    many = run.request.options.candidates
    chosen = (
        f" The samples were chosen from {many} times as many, by low energy and variety; the row "
        f"“{run.classical.source}, chosen” is the fair rival, chosen from as many in the same way."
    )
    st.caption(
        f"As many conformers by each method, duplicates included.{chosen * (many > 1)} Seconds "
        f"from the bare molecule. Energies: {run.energy_name or 'none'}, kcal/mol above the lowest "
        "of all; only those of minimised structures are those of minima. Angles covered: the share "
        "of 20° bins, over all rotatable bonds, that hold a conformer. "
        f"{term('etkdg')} often leaves saturated rings as boats, so it is a weaker baseline than "
        "commercial programs."
    )
    _mutual(run, found)
    uploaded = len(run.record.uploaded)
    if uploaded > 1:
        st.caption(
            f"Conformers of the file found: how many of its {uploaded} lie within {THRESHOLD} Å "
            "RMSD (heavy atoms, symmetry considered) of a sample; mean distance: of each to the "
            "nearest sample."
        )


def _mutual(run: Run, found: Sequence[Comparison]) -> None:
    """Which conformers both have, and which only one of them."""
    st.markdown("**Who finds whose conformers?**")
    rows: list[list[str | tables.Cell]] = [
        [
            pair.model.source,
            pair.classical.source,
            f"{pair.coverage.cov_r:.0f} %",
            f"{pair.coverage.cov_p:.0f} %",
        ]
        for pair in mutual(run.record, found)
    ]
    tables.table(
        ["Model", "Classical", "Classical, found by model", "Model, found by classical"], rows
    )
    st.caption(
        f"Found: the share of conformers with one of the other method's within {THRESHOLD} Å "
        f"{term('rmsd')} (heavy atoms, symmetry considered). Where few of "
        "the classical conformers are found, the model lacks some; where few of the model's are "
        "found, it has some that the classical method lacks. Better or worse, the energies above "
        "tell."
    )


def _made(run: Run, method: str) -> Ensemble | None:
    if method == "relaxed" and not run.energy_name:
        return None
    label = {"plain": "Conformers by ETKDGv3 alone", "relaxed": "Minimising the samples"}[method]
    found = jobs.cached(f"ensemble_{method}", measured, run, method, label=label, pool="long")
    return None if found is None else found.ensemble


def _alike(run: Run) -> Ensemble | None:
    if run.request.options.candidates < 2:
        return None
    label = f"{run.classical.source}, as many as the model had candidates"
    return jobs.cached("chosen_alike", chosen_alike, run, label=label, pool="long")


def _row(entry: Comparison) -> dict[str, str]:
    row = {
        "Method": entry.ensemble.source,
        "Candidates": f"{entry.candidates}",
        "Kept": f"{len(entry.ensemble)}",
        "Seconds": f"{entry.seconds:.2f}",
        "Stages": _listed(entry.stages),
    }
    if entry.lowest is not None and entry.median is not None:
        row["Lowest energy"] = f"{entry.lowest:.1f}"
        row["Median energy"] = f"{entry.median:.1f}"
    row["Angles covered"] = f"{entry.covered:.0%}"
    if entry.recall is not None:
        row["Conformers of the file found"] = f"{entry.recall.cov_r:.0f} %"
        row["Mean distance"] = f"{entry.recall.amr_r:.2f} Å"
    return row


def _listed(words: tuple[str, ...]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
