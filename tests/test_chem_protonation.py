"""Protonation states: known acids and bases, and that nothing else of the molecule changes."""

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.convert import to_sdf
from engine.chem.protonation import states
from engine.chem.read import MoleculeError, notes, read_file, read_text


def smiles_of(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(mol))


@pytest.mark.parametrize(
    ("given", "expected"),
    {
        "CC(C)Cc1ccc(cc1)C(C)C(=O)O": {"O15-": "CC(C)Cc1ccc(C(C)C(=O)[O-])cc1"},
        "NCCc1c[nH]cn1": {"N1+": "[NH3+]CCc1c[nH]cn1"},
        "c1nnn[nH]1": {"N5-": "c1nnn[n-]1"},
        "C[N+](C)(C)CCO": {},
        "CCCC": {},
        "CC(=O)[O-]": {},
    }.items(),
)
def test_known_acids_and_bases(given: str, expected: dict[str, str]) -> None:
    found = {label: smiles_of(mol) for label, mol in states(Chem.MolFromSmiles(given)).items()}
    assert found == {label: Chem.CanonSmiles(smiles) for label, smiles in expected.items()}


def test_written_hydrogens_make_no_difference() -> None:
    bare = Chem.MolFromSmiles("C[C@H](N)C(=O)O")
    plain, full = states(bare), states(Chem.AddHs(bare))
    assert plain.keys() == full.keys() and plain
    for label, mol in plain.items():
        assert smiles_of(mol) == smiles_of(full[label])


def test_as_given_is_the_default_and_a_state_is_said() -> None:
    given = read_text("C[C@H](N)C(=O)O")
    assert Chem.GetFormalCharge(given.mol) == 0 and given.states == ("O6-", "N3+, O6-")
    changed = read_text("C[C@H](N)C(=O)O", state="N3+, O6-")
    assert smiles_of(changed.mol) == "C[C@H]([NH3+])C(=O)[O-]"
    assert changed.states == given.states
    assert notes(changed.mol) == ("Protons were moved as at pH 7.4: N3+, O6-.",)
    with pytest.raises(MoleculeError, match="not a protonation state"):
        read_text("CCCO", state="O1-")


def test_a_file_keeps_its_order_and_coordinates() -> None:
    given = read_text("CCC(=O)O").mol
    sdf = to_sdf(given, given.GetConformer().GetPositions()[None]).encode()
    before, after = read_file("a.sdf", sdf), read_file("a.sdf", sdf, state="O5-")
    assert after.mol.GetNumAtoms() == before.mol.GetNumAtoms() - 1
    gone = next(
        neighbour.GetIdx()
        for neighbour in before.mol.GetAtomWithIdx(4).GetNeighbors()
        if neighbour.GetAtomicNum() == 1
    )
    kept = np.delete(np.arange(before.mol.GetNumAtoms()), gone)
    np.testing.assert_array_equal(after.uploaded, before.uploaded[:, kept])
    symbols = [atom.GetSymbol() for atom in before.mol.GetAtoms()]
    assert [atom.GetSymbol() for atom in after.mol.GetAtoms()] == [symbols[i] for i in kept]


def test_an_ammonium_nitrogen_opens_no_stereo() -> None:
    assert read_text("CC(C)[NH+](C)CC").forms == ()
    assert read_text("CC(C)N(C)CC", state="N4+").forms == ()
