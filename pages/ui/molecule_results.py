"""What came out of a run: numbers, angles, energies, the comparison, the overlay, files."""

from __future__ import annotations

import numpy as np
import streamlit as st
from stmol import showmol

from engine.chem.convert import to_sdf
from engine.coverage import THRESHOLD
from engine.figures.conformers import (
    Ensemble,
    energy_colours,
    energy_levels,
    torsion_histograms,
)
from engine.figures.molecule import bond_colours, overlay
from engine.metrics import torsion_coverage
from engine.molecule import align
from pages.ui import jobs, theme
from pages.ui.molecule_exports import exports
from pages.ui.molecule_jobs import CLASSICAL, Record, Relaxation, Run, recalled, relax
from pages.ui.molecule_table import table
from pages.ui.viewer import bond_label

CHARTS = {"displayModeBar": False}
OVERLAY_HEIGHT = 360


def results(record: Record, run: Run) -> None:
    """Everything below the viewer that needs a finished run."""
    st.subheader("What came out", anchor=False)
    _numbers(run)
    listed, angles, energy, compared, checked, laid = st.tabs(
        ["Conformers", "Angles", "Energies", "Compared", "Checked", "Overlay"]
    )
    with listed:
        table(record, run)
    with energy:
        relaxation = _relaxation(record, run)
        _energies(run, relaxation)
    with angles:
        _angles(record, run)
    with compared:
        _comparison(record, run, relaxation)
    with checked:
        _checks(record, run)
    with laid:
        _overlay(record, run)
    exports(record, run, relaxation)


def _numbers(run: Run) -> None:
    seconds = run.classical_seconds + run.model_seconds
    with st.container(horizontal=True, gap="medium"):
        st.metric("Conformers", len(run.frames[0]))
        st.metric("Seconds in all", f"{seconds:.1f}")
        st.metric("Denoising steps", run.request.options.steps)
        if run.field:
            energies = run.model.energies
            st.metric("Energy spread, kcal/mol", f"{energies.max() - energies.min():.1f}")


def _angles(record: Record, run: Run) -> None:
    molecule = record.molecule
    labels = [bond_label(record.elements, pair) for pair in molecule.rotors]
    kinds = [r.kind for r in record.reports if r.rotatable]
    heavy = [m for m, kind in enumerate(kinds) if kind == "heavy"]
    every = True
    if heavy and len(heavy) < len(labels):
        every = not st.toggle("Only bonds between heavy fragments", value=True, key="heavy_only")
    chosen = list(range(len(labels))) if every else heavy
    ensembles = [_only(run.model, chosen), _only(run.classical, chosen)]
    figure = torsion_histograms(
        ensembles,
        [labels[m] for m in chosen],
        [bond_colours(molecule)[m] for m in chosen],
        theme.is_dark(),
    )
    st.plotly_chart(figure, key="torsion_chart", config=CHARTS)
    st.caption(
        "How often each bond stands at each angle, in bins of 20°. "
        f"Bars: the model's samples. Line: as many conformers from {CLASSICAL}."
    )


def _only(ensemble: Ensemble, chosen: list[int]) -> Ensemble:
    return Ensemble(ensemble.label, ensemble.role, ensemble.torsions[:, chosen], ensemble.energies)


def _relaxation(record: Record, run: Run) -> Relaxation | None:
    """The samples relaxed, if the reader asks for it."""
    if not run.field:
        return None
    wanted = st.toggle(
        f"Relax the samples with {run.field} as well",
        key="relax",
        bind="query-params",
        help="Slides every sample into its nearest minimum: lower energies, less variety.",
    )
    if not wanted:
        return None
    job = jobs.run("relax", relax, record, run)
    job.wait(0.1)
    jobs.show(job, key="relax", label="Relaxing")
    return job.result


def _energies(run: Run, relaxation: Relaxation | None) -> None:
    if not run.field:
        st.info("No force field knows every atom type of this molecule, so there are no energies.")
        return
    ensembles = [run.model, run.classical]
    if relaxation is not None:
        ensembles.append(relaxation.ensemble)
    st.plotly_chart(
        energy_levels(ensembles, run.field, theme.is_dark()), key="energy_chart", config=CHARTS
    )
    st.caption(
        f"{CLASSICAL} structures are minima of the very field that is measured here; the model's "
        "samples are not relaxed, so they lie higher. The model learned from quantum-chemical "
        "(GFN2-xTB) ensembles, where the order can differ."
    )


def _comparison(record: Record, run: Run, relaxation: Relaxation | None) -> None:
    folded = run.classical_seconds + run.model_seconds
    rows = [
        (run.classical, run.classical_xyz, run.classical_seconds, "from nothing"),
        (run.model, run.frames[-1], folded, "with its starting structures"),
    ]
    if relaxation is not None:
        total = folded + relaxation.seconds
        rows.append((relaxation.ensemble, relaxation.xyz, total, "all three stages"))
    known = [e.energies.min() for e, _, _, _ in rows if len(e.energies)]
    lowest = min(known) if known else 0.0
    several = len(record.uploaded) > 1
    table = []
    for ensemble, xyz, seconds, how in rows:
        row = {"Method": ensemble.label, "Seconds": f"{seconds:.2f}", "Measured": how}
        if len(ensemble.energies):
            row["Lowest energy"] = f"{ensemble.energies.min() - lowest:.1f}"
            row["Median energy"] = f"{np.median(ensemble.energies) - lowest:.1f}"
        row["Angles covered"] = f"{torsion_coverage(ensemble.torsions):.0%}"
        if several:
            found = recalled(record, xyz)
            row["Shapes of the file found"] = f"{found.cov_r:.0f} %"
            row["Mean distance"] = f"{found.amr_r:.2f} Å"
        table.append(row)
    st.table(table, border="horizontal")
    st.caption(
        f"The same number of conformers each. Energies: {run.field or 'none'}, kcal/mol above the "
        "lowest of all. Angles covered: the share of all bonds' 20° bins that hold a conformer."
    )
    if several:
        st.caption(
            f"Shapes of the file found: how many of its {len(record.uploaded)} conformers lie "
            f"within {THRESHOLD} Å (heavy atoms, over symmetry) of one sampled; beside it the "
            "mean distance to the nearest."
        )


def _checks(record: Record, run: Run) -> None:
    checks, count = run.checks, len(run.frames[0])
    centres = "all kept" if not checks.stereo_errors else f"{checks.stereo_errors} wrong"
    with st.container(horizontal=True, gap="medium"):
        st.metric("Largest change of a bond length, Å", f"{checks.bond_change:.0e}")
        st.metric("Largest change of a bond angle", f"{checks.angle_change:.0e}°")
        st.metric("Handedness and E/Z", centres)
        st.metric("Atoms that clash", f"{checks.clashes} in {count}")
    st.caption(
        "Against the starting structures. The model turns bonds and does nothing else, so lengths, "
        "angles and stereo cannot change; what is left is rounding. Clashing pairs are closer than "
        "70 % of their van der Waals distance."
    )


def _overlay(record: Record, run: Run) -> None:
    xyz = align(run.frames[-1], record.molecule.heavy)
    ranked = run.model.energies if run.field else np.zeros(len(xyz))
    view = overlay(
        to_sdf(record.mol, xyz),
        energy_colours(ranked, theme.is_dark()),
        theme.is_dark(),
        height=OVERLAY_HEIGHT,
    )
    showmol(view, height=OVERLAY_HEIGHT, width=None)
    st.caption(
        "All samples laid over each other by their heavy atoms, hydrogens left out; the lowest "
        "energies in the strongest colour. A still view, drawn by py3Dmol; drag to turn it."
    )
