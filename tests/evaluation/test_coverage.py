"""Coverage and matching against matrices small enough to count by hand."""

import numpy as np
import pytest

from engine.evaluation import Coverage, torsion_coverage
from engine.evaluation.coverage import (
    BIN_CENTRES,
    bootstrap,
    coverage,
    torsion_shares,
    with_failures,
)


def test_two_references_three_samples():
    found = coverage(np.array([[0.5, 1.0, 2.0], [0.9, 0.8, 0.7]]))
    assert found.cov_r == 100.0  # 0.5 and 0.7 are below 0.75
    assert found.amr_r == pytest.approx(0.6)
    assert found.cov_p == pytest.approx(200 / 3)  # nearest references: 0.5, 0.8, 0.7
    assert found.amr_p == pytest.approx(2.0 / 3)


def test_the_threshold_itself_is_outside():
    assert coverage(np.array([[0.75]])) == Coverage(0.0, 0.75, 0.0, 0.75)
    assert coverage(np.array([[0.75]]), threshold=0.8).cov_r == 100.0


def test_recall_of_a_transposed_matrix_is_precision():
    rmsd = np.random.default_rng(0).uniform(0, 2, (5, 10))
    one, other = coverage(rmsd), coverage(rmsd.T)
    assert (one.cov_r, one.amr_r) == (other.cov_p, other.amr_p)
    assert (one.cov_p, one.amr_p) == (other.cov_r, other.amr_r)


def test_more_samples_never_harm_recall():
    rmsd = np.random.default_rng(1).uniform(0, 2, (6, 12))
    few, many = coverage(rmsd[:, :6]), coverage(rmsd)
    assert many.cov_r >= few.cov_r and many.amr_r <= few.amr_r


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (3,)])
def test_an_empty_matrix_is_refused(shape):
    with pytest.raises(ValueError, match="RMSD matrix"):
        coverage(np.zeros(shape))


def test_failures_count_as_nothing_covered_and_as_the_worst_matching():
    table = with_failures([Coverage(80, 0.4, 60, 0.5), None, Coverage(20, 0.9, 40, 0.7)])
    assert table[1].tolist() == [0, 0.9, 0, 0.7]
    assert table.mean(axis=0) == pytest.approx([100 / 3, 2.2 / 3, 100 / 3, 1.9 / 3])


def test_nothing_but_failures_has_no_matching():
    table = with_failures([None, None])
    assert table[:, [0, 2]].max() == 0
    assert np.isnan(table[:, [1, 3]]).all()


def test_the_interval_holds_the_mean_and_shrinks_with_the_root_of_n():
    values = np.random.default_rng(2).normal(5, 1, 400)
    low, high = bootstrap(values)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.15)
    assert bootstrap(np.full(7, 3.0)) == (3.0, 3.0)


def test_shares_of_torsions_add_up_and_wrap():
    angles = np.radians([-179.0, 179.0, 171.0, -171.0, 58.0, 62.0, 0.0, -60.0])
    shares = torsion_shares(np.stack([angles, np.zeros(8)], axis=1))
    found = [
        {int(c): float(s) for c, s in zip(BIN_CENTRES, row, strict=True) if s} for row in shares
    ]
    assert found == [{180: 50.0, 60: 25.0, 0: 12.5, -60: 12.5}, {0: 100.0}]


def test_torsion_coverage_counts_the_bins_that_shares_fill():
    torsions = np.random.default_rng(4).uniform(-np.pi, np.pi, (12, 3))
    filled = (torsion_shares(torsions) > 0).mean()
    assert torsion_coverage(torsions) == pytest.approx(filled)
