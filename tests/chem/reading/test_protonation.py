"""Protonation states: known acids and bases, and that nothing else of the molecule changes."""

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.reading import MoleculeError, ReadingChoices, read_file, read_text
from engine.chem.reading.protonation import states
from engine.chem.writing import to_sdf


def smiles_of(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(mol))


@pytest.mark.parametrize(
    ("given", "expected"),
    {
        "CC(C)Cc1ccc(cc1)C(C)C(=O)O": {"O15-": "CC(C)Cc1ccc(C(C)C(=O)[O-])cc1"},
        "NCCc1c[nH]cn1": {
            "N1+": "[NH3+]CCc1c[nH]cn1",
            "N8+": "NCCc1c[nH]c[nH+]1",
            "N1+, N8+": "[NH3+]CCc1c[nH]c[nH+]1",
        },
        "c1nnn[nH]1": {"N5-": "c1nnn[n-]1"},
        "C[N+](C)(C)CCO": {},
        "CCCC": {},
        "CC(=O)[O-]": {},
    }.items(),
)
def test_known_acids_and_bases(given: str, expected: dict[str, str]) -> None:
    found = {label: smiles_of(mol) for label, mol in states(Chem.MolFromSmiles(given)).items()}
    assert found == {label: Chem.CanonSmiles(smiles) for label, smiles in expected.items()}


