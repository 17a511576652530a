"""The comparison: as many conformers by every method, on stage and in a table."""

from __future__ import annotations

import streamlit as st

from engine.experiments.molecule.comparison import PLAIN, THRESHOLD, Comparison, compare, plain
from engine.experiments.molecule.conformer_run import Run
from engine.molecule import Ensemble
from pages.ui import jobs, widgets

STAGE = "stage"  #: whose conformers stand in the viewer, in the address as well


def choose_stage(run: Run) -> None:
    """Whose conformers the viewer shows: the model's, or another method's."""
    offered = {
        "model": run.samples.source,
        "relaxed_seeds": run.classical.source,
        "plain": PLAIN,
    }
    if len(run.record.uploaded):
        offered["file"] = "The file"
    widgets.choice(
        "Conformers from",
        offered,
        key=STAGE,
        wide=True,
        help="The same number by every method, to compare by eye how far they spread and what they "
        "miss. The tab Comparison has the numbers.",
    )


def on_stage(run: Run) -> Ensemble | None:
    """The conformers that the user shows instead of the model's, once they are there."""
    chosen = st.session_state.get(STAGE)
    if chosen == "relaxed_seeds":
        return run.classical
    if chosen == "file" and len(run.record.uploaded):
        return run.record.from_file
    if chosen == "plain":
        return _plain(run)
    return None


def comparison(run: Run, relaxed: Ensemble | None) -> None:
    """The table."""
    found = compare(run, _plain(run), relaxed)
    st.table([_row(entry) for entry in found], border="horizontal")
    st.caption(
        "The same number of conformers each; seconds from the bare molecule. Energies: "
        f"{run.energy_name or 'none'}, kcal/mol above the lowest of all. {run.classical.source} "
        "structures and relaxed samples are minima of that force field, the others are not. Angles "
        "covered: the share of 20° bins, over all rotatable bonds, that hold a conformer."
    )
    uploaded = len(run.record.uploaded)
    if uploaded > 1:
        st.caption(
            f"Conformers of the file found: how many of its {uploaded} lie within {THRESHOLD} Å "
            "RMSD (heavy atoms, symmetry considered) of a sample; mean distance: of each to the "
            "nearest sample."
        )


def _plain(run: Run) -> Ensemble | None:
    request = run.request
    return jobs.cached(
        "plain",
        plain,
        run.record,
        request.conformers,
        request.seed,
        label="Conformers by ETKDGv3 alone",
    )


def _row(entry: Comparison) -> dict[str, str]:
    row = {
        "Method": entry.ensemble.source,
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
