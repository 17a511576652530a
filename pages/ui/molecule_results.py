"""What came out of a run: numbers, angles, energies, the comparison, the overlay, files."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from stmol import showmol

from engine.chem.convert import to_sdf
from engine.chem.energy import boltzmann_weights
from engine.figures.conformers import (
    Ensemble,
    energy_colours,
    energy_ladder,
    torsion_histograms,
)
from engine.figures.molecule import bond_colours, overlay
from engine.figures.scene import bond_label
from engine.molecule import align
from pages.ui import jobs, plots, theme
from pages.ui.molecule_compare import comparison
from pages.ui.molecule_exports import exports
from pages.ui.molecule_jobs import Record, Relaxation, Run, relax
from pages.ui.molecule_table import table

OVERLAY_HEIGHT = 360


def results(record: Record, run: Run) -> None:
    """Everything below the viewer that needs a finished run; only the open tab is computed."""
    st.subheader("What came out", anchor=False)
    _numbers(run)
    relaxation = _relaxation(record, run)
    views: dict[str, Callable[[], None]] = {
        "Conformers": lambda: table(record, run),
        "Angles": lambda: _angles(record, run),
        "Energies": lambda: _energies(run, relaxation),
        "Compared": lambda: comparison(record, run, relaxation),
        "Checked": lambda: _checks(run),
        "Overlay": lambda: _overlay(record, run),
    }
    tabs = st.tabs(list(views), key="results", bind="query-params")
    for tab, (name, view) in zip(tabs, views.items(), strict=True):
        if tab.open or name == "Conformers":  # whose chosen row is to outlast a look elsewhere
            with tab:
                view()
    exports(record, run, relaxation)


def _numbers(run: Run) -> None:
    seconds = run.classical_seconds + run.model_seconds
    with st.container(horizontal=True, gap="medium"):
        count, options = len(run.frames[0]), run.request.options
        st.metric("Conformers", count)
        if options.candidates > 1:
            st.metric("Chosen from", count * options.candidates)
        st.metric("Seconds in all", f"{seconds:.1f}")
        st.metric("Denoising steps", options.steps)
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
    plots.draw(figure, key="torsion_chart")
    st.caption(
        "How often each bond stands at each angle, in bins of 20°. "
        f"Bars: the model's samples. Line: as many conformers from {run.classical.label}."
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
    weights = [boltzmann_weights(ensemble.energies) for ensemble in ensembles]
    plots.draw(energy_ladder(ensembles, weights, run.field, theme.is_dark()), key="energy_chart")
    st.caption(
        "A rung is a conformer; dot and percentage show its Boltzmann weight at 298 K among the "
        f"conformers of its column. {run.classical.label} structures are minima of the very "
        "field that is measured here; the model's samples are not relaxed, so they lie higher. "
        "The model learned from quantum-chemical (GFN2-xTB) ensembles in the gas phase, where the "
        "order can differ: cis amides lie as low as trans there, and in water usually do not."
    )


def _checks(run: Run) -> None:
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
