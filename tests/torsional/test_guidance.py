"""The pull between atoms: the gradient of its potential, unmoved by how a molecule lies."""

import torch

from engine.molecule import PAIR_CLASSES
from engine.torsional import SampleOptions, load, repeat, sample
from engine.torsional.geometry import rotate
from engine.torsional.guidance import attraction, contacts, distant_pairs
from tests.invariance import assert_same, random_rotation
from tests.molecules import DRUG, IBUPROFEN, record, seeds


def test_only_distant_heavy_atoms_attract():
    molecule = record(IBUPROFEN)
    pairs = distant_pairs(molecule).numpy() > 0
    assert pairs.any() and not pairs.diagonal().any() and (pairs == pairs.T).all()
    assert not pairs[molecule.numbers == 1].any()
    assert (molecule.pair_class[pairs] == PAIR_CLASSES.index("apart")).all()


def test_contacts_of_two_atoms_are_half_at_five_angstrom():
    pairs = 1 - torch.eye(2)
    far = torch.tensor([[[0.0, 0, 0], [r, 0, 0]] for r in (0.1, 5.0, 10.0, 50.0)])
    expected = torch.tensor([1.0, 1 / 2, 1 / 17, 1e-4])
    assert torch.allclose(contacts(far, pairs), expected, atol=1e-5)
    assert torch.allclose(contacts(far + 1000, pairs), expected, atol=1e-3), "wherever they lie"


def test_attraction_is_the_gradient_of_contacts():
    molecule = record(DRUG)
    batch = repeat(molecule, molecule.xyz).to("cpu", torch.float64)
    pairs = distant_pairs(molecule).double()
    turns = torch.zeros(batch.rotor_mask.shape, dtype=torch.float64, requires_grad=True)
    contacts(rotate(batch.xyz, batch.rotors, batch.moving, turns), pairs).sum().backward()
    found = attraction(batch, pairs)
    assert float(found.abs().max()) > 1
    assert torch.allclose(found, turns.grad, atol=1e-9)


def test_attraction_ignores_how_a_molecule_lies_and_changes_its_sign_in_a_mirror():
    molecule = record(DRUG)
    batch = repeat(molecule, molecule.xyz).to("cpu", torch.float64)
    pairs, generator = distant_pairs(molecule).double(), torch.Generator().manual_seed(0)
    for mirror, sign in ((False, 1.0), (True, -1.0)):
        moved = batch.with_xyz(batch.xyz @ random_rotation(generator, mirror).T + 7)
        assert_same(lambda: attraction(batch, pairs), lambda m=moved: attraction(m, pairs), sign)


def test_an_attracted_molecule_folds_upon_itself():
    molecule, start = record(DRUG), seeds(DRUG, 16)
    touching = {
        strength: float(
            contacts(
                _last(molecule, start, SampleOptions(attraction=strength)), distant_pairs(molecule)
            ).mean()
        )
        for strength in (0.0, 0.3)
    }
    assert touching[0.3] > 1.1 * touching[0.0]


def _last(molecule, start, options):
    *_, state = sample(load(), molecule, start, options, torch.Generator().manual_seed(0))
    return state.x
