"""The table of conformers: one row each; the row that is chosen is shown in the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.conformer_table import columns, has_tight_binding, tight_binding
from engine.experiments.molecule.ensembles import KELVIN, Shown
from engine.figures.charts.conformers import rmsd_map
from pages.sections.molecule.ensemble import choose_selection
from pages.ui import jobs, plots, theme
from pages.ui.addressing import addresses
from pages.ui.glossary import term

ROW = "row"  #: of the address: the chosen one, the first is 1
_FIRST = "row_at_first"  #: the table that the page showed first, and the row of the address


def table(run: Run, shown: Shown) -> None:
    """The table, what its columns mean, and the map of all RMSD."""
    choose_selection()
    st.dataframe(
        pd.DataFrame(columns(shown, _quantum(run, shown))),
        key=_key(run, shown),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": _at_first(run, shown)}},
        column_config=_columns(shown),
    )
    addresses.keep(ROW, [str(row + 1) for row in _rows(run, shown)] or None)
    st.caption(
        "Choose a row to see that conformer alone, finished. Energies: "
        f"{_energies(shown)}, in the gas phase. {_about_weights(shown)} {term('rmsd')}: "
        "of heavy atoms after the best superposition, over symmetry. Found: how many of "
        f"{len(shown.measured.order)} were counted as this one."
    )
    with st.expander("Pairwise RMSD"):
        order = np.lexsort((np.arange(len(shown)), shown.cluster))
        plots.draw("rmsd_map", rmsd_map, shown.found.rmsd, order, theme.is_dark())
        st.caption("Conformers by cluster, then by energy: clusters are the blocks.")


def _energies(shown: Shown) -> str:
    words = shown.ensemble.energy_words or "none"
    return words.replace("MMFF94s", term("mmff94s"), 1)


def _about_weights(shown: Shown) -> str:
    if shown.weights is not None:
        return (
            f"Weight: {term('boltzmann')} at {KELVIN:.0f} K among these minima, without entropy or "
            "solvent."
        )
    return (
        f"There are no {term('boltzmann', 'weights')}: those of structures that are not at a "
        f"minimum would measure their {term('strain', 'strain')}. Choose a minimised ensemble "
        "above the picture."
    )


def _quantum(run: Run, shown: Shown) -> np.ndarray | None:
    """GFN2-xTB energies (K,), if the user asks for them and the package is installed."""
    if not has_tight_binding():
        return None
    if not st.toggle(
        "GFN2-xTB energies as well",
        key="gfn2",
        bind="query-params",
        help="One single-point calculation per conformer in the gas phase, by the method of the "
        "ensembles that the model was trained on. Slower than a force field and more accurate.",
    ):
        return None
    job = jobs.run("gfn2", tight_binding, run.record.mol, shown.measured)
    job.wait(0.1)
    jobs.show(job, key="gfn2_job", label="GFN2-xTB")
    return None if job.result is None else job.result[shown.kept]


def chosen(run: Run, shown: Shown) -> int | None:
    """The conformer whose row is chosen, if any."""
    rows = [row for row in _rows(run, shown) if row < len(shown)]
    return rows[0] if rows else None


def _rows(run: Run, shown: Shown) -> list[int]:
    """The number of the chosen row, if one is chosen."""
    state = st.session_state.get(_key(run, shown))
    return list(state.selection.rows) if state is not None else _at_first(run, shown)


def _at_first(run: Run, shown: Shown) -> list[int]:
    """The row of the address, for what the page shows when it is opened."""
    said = next(iter(addresses.texts(ROW)), "")
    key, text = st.session_state.setdefault(_FIRST, (_key(run, shown), said))
    known = key == _key(run, shown) and text.isdecimal() and 1 <= int(text) <= len(shown)
    return [int(text) - 1] if known else []


def _key(run: Run, shown: Shown) -> str:
    return f"conformer_table_{run.serial}_{shown.method}"


def _columns(shown: Shown) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    weight = f"Boltzmann weight at {KELVIN:.0f} K"
    return {
        "Energy": number(
            f"{shown.ensemble.energy_words}, kcal/mol", help="Above the lowest", format="%.1f"
        ),
        "Weight": number("Weight, %", help=weight, format="%.1f"),
        "GFN2": number("GFN2-xTB, single point, kcal/mol", help="Above the lowest", format="%.1f"),
        "GFN2 weight": number("GFN2 weight, %", help=weight, format="%.1f"),
        "RMSD to the lowest": number(
            "RMSD to the lowest, Å", help="To the conformer of the first row", format="%.2f"
        ),
        "RMSD to the file": number(
            "RMSD to the file, Å", help="To the nearest conformer uploaded", format="%.2f"
        ),
        "Found": number(help="How many were counted as this one"),
        "Radius of gyration": number("Radius of gyration, Å", help="Mass-weighted", format="%.2f"),
        "H bonds": number(help="Within the molecule: H to N or O below 2.5 Å, angle above 120°"),
    }
