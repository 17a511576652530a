"""Geometry checks by PoseBusters (Buttenschoen et al. 2024, doi:10.1039/D3SC04185A).

Its configuration "mol": bond lengths, bond angles, clashes, flat rings and double bonds, and the
energy against that of 50 relaxed conformers, next to checks of the graph. PoseBusters is no part
of the app (requirements-bench.txt) and is imported only here, when asked for.
"""

from __future__ import annotations

import importlib.util
import logging
from functools import cache
from typing import Any

import numpy as np
from rdkit import Chem

from engine.chem.structure import with_conformers

MISSING = (
    "PoseBusters is not installed, so its checks are left out: "
    "python -m pip install -r requirements-bench.txt"
)


def available() -> bool:
    """Whether PoseBusters can be imported."""
    return importlib.util.find_spec("posebusters") is not None


def failed_checks(mol: Chem.Mol, xyz: np.ndarray) -> list[tuple[str, ...]]:
    """For every conformer of ``xyz`` (K, N, 3) Angstrom, the names of the checks it fails.

    A check that cannot be made (no force field, no InChI) is not failed.

    Raises:
        ImportError: if PoseBusters is not installed.
    """
    busters = _busters()
    failed = []
    for positions in np.asarray(xyz):
        table = busters.bust([with_conformers(mol, positions[None])])
        row = table.iloc[0].dropna().astype(bool)
        failed.append(tuple(row.index[~row]))
    return failed


@cache
def _busters() -> Any:
    """The checker, on one thread, without the module that its configuration names twice."""
    from posebusters import PoseBusters

    logging.getLogger("posebusters").setLevel(logging.CRITICAL)
    busters = PoseBusters(config="mol")
    modules = [m for m in busters.config["modules"] if m.get("chosen_binary_test_output")]
    for module in modules:
        if module["function"] == "energy_ratio":
            module["parameters"]["num_threads"] = 1
    busters.config["modules"] = modules
    return busters
