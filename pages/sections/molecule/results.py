"""The results: numbers, table, angles, energies, the comparison, the overlay, files."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from engine.experiments.molecule.comparison import BIN_CENTRES, energy_levels, torsion_shares
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.downloads import overlay_sdf
from engine.experiments.molecule.ensembles import METHODS, Shown
from engine.figures.charts.conformers import (
    Distribution,
    Levels,
    energy_colours,
    energy_ladder,
    torsion_histograms,
)
from engine.figures.molecule.views import bond_colours, overlay
from engine.molecule import Ensemble
from pages.sections.molecule.comparison import comparison
from pages.sections.molecule.exports import exports
from pages.sections.molecule.table import table
from pages.ui import plots, theme, widgets
from pages.ui.components.still_view import still_view
from pages.ui.glossary import term

ANCHOR = "results"
OVERLAY_HEIGHT = 360
#: Colours of the ensembles in charts, in the order in which they stand there.
ROLES = ("model", "reference")


def results(run: Run, shown: Shown) -> None:
    """Everything below the viewer that needs a finished run; only the open tab is computed."""
    st.subheader("Results", anchor=ANCHOR)
    if run.device != run.request.device:
        st.warning("The memory of the GPU was not enough, so the network ran on the CPU.")
    st.caption(counted(shown))
    _numbers(run, shown)
    views: dict[str, tuple[str, Callable[[], None]]] = {
        "conformers": ("Conformers", lambda: table(run, shown)),
        "angles": ("Angles", lambda: st.fragment(_angles)(run, shown)),
        "energies": ("Energies", lambda: _energies(run, shown)),
        "compared": ("Comparison", lambda: comparison(run)),
        "checked": ("Checks", lambda: _checks(run, shown)),
        "overlay": ("Overlay", lambda: _overlay(run, shown)),
    }
    tabs = widgets.tabs({name: label for name, (label, _) in views.items()}, key="results")
    for name, tab in tabs.items():
        if tab.open or name == "conformers":  # its chosen row stays while another tab is open
            with tab:
                views[name][1]()
    exports(run, shown)


def counted(shown: Shown) -> str:
    """ "Samples: 20 asked, 3 distinct"."""
    words = f"{METHODS[shown.method].label}: {len(shown.measured.order)} asked"
    if not shown.selection.duplicates:
        return f"{words}, all shown."
    cutoff = f"nearer than {shown.selection.duplicates:g} Å {term('rmsd')} count as one"
    return f"{words}, {len(shown)} distinct ({cutoff})."


def _numbers(run: Run, shown: Shown) -> None:
    with st.container(horizontal=True, gap="medium"):
        options = run.request.options
        st.metric("Conformers", len(shown))
        st.metric("Clusters", len(shown.leaders))
        if options.candidates > 1:
            st.metric(
                "Candidates",
                run.request.conformers * options.candidates,
                help="Sampled; of these a representative subset was kept, preferring the valleys "
                "that are lowest after a short minimisation.",
            )
        st.metric("Seconds in all", f"{run.result.seconds:.1f}")
        if shown.ensemble.energy_name:
            state = shown.ensemble.energy_words
            st.metric("Energy spread, kcal/mol", f"{shown.spread:.1f}", help=state)


def _angles(run: Run, shown: Shown) -> None:
    record = run.record
    labels = [record.torsion_label(m) for m in range(record.molecule.n_rotors)]
    heavy = [m for m, report in enumerate(record.rotatable) if report.kind == "heavy"]
    some = bool(heavy) and len(heavy) < len(labels)
    only = some and st.toggle("Only bonds between heavy-atom groups", value=True, key="heavy_only")
    chosen = heavy if only else list(range(len(labels)))
    ensembles = [
        Distribution(ensemble.source, role, torsion_shares(ensemble.torsions[:, chosen]))
        for ensemble, role in zip(_beside(run, shown), ROLES, strict=False)
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
    line = f" Line: as many conformers from {run.classical.source}." * (len(ensembles) > 1)
    st.caption(
        f"How often each {term('torsion', 'torsion')} has each angle, in bins of 20°, duplicates "
        f"included. Bars: {shown.ensemble.source}.{line}"
    )


def _beside(run: Run, shown: Shown) -> list[Ensemble]:
    """What is shown, with its duplicates, and the local structures to compare with."""
    own = shown.measured.ensemble
    return [own] if shown.method == "relaxed_seeds" else [own, run.classical]


def _energies(run: Run, shown: Shown) -> None:
    if not shown.ensemble.energy_name:
        st.info("No force field knows every atom type of this molecule, so there are no energies.")
        return
    beside = [run.classical] if shown.method != "relaxed_seeds" else []
    levels = [
        Levels(_label(found.ensemble), role, found.energies, found.weights)
        for found, role in zip(energy_levels([shown.ensemble, *beside]), ROLES, strict=False)
    ]
    plots.draw("energy_chart", energy_ladder, levels, run.energy_name, theme.is_dark())
    st.caption(
        f"Each rung is a {term('conformer', 'conformer')}. Dots and percentages are "
        f"{term('boltzmann', 'Boltzmann weights')} at 298 K within a "
        "column, given where structures are minimised: elsewhere an energy also measures how far a "
        "structure is from its minimum. The model was trained on quantum-chemical (GFN2-xTB) "
        f"{term('ensemble', 'ensembles')} in the gas phase, where the order can differ: it finds "
        "cis anilides as low as trans (an error of GFN2-xTB), and in water they usually are not."
    )


def _label(ensemble: Ensemble) -> str:
    return ensemble.source if ensemble.minimised else f"{ensemble.source}, not minimised"


def _checks(run: Run, shown: Shown) -> None:
    checks, count = run.result.checks, len(shown)
    wrong = int(shown.found.stereo_errors.sum())
    clashing = shown.found.clashes > 0
    with st.container(horizontal=True, gap="medium"):
        if shown.method == "model":
            st.metric(
                "Bond lengths differ by at most, Å", f"{checks.bond_change[shown.order].max():.0e}"
            )
            angle = np.degrees(checks.angle_change[shown.order].max())
            st.metric("Bond angles differ by at most", f"{angle:.0e}°")
        st.metric("Stereo", f"{wrong} changed" if wrong else "unchanged")
        st.metric("Conformers that clash", f"{clashing.sum()} of {count}")
    pairs = int(shown.found.clashes.sum())
    st.caption(
        f"{pairs} pair{'s' if pairs != 1 else ''} of atoms clash{'es' if pairs == 1 else ''}: four "
        "bonds or more apart and closer than 70 % of the sum of their van der Waals radii. That is "
        "lenient: H and H touch at 2.4 Å and clash below 1.7. Lengths and angles are those of the "
        "starting structures, since the model changes torsions only; what remains is rounding."
    )


def _overlay(run: Run, shown: Shown) -> None:
    dark = theme.is_dark()
    energies = shown.ensemble.energies if shown.ensemble.energy_name else np.zeros(len(shown))
    colours = energy_colours(energies, dark)
    view = overlay(overlay_sdf(run, shown), colours, dark, height=OVERLAY_HEIGHT)
    still_view(view, OVERLAY_HEIGHT)
    st.caption(
        "The conformers aligned on their heavy atoms, without hydrogens; the lowest energies in "
        "the strongest colour. A still view by py3Dmol; drag to turn it."
    )
