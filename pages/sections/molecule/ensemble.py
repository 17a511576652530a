"""Which ensemble the page shows: one switch for stage, table, charts and files."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.ensembles import (
    CLUSTER,
    CLUSTERS,
    DUPLICATE,
    DUPLICATES,
    METHODS,
    Selection,
    Shown,
    measured,
    offered,
    samples_shown,
    shown,
)
from engine.experiments.molecule.record import Record
from pages.ui import jobs, widgets
from pages.ui.addressing import addresses

STAGE = "stage"  #: whose conformers are shown, in the address as well
KEEP = ("off", "keep all")  #: no cut-off for duplicates, in the address and on the page
SLOW = ("relaxed", "plain")  #: methods that are computed when they are chosen


def choose_method(record: Record) -> None:
    """The switch. It stands above the stage, also while there is nothing to switch yet."""
    _from_former_links()
    widgets.choice(
        "Conformers",
        offered(record),
        key=STAGE,
        wide=True,
        label_visibility="collapsed",
        help="What the picture, the table, all tabs and the files show. Samples: torsional "
        "diffusion, not minimised. ETKDGv3: experimental-torsion knowledge distance geometry, "
        "which also builds the starting structures. Minimised: moved to the nearest minimum of the "
        "force field MMFF94s (of UFF where that lacks parameters).",
    )


def _from_former_links() -> None:
    """Links of former days asked for relaxed samples by a switch of their own."""
    if st.query_params.get("relax") == "true" and STAGE not in st.session_state:
        st.session_state[STAGE] = "relaxed"
    st.query_params.pop("relax", None)


def choose_selection() -> Selection:
    """The cut-offs of duplicates and clusters."""
    with st.container(horizontal=True, gap="medium"):
        duplicates = widgets.notches(
            "Count as one below, Å RMSD",
            DUPLICATES,
            key="duplicates",
            default=DUPLICATE,
            words={0.0: KEEP},
            help="Of conformers whose heavy atoms lie nearer than this, over symmetry, the lowest "
            "in energy is kept. Hydrogens are not looked at.",
        )
        cluster = widgets.notches(
            "Cluster cut-off, Å RMSD",
            CLUSTERS,
            key="cluster",
            default=CLUSTER,
            help="Members of a cluster lie within this distance of its middle (Butina's method). "
            "Clusters are numbered by their lowest energy.",
        )
    return Selection(duplicates, cluster)


def selection() -> Selection:
    """The cut-offs as the controls have them, which are drawn only further down."""
    off = {0.0: KEEP[0]}
    return Selection(
        addresses.restore("duplicates", {off.get(v, f"{v}"): v for v in DUPLICATES}, DUPLICATE),
        addresses.restore("cluster", {f"{v}": v for v in CLUSTERS}, CLUSTER),
    )


def view(run: Run) -> Shown:
    """What the page shows of a run: by the method chosen; its samples until these are there."""
    method = st.session_state.get(STAGE, "model")
    if method not in offered(run.record) or (method == "relaxed" and not run.energy_name):
        method = "model"
    if method == "model":
        with st.container():  # the place of the progress of the others
            return samples_shown(run, selection())
    pool: Literal["long", "short"] = "long" if method in SLOW else "short"
    label = METHODS[method].label
    made = jobs.cached("ensemble", measured, run, method, label=label, pool=pool)
    return shown(method, made, selection()) if made else samples_shown(run, selection())
