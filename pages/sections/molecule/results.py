"""The results of a run: numbers, angles, energies, the comparison, the overlay, files."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from engine.experiments.molecule.comparison import BIN_CENTRES, energy_levels, torsion_shares
from engine.experiments.molecule.conformer_run import Run, relaxed_samples
from engine.experiments.molecule.downloads import overlay_sdf
from engine.figures.charts.conformers import (
    Distribution,
    Levels,
    energy_colours,
    energy_ladder,
    torsion_histograms,
)
from engine.figures.molecule.scene import bond_label
from engine.figures.molecule.views import bond_colours, overlay
from engine.molecule import Ensemble
from pages.sections.molecule.comparison import comparison
from pages.sections.molecule.exports import exports
from pages.sections.molecule.table import table
from pages.ui import jobs, plots, theme, widgets
from pages.ui.components.still_view import still_view

OVERLAY_HEIGHT = 360
#: Colours of the ensembles in charts, in the order in which they stand there.
ROLES = ("model", "reference", "accent")


def results(run: Run) -> None:
    """Everything below the viewer that needs a finished run; only the open tab is computed."""
    st.subheader("Results", anchor=False)
    if run.device != run.request.device:
        st.warning("The memory of the GPU was not enough, so the network ran on the CPU.")
    _numbers(run)
    relaxed = _relaxed(run)
    views: dict[str, tuple[str, Callable[[], None]]] = {
        "conformers": ("Conformers", lambda: table(run)),
        "angles": ("Angles", lambda: st.fragment(_angles)(run)),
        "energies": ("Energies", lambda: _energies(run, relaxed)),
        "compared": ("Comparison", lambda: comparison(run, relaxed)),
        "checked": ("Checks", lambda: _checks(run)),
        "overlay": ("Overlay", lambda: _overlay(run)),
    }
    tabs = widgets.tabs({name: label for name, (label, _) in views.items()}, key="results")
    for name, tab in tabs.items():
        if tab.open or name == "conformers":  # its chosen row stays while another tab is open
            with tab:
                views[name][1]()
    exports(run, relaxed)


def _numbers(run: Run) -> None:
    with st.container(horizontal=True, gap="medium"):
        count, options = len(run.samples), run.request.options
        st.metric("Conformers", count)
        if options.candidates > 1:
            st.metric("Chosen from", count * options.candidates)
        st.metric("Seconds in all", f"{run.result.seconds:.1f}")
        st.metric("Denoising steps", options.steps)
        if run.energy_name:
            st.metric("Energy spread, kcal/mol", f"{run.samples.relative_energies.max():.1f}")


def _angles(run: Run) -> None:
    record = run.record
    labels = [bond_label(record.elements, pair) for pair in record.molecule.rotors]
    heavy = [m for m, report in enumerate(record.rotatable) if report.kind == "heavy"]
    some = bool(heavy) and len(heavy) < len(labels)
    only = some and st.toggle("Only bonds between heavy fragments", value=True, key="heavy_only")
    chosen = heavy if only else list(range(len(labels)))
    ensembles = [
        Distribution(ensemble.source, role, torsion_shares(ensemble.torsions[:, chosen]))
        for ensemble, role in zip((run.samples, run.classical), ROLES, strict=False)
    ]
    colours = bond_colours(record.molecule)
    plots.draw(
        "torsion_chart",
        torsion_histograms,
        ensembles,
        BIN_CENTRES,
        [labels[m] for m in chosen],
        [colours[m] for m in chosen],
        theme.is_dark(),
    )
    st.caption(
        "How often each torsion has each angle, in bins of 20°. Bars: the model's samples. Line: "
        f"as many conformers from {run.classical.source}."
    )


def _relaxed(run: Run) -> Ensemble | None:
    """The samples relaxed, if the user asks for it."""
    if not run.energy_name:
        return None
    wanted = st.toggle(
        f"Relax the samples with {run.energy_name} as well",
        key="relax",
        bind="query-params",
        help="Moves every sample to its nearest energy minimum: lower energies, less variety.",
    )
    if not wanted:
        return None
    job = jobs.run("relax", relaxed_samples, run)
    job.wait(0.1)
    jobs.show(job, key="relax", label="Relaxing")
    return job.result


def _energies(run: Run, relaxed: Ensemble | None) -> None:
    if not run.energy_name:
        st.info("No force field knows every atom type of this molecule, so there are no energies.")
        return
    ensembles = [run.samples, run.classical, *([relaxed] if relaxed is not None else [])]
    levels = [
        Levels(found.ensemble.source, role, found.energies, found.weights)
        for found, role in zip(energy_levels(ensembles), ROLES, strict=False)
    ]
    plots.draw("energy_chart", energy_ladder, levels, run.energy_name, theme.is_dark())
    st.caption(
        "Each rung is a conformer; dot and percentage show its Boltzmann weight at 298 K among the "
        f"conformers of its column. {run.classical.source} structures are minima of the force "
        "field whose energy is shown; the model's samples are not relaxed, so they lie higher. "
        "The model was trained on quantum-chemical (GFN2-xTB) ensembles in the gas phase, where "
        "the order can differ: cis amides lie as low as trans there, and in water usually do not."
    )


def _checks(run: Run) -> None:
    checks, count = run.result.checks, len(run.samples)
    wrong = int(checks.stereo_errors.sum())
    angle = np.degrees(checks.angle_change.max())
    with st.container(horizontal=True, gap="medium"):
        st.metric("Largest change of a bond length, Å", f"{checks.bond_change.max():.0e}")
        st.metric("Largest change of a bond angle", f"{angle:.0e}°")
        st.metric("Stereocentres and E/Z", f"{wrong} wrong" if wrong else "all kept")
        st.metric("Clashing pairs of atoms", f"{checks.clashes.sum()} in {count}")
    st.caption(
        "Against the starting structures. The model changes torsions only, so bond lengths, bond "
        "angles and stereochemistry cannot change; what remains is rounding. Pairs of atoms clash "
        "when they are closer than 70 % of the sum of their van der Waals radii."
    )


def _overlay(run: Run) -> None:
    dark = theme.is_dark()
    energies = run.samples.energies if run.energy_name else np.zeros(len(run.samples))
    view = overlay(overlay_sdf(run), energy_colours(energies, dark), dark, height=OVERLAY_HEIGHT)
    still_view(view, OVERLAY_HEIGHT)
    st.caption(
        "All samples superposed by their heavy atoms, without hydrogens; the lowest energies in "
        "the strongest colour. A still view by py3Dmol; drag to turn it."
    )
