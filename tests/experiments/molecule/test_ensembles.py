"""The one ensemble that the page shows: by energy, without doubles, weights for minima alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chem.structure import clusters, distinct
from engine.chem.writing import to_sdf
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.ensembles import (
    DUPLICATE,
    METHODS,
    Selection,
    measured,
    offered,
    shown,
)
from engine.experiments.molecule.record import Record, Source
from engine.progress import finish
from tests.experiments.molecule import record_of, run_of


@pytest.fixture(scope="module")
def paracetamol() -> Run:
    """Twenty samples of a molecule with few conformers."""
    return run_of(record_of(Source("example", "paracetamol")), conformers=20, steps=10)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "file"])
def test_every_ensemble_is_numbered_from_the_lowest_energy_up(run: Run, method: str) -> None:
    made = finish(measured(run, method))
    assert len(made.ensemble) == 4
    assert (np.diff(made.ensemble.energies) >= 0).all()
    assert made.ensemble.minimised == (method in ("relaxed", "relaxed_seeds"))


def test_twenty_asked_few_distinct(paracetamol: Run) -> None:
    made = finish(measured(paracetamol, "model"))
    few = shown("model", made, Selection())
    assert 2 <= len(few) <= 6 and few.copies.sum() == 20
    between = few.found.rmsd[~np.eye(len(few), dtype=bool)]
    assert between.min() >= DUPLICATE
    assert len(shown("model", made, Selection(duplicates=0.0))) == 20
    assert few.ensemble.energies[0] == paracetamol.samples.energies.min(), "the lowest stays"


def test_the_three_minima_of_butane_stay_three() -> None:
    butane = run_of(record_of(Source("example", "butane")), conformers=20, steps=20)
    minima = shown("relaxed", finish(measured(butane, "relaxed")), Selection())
    anti, *gauche = np.degrees(minima.ensemble.torsions[:, 1])
    assert len(gauche) == 2 and abs(anti) > 170
    assert sorted(np.sign(gauche)) == [-1, 1] and 55 < np.abs(gauche).min() < 75
    weights = minima.weights
    assert weights is not None and 0.5 < weights[0] < 0.8, "anti, most of it"


def test_distinct_keeps_the_first_of_those_alike() -> None:
    rmsd = np.array(
        [[0, 0.1, 0.5, 0.2], [0.1, 0, 0.5, 0.4], [0.5, 0.5, 0, 0.6], [0.2, 0.4, 0.6, 0]]
    )
    assert distinct(rmsd, 0.3).tolist() == [0, 0, 2, 0]
    assert distinct(rmsd, 0.15).tolist() == [0, 0, 2, 3]
    assert distinct(rmsd, 0.0).tolist() == [0, 1, 2, 3]


def test_clusters_are_numbered_by_their_lowest_member() -> None:
    """The larger cluster is the second here."""
    far = np.full((5, 5), 3.0)
    far[1:4, 1:4] = 0.2
    np.fill_diagonal(far, 0)
    assert clusters(far, 1.0).tolist() == [1, 2, 2, 2, 3]
    assert clusters(far, 5.0).tolist() == [1] * 5


def test_a_part_says_of_itself_what_the_whole_said(paracetamol: Run) -> None:
    whole = shown("relaxed", finish(measured(paracetamol, "relaxed")), Selection(0.0))
    last = len(whole) - 1
    some = whole.take(np.array([last]))
    assert some.ensemble.relative_energies[0] == whole.ensemble.relative_energies[last] > 0
    assert some.weights is not None and whole.weights is not None
    assert some.weights[0] == whole.weights[last] and some.to_lowest[0] == whole.to_lowest[last]
    assert some.cluster.tolist() == [whole.cluster[last]]


def test_without_a_force_field_the_order_is_that_of_sampling() -> None:
    odd = run_of(record_of(Source("smiles", "CCS(F)(F)(F)(F)CC")), conformers=3, steps=5)
    made = finish(measured(odd, "model"))
    assert made.order.tolist() == [0, 1, 2]
    found = shown("model", made, Selection())
    assert found.weights is None and not found.ensemble.energy_words


def test_the_file_is_offered_where_it_has_conformers(ibuprofen: Record, run: Run) -> None:
    assert "file" not in offered(ibuprofen)
    data = to_sdf(ibuprofen.mol, run.samples.xyz).encode()
    record = record_of(Source("file", "ibuprofen.sdf", data))
    assert "file" in offered(record)
    own = run_of(record, conformers=1, steps=5, retries=0, candidates=1)
    made = finish(measured(own, "file"))
    assert len(made.ensemble) == 4 and made.ensemble.energy_words == "MMFF94s, not minimised"
