"""The bonds of a molecule: which rotate and at which angle, which are fixed and why."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.chem.structure import DEFINITIONS, BondReport
from engine.experiments.molecule.ensembles import Shown
from engine.experiments.molecule.record import Record
from engine.figures.molecule.scene import bond_label
from engine.figures.molecule.views import bond_colours
from pages.sections.molecule.stage import selected_bond
from pages.ui import tables, widgets
from pages.ui.glossary import term
from pages.ui.tables import CHOSEN, FAINT, Cell

#: What the kinds of bonds are called where that is not the kind itself.
KINDS = {"heavy": "skeletal"}


def bonds(record: Record, shown: Shown | None) -> None:
    """The table of rotatable bonds by a definition of choice, and the bonds that are fixed."""
    st.subheader("Rotatable bonds", anchor=False)
    counted = _definition(record)
    _table(record, shown, counted)
    if shown is not None:
        which = "of lowest energy" if shown.ensemble.energy_name else "made first"
        st.caption(
            f"Angles of the conformer {which}; the dials below the picture show all. A torsion is "
            "measured along the longest chain of heavy atoms, φ, ψ and ω of a peptide by its "
            "backbone."
        )
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
        f"{DEFINITIONS[key].words}{kept} The model samples {_angles(len(counted['model']))} "
        f"instead of {3 * record.molecule.n_atoms} Cartesian coordinates."
    )
    return counted[key]


def _angles(count: int) -> str:
    return f"{count} {term('torsion', 'torsion angle' + 's' * (count != 1))}"


def _table(record: Record, shown: Shown | None, counted: frozenset[int]) -> None:
    """All bonds that the model rotates; those that do not count are pale."""
    molecule = record.molecule
    colours = bond_colours(molecule)
    torsions = record.torsions if shown is None else shown.ensemble.torsions[0]
    selected = selected_bond()
    rows: list[list[str | Cell]] = []
    states: list[str] = []
    for m, report in enumerate(record.rotatable):
        note = report.note or {"heavy": "between heavy-atom groups"}.get(report.kind, "")
        quartet = bond_label(record.elements, _upwards(molecule.quartets[m].tolist()))
        dot = Cell(record.torsion_label(m), colours[m], mark="dot")
        kind = KINDS.get(report.kind, report.kind)
        rows.append([dot, kind, _degrees(torsions[m]), quartet, note])
        states.append(
            CHOSEN if selected == report.index else "" if report.index in counted else FAINT
        )
    tables.table(["Bond", "Kind", "Angle", "Torsion", "Note"], rows, states, wide=(3, 4))


def _upwards(quartet: list[int]) -> list[int]:
    """The same torsion, read from its end of the lower number."""
    return quartet if quartet[0] <= quartet[-1] else quartet[::-1]


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
