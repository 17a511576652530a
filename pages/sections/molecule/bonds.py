"""The bonds of a molecule: which rotate and at which angle, which are fixed and why."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.chem.structure import DEFINITIONS, BondReport
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.record import Record
from engine.figures.molecule.scene import bond_label
from engine.figures.molecule.views import bond_colours
from pages.sections.molecule.stage import selected_bond
from pages.ui import tables, widgets
from pages.ui.tables import CHOSEN, FAINT, Cell


def bonds(record: Record, run: Run | None) -> None:
    """The table of rotatable bonds by a definition of choice, and the bonds that are fixed."""
    st.subheader("Rotatable bonds", anchor=False)
    counted = _definition(record)
    _table(record, run, counted)
    if run is not None:
        which = "of lowest energy" if run.energy_name else "sampled first"
        st.caption(f"Angles of the conformer {which}; the dials below the picture show all.")
    fixed = [r for r in record.reports if not r.rotatable]
    axes = [bond_label(record.elements, r.atoms) for r in fixed if r.reason == "hindered"]
    if axes:
        st.caption(f"Not turned, hindered: {', '.join(axes)}.")
    if fixed:
        with st.expander(f"Why are the other {len(fixed)} bonds fixed?"):
            _why_not(record, fixed)


def _definition(record: Record) -> frozenset[int]:
    """The bonds that count as rotatable by the definition that the user chooses."""
    counted = record.counted
    key = widgets.choice(
        "Which bonds count as rotatable?",
        {key: f"{DEFINITIONS[key].label}: {len(found)}" for key, found in counted.items()},
        key="definition",
        wide=True,
        help="There is no single answer. The model rotates all bonds that can rotate; other "
        "definitions are used elsewhere, for example in drug-likeness rules.",
    )
    fixed = len(counted[key] - counted["model"])
    kept = f" The model keeps {fixed} of these fixed; the reasons are listed below." * bool(fixed)
    st.caption(
        f"{DEFINITIONS[key].words}{kept} The model samples {len(counted['model'])} torsion angles "
        f"instead of {3 * record.molecule.n_atoms} coordinates."
    )
    return counted[key]


def _table(record: Record, run: Run | None, counted: frozenset[int]) -> None:
    """All bonds that the model rotates; those that do not count are pale."""
    molecule = record.molecule
    colours = bond_colours(molecule)
    torsions = record.torsions if run is None else run.samples.torsions[run.samples.lowest]
    selected = selected_bond()
    rows: list[list[str | Cell]] = []
    states: list[str] = []
    for m, report in enumerate(record.rotatable):
        label = bond_label(record.elements, report.atoms)
        note = report.note or {"heavy": "joins two heavy fragments"}.get(report.kind, "")
        quartet = bond_label(record.elements, molecule.quartets[m])
        dot = Cell(label, colours[m], mark="dot")
        rows.append([dot, report.kind, _degrees(torsions[m]), quartet, note])
        states.append(
            CHOSEN if selected == report.index else "" if report.index in counted else FAINT
        )
    tables.table(["Bond", "Kind", "Angle", "Torsion", "Note"], rows, states, wide=(3, 4))


def _degrees(angle: float) -> str:
    return f"{round(np.degrees(angle))}°".replace("-", "−")


def _why_not(record: Record, fixed: list[BondReport]) -> None:
    """The bonds that are fixed, by reason."""
    groups: dict[str, list[BondReport]] = {}
    for report in fixed:
        groups.setdefault(report.reason, []).append(report)
    rows: list[list[str | Cell]] = []
    for reason, reports in groups.items():
        names = ", ".join(bond_label(record.elements, r.atoms) for r in reports)
        sentence = record.sentences[reports[0].index]
        rows.append([f"{reason} ({len(reports)})", Cell(sentence, below=names)])
    tables.table([], rows)
