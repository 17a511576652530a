"""The table of conformers: one row each; a row that is chosen is the one shown in the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.chem.describe import CLUSTER_RMSD, Description, describe
from engine.chem.energy import boltzmann_weights
from engine.chem.quantum import TightBinding, has_tight_binding
from engine.figures.conformers import rmsd_map
from pages.ui import jobs, plots, theme
from pages.ui.molecule_jobs import Record, Run

KELVIN = 298.15


def table(record: Record, run: Run) -> None:
    """The table, what its columns mean, and the map of likeness."""
    found = jobs.cached("describe", describe_run, record, run, label="Measuring")
    if found is None:
        return
    quantum = _quantum(record, run)
    st.dataframe(
        rows(run, found, quantum),
        key=_key(run),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config=_columns(run),
    )
    st.caption(
        "Choose a row to see that conformer alone. RMSD: heavy atoms, over symmetry. Clusters: "
        f"Butina, {CLUSTER_RMSD} Å, the largest first. Weight: Boltzmann's at 298 K from these "
        "energies alone, without entropy or solvent."
    )
    with st.expander("How alike the conformers are"):
        plots.draw(rmsd_map(found.rmsd, _order(run), theme.is_dark()), key="rmsd_map")


def _quantum(record: Record, run: Run) -> np.ndarray | None:
    """GFN2-xTB energies (K,), if the reader asks for them and the package is installed."""
    if not has_tight_binding():
        return None
    if not st.toggle(
        "GFN2-xTB energies as well",
        key="gfn2",
        bind="query-params",
        help="One single-point calculation per conformer, in the gas phase: the method behind the "
        "ensembles that the model learned from. Slower than a force field and closer to the truth.",
    ):
        return None
    job = jobs.run("gfn2", tight_binding, record, run)
    job.wait(0.1)
    jobs.show(job, key="gfn2_job", label="GFN2-xTB")
    return job.result


def tight_binding(report: Callable[..., None], record: Record, run: Run) -> np.ndarray:
    """(K,) kcal/mol, infinite where the calculation does not converge."""
    field, count = TightBinding(record.mol), run.frames.shape[1]
    energies = []
    for k, xyz in enumerate(run.frames[-1]):
        report(k, count, message=f"GFN2-xTB, {k} of {count}")
        energies.append(field.energy(xyz))
    return np.array(energies)


def chosen(run: Run) -> int | None:
    """The conformer whose row is chosen, if any."""
    state = st.session_state.get(_key(run))
    picked = state.selection.rows if state is not None else []
    return int(_order(run)[picked[0]]) if picked else None


def _key(run: Run) -> str:
    return f"conformer_table_{id(run)}"


def _order(run: Run) -> np.ndarray:
    """Conformers from low to high energy, or as sampled where energies are not known."""
    return np.argsort(run.model.energies) if run.field else np.arange(run.frames.shape[1])


def describe_run(report: Callable[..., None], record: Record, run: Run) -> Description:
    """The work behind the table."""
    report(0, 1, message="Measuring the conformers")
    return describe(record.mol, run.frames[-1], record.uploaded)


def rows(run: Run, found: Description, quantum: np.ndarray | None = None) -> pd.DataFrame:
    """One row per conformer, low energy first; ``quantum`` (K,) kcal/mol adds GFN2-xTB."""
    order = _order(run)
    columns: dict[str, np.ndarray] = {"Conformer": order + 1}
    if run.field:
        energies = run.model.energies
        columns["Energy"] = (energies - energies.min())[order]
        columns["Weight"] = 100 * boltzmann_weights(energies)[order]
    if quantum is not None:
        columns["GFN2"] = (quantum - quantum.min())[order]
        columns["GFN2 weight"] = 100 * boltzmann_weights(quantum)[order]
    columns["RMSD to the first"] = found.rmsd[order[0]][order]
    if found.rmsd_uploaded is not None:
        columns["RMSD to the file"] = found.rmsd_uploaded[order]
    columns["Cluster"] = found.cluster[order]
    columns["Radius of gyration"] = found.gyration[order]
    columns["H bonds"] = found.hydrogen_bonds[order]
    columns["Clashes"] = found.clashes[order]
    columns["Stereo"] = np.where(found.stereo_errors[order], "wrong", "kept")
    return pd.DataFrame(columns)


def _columns(run: Run) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "Energy": number("Energy, kcal/mol", help=f"{run.field}, above the lowest", format="%.1f"),
        "Weight": number("Weight, %", help=f"Boltzmann weight at {KELVIN:.0f} K", format="%.1f"),
        "GFN2": number("GFN2-xTB, kcal/mol", help="Above the lowest, single points", format="%.1f"),
        "GFN2 weight": number(
            "GFN2 weight, %", help=f"Boltzmann weight at {KELVIN:.0f} K", format="%.1f"
        ),
        "RMSD to the first": number(
            "RMSD to the first, Å", help="To the conformer of the first row", format="%.2f"
        ),
        "RMSD to the file": number(
            "RMSD to the file, Å", help="To the nearest conformer uploaded", format="%.2f"
        ),
        "Radius of gyration": number("Radius of gyration, Å", help="Mass-weighted", format="%.2f"),
        "H bonds": number(help="Within the molecule: H to N or O below 2.5 Å, angle above 120°"),
    }
