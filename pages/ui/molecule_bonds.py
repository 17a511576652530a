"""The bonds of a molecule: which turn and where they stand, which do not and why not."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from engine.chem.torsions import DEFINITIONS, BondReport
from engine.figures.molecule import bond_colours
from engine.figures.scene import bond_label
from pages.ui import widgets
from pages.ui.molecule_jobs import Record, Run, torsions
from pages.ui.molecule_stage import selected_bond

_CSS = """
<style>
.de-bonds { width: 100%; border-collapse: collapse; font-size: .92rem;
  font-variant-numeric: tabular-nums; --line: color-mix(in srgb, currentColor 14%, transparent); }
.de-bonds th { text-align: left; font-weight: 600; font-size: .82rem; opacity: .7; }
.de-bonds th, .de-bonds td { padding: .38rem .6rem .38rem 0; vertical-align: top; }
.de-bonds td { border-top: 1px solid var(--line); }
.de-bonds i { display: inline-block; width: .8rem; height: .8rem; border-radius: 50%;
  vertical-align: -.08rem; margin-right: .5rem; }
.de-bonds td:first-child { white-space: nowrap; }
.de-bonds tr.on td { background: color-mix(in srgb, currentColor 7%, transparent); }
.de-bonds tr.on td { font-weight: 600; }
.de-bonds tr.out { opacity: .38; }
@media (max-width: 640px) { .de-bonds .wide { display: none; } }
</style>
"""


def bonds(record: Record, run: Run | None) -> None:
    """The table of rotatable bonds by a definition of choice, and the bonds that do not turn."""
    st.subheader("The bonds that turn", anchor=False)
    counted = _definition(record)
    turning = [r for r in record.reports if r.rotatable]
    st.html(_CSS + _table(record, run, turning, counted))
    if run is not None:
        which = "of lowest energy" if run.field else "sampled first"
        st.caption(f"Angles of the conformer {which}; the dials below the picture show all.")
    resting = [r for r in record.reports if not r.rotatable]
    if resting:
        with st.expander(f"Why do the other {len(resting)} bonds not turn?"):
            st.html(_CSS + _why_not(record, resting))


def _definition(record: Record) -> frozenset[int]:
    """The bonds that count as rotatable by the definition that the reader chooses."""
    counted = {key: definition.counts(record.mol) for key, definition in DEFINITIONS.items()}
    key = widgets.choice(
        "Which bonds count as rotatable?",
        {key: f"{DEFINITIONS[key].label}: {len(found)}" for key, found in counted.items()},
        key="definition",
        wide=True,
        help="There is no single answer. The model turns all bonds that can turn; other counts "
        "serve other ends, such as rules of thumb for drugs.",
    )
    missed = len(counted[key] - counted["model"])
    straight = f" The model does not turn {missed} of them: see below why." if missed else ""
    st.caption(
        f"{DEFINITIONS[key].words}{straight} The model sees {len(counted['model'])} angles where "
        f"a picture has {3 * record.molecule.n_atoms} coordinates."
    )
    return counted[key]


def _table(
    record: Record, run: Run | None, turning: list[BondReport], counted: frozenset[int]
) -> str:
    """All bonds that turn; those that do not count stand back."""
    molecule = record.molecule
    colours = bond_colours(molecule)
    angles = np.degrees(torsions(molecule, shown_conformer(record, run)[None])[0])
    selected = selected_bond()
    rows = []
    for m, report in enumerate(turning):
        label = bond_label(record.elements, report.atoms)
        quartet = bond_label(record.elements, molecule.quartets[m])
        note = report.note or {"heavy": "joins two heavy fragments"}.get(report.kind, "")
        state = "on" if selected == report.index else "" if report.index in counted else "out"
        rows.append(
            f'<tr class="{state}"><td><i style="background:{colours[m]}"></i>{label}</td>'
            f"<td>{html.escape(report.kind)}</td><td>{_degrees(angles[m])}</td>"
            f'<td class="wide">{quartet}</td><td class="wide">{html.escape(note)}</td></tr>'
        )
    head = '<tr><th>Bond</th><th>Kind</th><th>Angle</th><th class="wide">Measured by</th>'
    return f'<table class="de-bonds">{head}<th class="wide">Note</th></tr>{"".join(rows)}</table>'


def shown_conformer(record: Record, run: Run | None) -> np.ndarray:
    """(N, 3): the conformer whose angles stand in the table."""
    if run is None:
        return record.molecule.xyz[0]
    best = int(np.argmin(run.model.energies)) if run.field else 0
    return run.frames[-1][best]


def _degrees(value: float) -> str:
    return f"{round(value)}°".replace("-", "−")


def _why_not(record: Record, resting: list[BondReport]) -> str:
    groups: dict[str, list[BondReport]] = {}
    for report in resting:
        groups.setdefault(report.reason, []).append(report)
    rows = []
    for reason, reports in groups.items():
        names = ", ".join(bond_label(record.elements, r.atoms) for r in reports)
        sentence = record.sentences[reports[0].index]
        rows.append(
            f"<tr><td>{html.escape(reason)} ({len(reports)})</td>"
            f"<td>{html.escape(sentence)}<br><span style='opacity:.65'>{names}</span></td></tr>"
        )
    return f'<table class="de-bonds">{"".join(rows)}</table>'
