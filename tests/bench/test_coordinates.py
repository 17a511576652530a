"""What the benchmarks say of diffusion of coordinates."""

from __future__ import annotations

import numpy as np

from engine.bench.baselines import Work, cartesian, cartesian_mirrored
from engine.bench.coordinates import quality
from engine.cartesian.sampling import SampleOptions
from engine.chem.structure import stereo_errors
from tests.molecules import IBUPROFEN, chem, seeds


def test_a_mirrored_conformer_is_turned_back_and_a_right_one_is_left() -> None:
    right = seeds(IBUPROFEN, 2)
    image = right * np.array([1, 1, -1], dtype=right.dtype)
    work = Work(chem(IBUPROFEN), right, 4, seed=1)
    work._parts["coordinates"] = np.concatenate([right, image])
    assert stereo_errors(work.mol, cartesian(work)).tolist() == [False, False, True, True]
    assert np.array_equal(cartesian_mirrored(work), np.concatenate([right, right]))


def test_quality_is_shares_and_costs() -> None:
    found = quality(molecules=2, each=2, options=SampleOptions(steps=10, sampler="ddim"))
    assert found["molecules"] + found["not_embedded"] == 2 and found["calls_per_conformer"] == 10
    for share in ("bonds_valid", "bonds_valid_least", "stereo_right", "no_clash"):
        assert 0 <= found[share] <= 1
    assert found["bonds_valid_least"] <= found["bonds_valid"]
    assert found["bond_error"] < 0.2, "ten steps are few, yet most bonds are nearly right"
    assert found["seconds_per_conformer"] > 0