#: Drugs and metabolites; the state that is found at pH 7.4 (pKa of DrugBank and the CRC Handbook);
#: and the net charges that may be offered besides the form as drawn.
KNOWN = {
    "paracetamol": ("CC(=O)Nc1ccc(O)cc1", "CC(=O)Nc1ccc(O)cc1", set()),
    "resveratrol": ("Oc1ccc(cc1)/C=C/c1cc(O)cc(O)c1", "Oc1ccc(cc1)/C=C/c1cc(O)cc(O)c1", set()),
    "estradiol": ("C[C@]12CC[C@H]3[C@@H](CCc4cc(O)ccc34)[C@@H]1CC[C@@H]2O", "", set()),
    "ibuprofen": ("CC(C)Cc1ccc(cc1)C(C)C(=O)O", "CC(C)Cc1ccc(cc1)C(C)C(=O)[O-]", {-1}),
    "salicylic acid": ("OC(=O)c1ccccc1O", "[O-]C(=O)c1ccccc1O", {-1}),
    "phthalic acid": ("OC(=O)c1ccccc1C(=O)O", "[O-]C(=O)c1ccccc1C(=O)[O-]", {-2}),
    "citric acid": (
        "OC(=O)CC(O)(C(=O)O)CC(=O)O", "[O-]C(=O)CC(O)(C(=O)[O-])CC(=O)[O-]", {-3}),
    "propranolol": ("CC(C)NCC(O)COc1cccc2ccccc12", "CC(C)[NH2+]CC(O)COc1cccc2ccccc12", {1}),
    "morphine": (
        "CN1CCC23C4Oc5c(O)ccc(CC1C2C=CC4O)c53", "C[NH+]1CCC23C4Oc5c(O)ccc(CC1C2C=CC4O)c53", {1}),
    "chloroquine": (
        "CCN(CC)CCCC(C)Nc1ccnc2cc(Cl)ccc12", "CC[NH+](CC)CCCC(C)Nc1cc[nH+]c2cc(Cl)ccc12", {1, 2}),
    "GABA": ("NCCCC(=O)O", "[NH3+]CCCC(=O)[O-]", {0}),
    "tyrosine": ("NC(Cc1ccc(O)cc1)C(=O)O", "[NH3+]C(Cc1ccc(O)cc1)C(=O)[O-]", {-1, 0}),
    "ciprofloxacin": (
        "O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O",
        "O=C([O-])c1cn(C2CC2)c2cc(N3CC[NH2+]CC3)c(F)cc2c1=O", {-1, 0}),
    "4-nitrophenol": ("Oc1ccc(cc1)[N+](=O)[O-]", "[O-]c1ccc(cc1)[N+](=O)[O-]", {-1}),
    "warfarin": (
        "CC(=O)CC(c1ccccc1)C1=C(O)c2ccccc2OC1=O",
        "CC(=O)CC(c1ccccc1)C1=C([O-])c2ccccc2OC1=O", {-1}),
    "gliclazide": (
        "Cc1ccc(cc1)S(=O)(=O)NC(=O)NN1CC2CCCC2C1",
        "Cc1ccc(cc1)S(=O)(=O)[N-]C(=O)NN1CC2CCCC2C1", {-1}),
    "glibenclamide": (
        "COc1ccc(Cl)cc1C(=O)NCCc1ccc(cc1)S(=O)(=O)NC(=O)NC1CCCCC1",
        "COc1ccc(Cl)cc1C(=O)NCCc1ccc(cc1)S(=O)(=O)[N-]C(=O)NC1CCCCC1", {-1}),
    "histidine": ("NC(Cc1c[nH]cn1)C(=O)O", "[NH3+]C(Cc1c[nH]cn1)C(=O)[O-]", {-1, 0, 1}),
    "cimetidine": ("Cc1[nH]cnc1CSCCNC(=NC)NC#N", "Cc1[nH]cnc1CSCCNC(=NC)NC#N", {1, 2}),
    "metformin": ("CN(C)C(=N)NC(=N)N", "CN(C)C(=N)NC(N)=[NH2+]", {1}),
    "arginine": ("NC(CCCNC(N)=N)C(=O)O", "[NH3+]C(CCCNC(N)=[NH2+])C(=O)[O-]", {0, 1}),
    "losartan": (
        "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nnn[nH]1",
        "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nnn[n-]1", {-1, 0}),
    "valsartan": (
        "CCCCC(=O)N(Cc1ccc(cc1)-c1ccccc1-c1nnn[nH]1)C(C(C)C)C(=O)O",
        "CCCCC(=O)N(Cc1ccc(cc1)-c1ccccc1-c1nnn[n-]1)C(C(C)C)C(=O)[O-]", {-2}),
    "AMP": (
        "Nc1ncnc2c1ncn2C1OC(COP(=O)(O)O)C(O)C1O",
        "Nc1ncnc2c1ncn2C1OC(COP(=O)([O-])[O-])C(O)C1O", {-1, -2}),
    "quercetin": (
        "O=c1c(O)c(-c2ccc(O)c(O)c2)oc2cc(O)cc(O)c12",
        "O=c1c(O)c(-c2ccc(O)c(O)c2)oc2cc([O-])cc(O)c12", {-1}),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_found_is_offered_and_nothing_far_from_it(name: str) -> None:
    drawn, found, charges = KNOWN[name]
    offered = states(Chem.MolFromSmiles(drawn))
    assert {Chem.GetFormalCharge(mol) for mol in offered.values()} == charges
    listed = {smiles_of(mol) for mol in offered.values()} | {Chem.CanonSmiles(drawn)}
    assert Chem.CanonSmiles(found or drawn) in listed
    assert len(listed) == len(offered) + 1, "no state is listed twice, nor the form as drawn"


def test_a_state_leads_back_to_the_form_as_drawn() -> None:
    """From the anion of an acid no proton is taken further; from a phenolate it comes back."""
    assert not states(Chem.MolFromSmiles("CC(C)Cc1ccc(cc1)C(C)C(=O)[O-]"))
    back = states(Chem.MolFromSmiles("CC(=O)Nc1ccc([O-])cc1"))
    assert [smiles_of(mol) for mol in back.values()] == ["CC(=O)Nc1ccc(O)cc1"]


def test_a_damaged_group_of_a_file_is_no_matter() -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCC(=O)O")).replace("M  END", SGROUP + "M  END")
    mol = Chem.MolFromMolBlock(block)
    assert [Chem.GetFormalCharge(state) for state in states(mol).values()] == [-1]


SGROUP = "M  STY  1   1 DAT\nM  SAL   1  1   2\nM  SBL   1  1   1\nM  SDT   1 x\nM  SED   1 y\n"


def test_written_hydrogens_make_no_difference() -> None:
    bare = Chem.MolFromSmiles("C[C@H](N)C(=O)O")
    plain, full = states(bare), states(Chem.AddHs(bare))
    assert plain.keys() == full.keys() and plain
    for label, mol in plain.items():
        assert smiles_of(mol) == smiles_of(full[label])


def test_as_given_is_the_default_and_a_state_is_said() -> None:
    plain = read_text("C[C@H](N)C(=O)O")
    assert Chem.GetFormalCharge(plain.mol) == 0 and [*plain.given.states] == ["O6-", "N3+, O6-"]
    changed = read_text("C[C@H](N)C(=O)O", choices=ReadingChoices(state="N3+, O6-"))
    assert smiles_of(changed.mol) == "C[C@H]([NH3+])C(=O)[O-]"
    assert changed.given.states.keys() == plain.given.states.keys()
    assert changed.notes == ("The protonation state N3+, O6- is used, possible at pH 7.4.",)
    with pytest.raises(MoleculeError, match="not a protonation state"):
        read_text("CCCO", choices=ReadingChoices(state="O1-"))


def test_a_file_keeps_its_order_and_coordinates() -> None:
    given = read_text("CCC(=O)O").mol
    sdf = to_sdf(given, given.GetConformer().GetPositions()[None]).encode()
    before, after = read_file("a.sdf", sdf), read_file("a.sdf", sdf, ReadingChoices(state="O5-"))
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
    assert read_text("CC(C)N(C)CC", choices=ReadingChoices(state="N4+")).forms == ()


@pytest.mark.parametrize("smiles", ["CCC[n+]1c[nH]cc1", "CCC[n+]1cc[nH]c1", "Cc1c[nH]c[n+]1CC=C"])
def test_an_imidazolium_drawn_with_its_proton_is_read(smiles: str) -> None:
    assert read_text(smiles).mol.GetNumHeavyAtoms() >= 8
