"""The table of conformers: one row each; the row that is chosen is shown in the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.conformer_table import (
    CLUSTER_RMSD,
    KELVIN,
    columns,
    described,
    has_tight_binding,
    tight_binding,
)
from engine.figures.charts.conformers import rmsd_map
from pages.ui import jobs, plots, theme
from pages.ui.addressing import addresses

ROW = "row"  #: of the address: the chosen one, the first is 1
_FIRST = "row_at_first"  #: the run that the page showed first, and the row that the address said


def table(run: Run) -> None:
    """The table, what its columns mean, and the map of all RMSD."""
    found = jobs.cached("describe", described, run, label="Measuring the conformers")
    if found is None:
        return
    st.dataframe(
        pd.DataFrame(columns(run, found, _quantum(run))),
        key=_key(run),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": _at_first(run)}},
        column_config=_columns(run),
    )
    addresses.keep(ROW, [str(row + 1) for row in _rows(run)] or None)
    st.caption(
        "Choose a row to see that conformer alone. RMSD: heavy atoms, symmetry considered. "
        f"Clusters: Butina, {CLUSTER_RMSD} Å, the largest first. Weight: Boltzmann weight at 298 K "
        "from these energies alone, without entropy or solvent."
    )
    with st.expander("RMSD between all conformers"):
        plots.draw("rmsd_map", rmsd_map, found.rmsd, run.order, theme.is_dark())


def _quantum(run: Run) -> np.ndarray | None:
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
    job = jobs.run("gfn2", tight_binding, run)
    job.wait(0.1)
    jobs.show(job, key="gfn2_job", label="GFN2-xTB")
    return job.result


def chosen(run: Run) -> int | None:
    """The conformer whose row is chosen, if any."""
    rows = _rows(run)
    return int(run.order[rows[0]]) if rows else None


def _rows(run: Run) -> list[int]:
    """The number of the chosen row, if one is chosen."""
    state = st.session_state.get(_key(run))
    return list(state.selection.rows) if state is not None else _at_first(run)


def _at_first(run: Run) -> list[int]:
    """The row of the address, for the run that the page shows when it is opened."""
    said = next(iter(addresses.texts(ROW)), "")
    serial, text = st.session_state.setdefault(_FIRST, (run.serial, said))
    known = serial == run.serial and text.isdecimal() and 1 <= int(text) <= len(run.order)
    return [int(text) - 1] if known else []


def _key(run: Run) -> str:
    return f"conformer_table_{run.serial}"


def _columns(run: Run) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    weight = f"Boltzmann weight at {KELVIN:.0f} K"
    return {
        "Energy": number(
            "Energy, kcal/mol", help=f"{run.energy_name}, above the lowest", format="%.1f"
        ),
        "Weight": number("Weight, %", help=weight, format="%.1f"),
        "GFN2": number("GFN2-xTB, kcal/mol", help="Above the lowest, single points", format="%.1f"),
        "GFN2 weight": number("GFN2 weight, %", help=weight, format="%.1f"),
        "RMSD to the first": number(
            "RMSD to the first, Å", help="To the conformer of the first row", format="%.2f"
        ),
        "RMSD to the file": number(
            "RMSD to the file, Å", help="To the nearest conformer uploaded", format="%.2f"
        ),
        "Radius of gyration": number("Radius of gyration, Å", help="Mass-weighted", format="%.2f"),
        "H bonds": number(help="Within the molecule: H to N or O below 2.5 Å, angle above 120°"),
    }
