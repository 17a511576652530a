"""One clock for coordinates and torsions: what the meters must say at every frame."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chem import MoleculeError
from engine.chem.structure import hands_changed
from engine.experiments.cartesian.clock import clock
from engine.experiments.cartesian.meters import meters
from engine.experiments.cartesian.records import Clock, Settings
from engine.experiments.molecule.record import Source
from engine.progress import finish

IBUPROFEN = Source("example", "ibuprofen")


@pytest.fixture(scope="module")
def forward() -> Clock:
    return finish(clock(IBUPROFEN, Settings("forward", steps=20, conformers=2)))


def test_both_sides_walk_in_step_from_the_same_structure(forward: Clock) -> None:
    left, right = forward.coordinates, forward.torsions
    assert left.frames.shape == right.frames.shape == (21, 2, 33, 3)
    centred = forward.start - forward.start.mean(0)
    assert np.allclose(left.frames[0, 0], centred, atol=1e-4)
    assert np.allclose(right.frames[0, 0], forward.start, atol=1e-4)
    assert forward.share[0] == 0 and forward.share[-1] == 1


def test_torsions_keep_what_coordinates_lose(forward: Clock) -> None:
    left, right = forward.coordinates.meters, forward.torsions.meters
    assert float(right.bond.max()) < 1e-4 and float(right.angle.max()) < 0.1
    assert int(right.flips.sum()) == 0 and bool(right.valid.all())
    assert float(left.bond[0].max()) < 1e-4 and bool(left.valid[0].all())
    assert float(left.bond[-1].min()) > 0.5 and float(left.angle[-1].min()) > 30
    assert not left.valid[-1].any()


def test_degrees_of_freedom(forward: Clock) -> None:
    assert (forward.coordinates.freedom, forward.internal, forward.torsions.freedom) == (99, 93, 8)


def test_a_mirror_image_flips_every_hand(forward: Clock) -> None:
    mol = forward.record.mol
    image = forward.start * np.array([1, 1, -1])
    assert hands_changed(mol, forward.start, np.stack([forward.start, image])).tolist() == [0, 1]
    read = meters(forward.record, forward.start, image[None])
    assert float(read.bond[0]) < 1e-6 and not read.valid[0]


def test_backward_both_end_as_molecules() -> None:
    settings = Settings("backward", steps=20, conformers=1, denoiser="exact", references=3)
    seen = []
    made = finish(clock(IBUPROFEN, settings), seen.append)
    moments = [step.partial for step in seen if step.partial is not None]
    assert [m.share for m in moments] == pytest.approx(made.share.tolist())
    assert bool(made.coordinates.meters.valid[-1].all())
    assert bool(made.torsions.meters.valid[-1].all())
    assert made.coordinates.calls == made.torsions.calls == 20
    assert made.coordinates.levels[-1] == made.torsions.levels[-1] == 0
    assert made.coordinates.found is not None and made.reference is not None
    assert made.coordinates.found.amr_p < 0.3, "the exact denoiser gives its references back"
    assert len(made.reference.xyz) <= 3


def test_there_and_back_is_one_way_after_the_other(forward: Clock) -> None:
    there = finish(clock(IBUPROFEN, Settings("both", steps=20, conformers=2, references=2)))
    assert there.coordinates.frames.shape == (42, 2, 33, 3)
    assert np.array_equal(there.coordinates.frames[:21], forward.coordinates.frames)
    assert np.array_equal(there.torsions.frames[:21], forward.torsions.frames)
    assert there.share[[0, 20, 21, 41]].tolist() == [0, 1, 1, 0]
    assert there.coordinates.calls == there.torsions.calls == 20
    assert forward.reference is None and forward.torsions.found is None
    assert there.torsions.valid == 1


def test_heun_asks_twice_a_step() -> None:
    assert Settings(steps=20, sampler="heun").calls[0] == 39
    assert Settings("forward", steps=20, sampler="heun").calls == (0, 0)
    assert Settings(steps=20, sampler="ddim").calls == (20, 20)


def test_a_molecule_without_torsions_is_refused() -> None:
    with pytest.raises(MoleculeError, match="no rotatable bond"):
        finish(clock(Source("smiles", "C1CCCCC1"), Settings()))
    with pytest.raises(ValueError, match="direction"):
        Settings("sideways")
