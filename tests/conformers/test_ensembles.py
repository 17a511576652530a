"""Ensembles on disk, their matching as training data, and a short training on it."""

from pathlib import Path

import numpy as np
import pytest

from engine.chem import MoleculeError
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure import max_bond_change
from engine.chem.structure.features import from_reference
from engine.conformers import ensembles
from tests.molecules import chem, seeds

SHARED = Path(__file__).parents[3] / "shared" / "data" / "train_ensembles.npz"
PENTANOL = "CCCCCO"


@pytest.fixture(scope="module")
def pentanol() -> ReferenceEnsemble:
    return ReferenceEnsemble(PENTANOL, seeds(PENTANOL, 4))


def test_a_file_gives_back_what_was_written_to_a_thousandth_of_an_angstrom(tmp_path, pentanol):
    butane = ReferenceEnsemble("CCCC", seeds("CCCC", 2))
    ensembles.write(tmp_path / "two.npz", [pentanol, butane])
    back = list(ensembles.read(tmp_path / "two.npz"))
    assert [e.smiles for e in back] == [PENTANOL, "CCCC"]
    for found, wanted in zip(back, (pentanol, butane), strict=True):
        assert np.abs(found.xyz - wanted.xyz).max() <= 5.1e-4


def test_matching_keeps_the_shapes_and_brings_new_local_structures(pentanol):
    found, residuals = ensembles.matched(pentanol, seed=9)
    assert len(found.xyz) == 4 and max(residuals) < 0.2
    bonds = ensembles.to_molecule(chem(PENTANOL)).bonds
    assert max_bond_change(pentanol.xyz, found.xyz, bonds).max() > 1e-6


def test_a_rigid_molecule_is_left_out_with_its_cause():
    benzene = ReferenceEnsemble("C1=CC=CC=C1", np.zeros((1, 12, 3), np.float32))
    assert ensembles.matched(benzene, seed=1) == (None, "no rotatable bond")


def test_a_reference_that_does_not_fit_its_smiles_is_refused():
    with pytest.raises(MoleculeError, match="atoms"):
        from_reference("CCCC", np.zeros((3, 3)))


def test_open_stereo_takes_the_hand_of_the_reference():
    for smiles in ("C[C@H](O)CC", "C[C@@H](O)CC"):
        xyz = seeds(smiles, 1)[0]
        tags = {str(a.GetChiralTag()) for a in from_reference("CC(O)CC", xyz).GetAtoms()}
        known = {str(a.GetChiralTag()) for a in from_reference(smiles, xyz).GetAtoms()}
        assert tags == known and len(tags) == 2


@pytest.mark.skipif(not SHARED.exists(), reason="the shared reference ensembles are not here")
def test_the_shared_ensembles_can_be_read_and_matched():
    first = next(ensembles.read(SHARED))
    found, residuals = ensembles.matched(first, seed=1)
    assert found is not None and np.mean(residuals) < 0.5
