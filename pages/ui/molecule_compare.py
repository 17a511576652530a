"""The comparison: as many conformers by every method, on stage and in a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.chem.embed import each
from engine.chem.energy import ForceField
from engine.coverage import THRESHOLD
from engine.figures.conformers import Ensemble
from engine.metrics import torsion_coverage
from pages.ui import jobs, widgets
from pages.ui.molecule_jobs import (
    MODEL,
    Record,
    Relaxation,
    Run,
    recalled,
    torsions,
)

PLAIN = "ETKDGv3"
STAGE = "stage"  #: whose conformers stand in the viewer, in the address as well


@dataclass(frozen=True, eq=False)
class Entry:
    """A method's conformers: xyz (K, N, 3) Angstrom, seconds from nothing, and what they cover."""

    ensemble: Ensemble
    xyz: np.ndarray
    seconds: float
    stages: str


def choose_stage(record: Record, run: Run) -> None:
    """Whose conformers the viewer shows: the model's while they fold, or another method's."""
    offered = {"model": MODEL, "relaxed_seeds": run.classical.label, "plain": PLAIN}
    if len(record.uploaded):
        offered["file"] = "The file"
    widgets.choice(
        "Conformers from",
        offered,
        key=STAGE,
        wide=True,
        help="The same number by every method, so that the eye can compare: how far do they "
        "spread, what do they miss? The tab Compared has the figures.",
    )


def on_stage(record: Record, run: Run) -> tuple[str, np.ndarray] | None:
    """What the reader put in the model's place: its name, and conformers (K, N, 3) Angstrom."""
    chosen = st.session_state.get(STAGE)
    if chosen == "relaxed_seeds":
        return run.classical.label, run.classical_xyz
    if chosen == "file" and len(record.uploaded):
        return "from the file", record.uploaded
    if chosen == "plain":
        alone = _plain(record, run)
        return None if alone is None else (PLAIN, alone.xyz)
    return None


def comparison(record: Record, run: Run, relaxation: Relaxation | None) -> None:
    """The table."""
    found = entries(record, run, relaxation)
    known = [e.ensemble.energies.min() for e in found if len(e.ensemble.energies)]
    lowest = min(known, default=0.0)
    st.table([_row(record, entry, lowest) for entry in found], border="horizontal")
    st.caption(
        f"The same number of conformers each, timed from the bare molecule. Energies: "
        f"{run.field or 'none'}, kcal/mol above the lowest of all; {run.classical.label} and "
        "relaxed samples are minima of that very field, the others are not. Angles covered: the "
        "share of all bonds' 20° bins that hold a conformer."
    )
    if len(record.uploaded) > 1:
        st.caption(
            f"Shapes of the file found: how many of its {len(record.uploaded)} conformers lie "
            f"within {THRESHOLD} Å (heavy atoms, over symmetry) of one sampled; beside it the "
            "mean distance to the nearest."
        )


def entries(record: Record, run: Run, relaxation: Relaxation | None) -> list[Entry]:
    """What there is to compare; plain ETKDGv3 joins when it has been made."""
    folded = run.classical_seconds + run.model_seconds
    found = [
        Entry(run.classical, run.classical_xyz, run.classical_seconds, "embedded and relaxed"),
        Entry(run.model, run.frames[-1], folded, "embedded, relaxed and folded"),
    ]
    alone = _plain(record, run)
    if alone is not None:
        found.insert(0, alone)
    if relaxation is not None:
        seconds = folded + relaxation.seconds
        stages = "embedded, relaxed, folded and relaxed"
        found.append(Entry(relaxation.ensemble, relaxation.xyz, seconds, stages))
    return found


def _plain(record: Record, run: Run) -> Entry | None:
    return jobs.cached("plain", plain, record, run, label="Conformers by ETKDGv3 alone")


def plain(report: Callable[..., None], record: Record, run: Run) -> Entry:
    """As many conformers as the run has, by ETKDGv3 without a force field."""
    count = len(run.classical_xyz)
    start, found = time.monotonic(), []
    for xyz in each(record.mol, count, run.request.seed, relax=False):
        found.append(xyz)
        report(len(found), count, message=f"ETKDGv3, {len(found)} of {count}")
    xyz, seconds = np.stack(found), time.monotonic() - start
    energies = ForceField(record.mol).energies(xyz) if run.field else np.empty(0)
    ensemble = Ensemble(PLAIN, "muted", torsions(record.molecule, xyz), energies)
    return Entry(ensemble, xyz, seconds, "embedded")


def _row(record: Record, entry: Entry, lowest: float) -> dict[str, str]:
    ensemble = entry.ensemble
    row = {"Method": ensemble.label, "Seconds": f"{entry.seconds:.2f}", "Stages": entry.stages}
    if len(ensemble.energies):
        row["Lowest energy"] = f"{ensemble.energies.min() - lowest:.1f}"
        row["Median energy"] = f"{np.median(ensemble.energies) - lowest:.1f}"
    row["Angles covered"] = f"{torsion_coverage(ensemble.torsions):.0%}"
    if len(record.uploaded) > 1:
        found = recalled(record, entry.xyz)
        row["Shapes of the file found"] = f"{found.cov_r:.0f} %"
        row["Mean distance"] = f"{found.amr_r:.2f} Å"
    return row
