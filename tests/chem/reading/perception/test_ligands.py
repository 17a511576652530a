"""Ligands without hydrogens: dictionary, template and shape; and hydrogens that are there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from rdkit import Chem

from engine.chem import MoleculeError
from engine.chem.reading import Reading, ReadingChoices, from_smiles, read_file
from engine.chem.reading.perception import Hints, components, infer, network, template, trial
from engine.chem.reading.perception.skeleton import Skeleton, features
from engine.train import bonds

FILES = Path(__file__).parents[3] / "data" / "molecules" / "ligands"

RIGHT = {
    "778_reference.pdb": "N#Cc1ccc(Cn2cncc2CN2CCN(c3cccc(Cl)c3)C(=O)C2)cc1",
    "778_reference.mol2": "N#Cc1ccc(Cn2cncc2CN2CCN(c3cccc(Cl)c3)C(=O)C2)cc1",
    "AKI_3m11.pdb": "O=C(Nc1ccccc1)Nc1ccc(CCNc2ncnc3oc(-c4ccccc4)c(-c4ccccc4)c23)cc1",
    "N15_3w2c.pdb": "CC(C)CCNC(=O)Cn1cc(-c2ccc3c(-c4nc5ccccc5[nH]4)n[nH]c3c2)cn1",
    "BEG_1d4i.pdb": ("O=C(NC1c2ccccc2CC1O)C(CC(O)C(OCc1ccccc1)C(=O)NC1c2ccccc2CC1O)OCc1ccccc1"),
    "1C9_4i23.pdb": "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1N",
    "ANP_2src.cif": "Nc1ncnc2c1ncn2C1OC(COP(=O)(O)OP(=O)(O)NP(=O)(O)O)C(O)C1O",
    "LIG_5fum.pdb": "CCN1CCN(C2CCN(C(=O)COc3ccc(-c4ccccc4)cc3)CC2)CC1",
    "LIG_2wue.pdb": "CC(C=CC(=O)C(=O)O)C(=O)CCc1ccccc1Cl",
    "LIG_1vj3.pdb": "CCc1nc(N)nc(N)c1-c1ccc(Cl)c(N=NN(CCOC(C)=O)Cc2ccccc2)c1",
    "LIG_3fun.pdb": "O=C(c1ccc(OCC2CCCN2)cc1)c1ccc(-c2ccsc2)cc1",
}


def read(name: str, **choices: object) -> Reading:
    data = (FILES / name).read_bytes()
    return read_file(name, data, ReadingChoices(**choices))  # type: ignore[arg-type]


def flat(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveAllHs(mol), isomericSmiles=False)


def canonical(smiles: str) -> str:
    return Chem.MolToSmiles(Chem.MolFromSmiles(smiles), isomericSmiles=False)


@pytest.mark.parametrize("name", RIGHT)
def test_bond_orders_of_real_ligands(name: str) -> None:
    assert flat(read(name).mol) == canonical(RIGHT[name])


@pytest.mark.parametrize(
    "name", ["778_reference.pdb", "AKI_3m11.pdb", "N15_3w2c.pdb", "BEG_1d4i.pdb"]
)
def test_real_ligands_without_their_names(name: str) -> None:
    data = (FILES / name).read_bytes()
    code = data[17:20]
    found = read_file("ligand.pdb", data.replace(b" " + code, b" LIG"))
    assert any("from bond lengths" in note for note in found.notes)
    assert flat(found.mol) == canonical(RIGHT[name])


@pytest.mark.parametrize(
    ("name", "source"),
    [("AKI_3m11.pdb", "component AKI"), ("1C9_4i23.pdb", "from bond lengths")],
)
def test_what_was_inferred_is_said(name: str, source: str) -> None:
    assert any(source in note for note in read(name).notes)


def test_atoms_may_be_renamed_and_reordered() -> None:
    lines = (FILES / "AKI_3m11.pdb").read_text().splitlines()
    atoms = [line for line in lines if line.startswith("HETATM")][::-1]
    renamed = [f"HETATM{k:5d}  X{k:<3d}{line[16:]}" for k, line in enumerate(atoms, 1)]
    found = read_file("renamed.pdb", "\n".join([*renamed, "END", ""]).encode())
    assert any("component AKI" in note for note in found.notes)
    assert flat(found.mol) == canonical(RIGHT["AKI_3m11.pdb"])


def test_a_reused_name_falls_back_to_the_shape() -> None:
    data = (FILES / "LIG_3fun.pdb").read_bytes().replace(b" LIG", b" AKI")
    found = read_file("reused.pdb", data)
    assert not any("dictionary" in note for note in found.notes)
    assert flat(found.mol) == canonical(RIGHT["LIG_3fun.pdb"])


def test_a_template_gives_its_bond_orders() -> None:
    saturated = "CC(CCC(=O)C(=O)O)C(=O)CCc1ccccc1Cl"
    found = read("LIG_2wue.pdb", template=saturated)
    assert flat(found.mol) == canonical(saturated)
    assert any("those of the template" in note for note in found.notes)


@pytest.mark.parametrize(
    ("smiles", "words"),
    [("CCO", "another molecule"), ("C1CC(", "not a SMILES"), ("C\ud800", "not a SMILES")],
)
def test_a_template_that_does_not_fit_is_one_sentence(smiles: str, words: str) -> None:
    with pytest.raises(MoleculeError, match=words):
        read("LIG_2wue.pdb", template=smiles)


def test_a_template_for_a_file_with_hydrogens() -> None:
    mol = read("LIG_2wue.pdb").mol
    block = Chem.MolToXYZBlock(mol).encode()
    found = read_file("ligand.xyz", block, ReadingChoices(template=RIGHT["LIG_2wue.pdb"]))
    assert flat(found.mol) == canonical(RIGHT["LIG_2wue.pdb"])
    saturated = ReadingChoices(template="CC(CCC(=O)C(=O)O)C(=O)CCc1ccccc1Cl")
    with pytest.raises(MoleculeError, match="hydrogens"):
        read_file("ligand.xyz", block, saturated)


@pytest.mark.parametrize("name", ["LIG_5fum.pdb", "LIG_1vj3.pdb"])
def test_heavy_atoms_of_an_xyz_file(name: str) -> None:
    heavy = Chem.RemoveAllHs(read(name).mol)
    found = read_file("heavy.xyz", Chem.MolToXYZBlock(heavy).encode())
    assert flat(found.mol) == canonical(RIGHT[name])
    assert any("from bond lengths" in note for note in found.notes)


def test_stated_charges_stay_on_their_atoms() -> None:
    mol = read("ACP_crystal.pdb").mol
    names = [line[12:16].strip() for line in (FILES / "ACP_crystal.pdb").open() if "ACP" in line]
    charged = {names[a.GetIdx()] for a in mol.GetAtoms() if a.GetFormalCharge() < 0}
    assert charged == {"O1A", "O2A"}
    assert Chem.GetFormalCharge(mol) == -1


@pytest.mark.parametrize(
    ("name", "atoms", "charge"),
    [("chignolin_1uao.pdb", 138, -2), ("ala3_charmm.pdb", 33, 0), ("cym.pdb", 22, -1)],
)
def test_hydrogens_are_taken_as_they_are(name: str, atoms: int, charge: int) -> None:
    mol = read(name).mol
    assert mol.GetNumAtoms() == atoms
    assert Chem.GetFormalCharge(mol) == charge


def test_a_phenol_without_hydrogens_has_protonation_states() -> None:
    heavy = Chem.RemoveAllHs(from_smiles("CCc1ccc(O)cc1"))
    block = Chem.MolToPDBBlock(heavy).encode()
    assert flat(read_file("phenol.pdb", block).mol) == canonical("CCc1ccc(O)cc1")


def test_ends_of_peptides_as_they_are() -> None:
    ends = flat(read("ala3_charmm.pdb").mol)
    assert ends == canonical("CC([NH3+])C(=O)NC(C)C(=O)NC(C)C(=O)[O-]")
    assert "[S-]" in flat(read("cym.pdb").mol)


@pytest.mark.parametrize(("first", "second"), [("OXT", "O"), ("O1", "O2"), ("OT1", "OT2")])
def test_carboxylates_by_their_names(first: str, second: str) -> None:
    text = (FILES / "ala3_charmm.pdb").read_text()
    text = text.replace(" OT1 ", f" {first:<4}").replace(" OT2 ", f" {second:<4}")
    mol = read_file("ala3.pdb", text.encode()).mol
    assert mol.GetNumAtoms() == 33
    assert flat(mol) == canonical("CC([NH3+])C(=O)NC(C)C(=O)NC(C)C(=O)[O-]")


def test_polar_hydrogens_are_all_there() -> None:
    lines = (FILES / "ala3_charmm.pdb").read_text().splitlines()
    apolar = (" HA ", " HB1", " HB2", " HB3")
    text = "\n".join(line for line in lines if line[12:16] not in apolar)
    assert flat(read_file("polar.pdb", text.encode()).mol) == canonical(
        "CC([NH3+])C(=O)NC(C)C(=O)NC(C)C(=O)[O-]"
    )


def test_the_features_do_not_change_under_motion_and_mirroring() -> None:
    heavy = Chem.RemoveAllHs(read("LIG_3fun.pdb").mol)
    xyz, skeleton = heavy.GetConformer().GetPositions(), Skeleton.of(heavy)
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    for one, other in zip(
        features(skeleton, xyz), features(skeleton, xyz @ -turn + 3.0), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_the_network_says_the_same_in_numpy_and_torch() -> None:
    heavy = Chem.RemoveAllHs(read("LIG_3fun.pdb").mol)
    skeleton, xyz = Skeleton.of(heavy), heavy.GetConformer().GetPositions()
    rng = np.random.default_rng(0)
    weights = {k: rng.normal(size=s).astype(np.float32) / 8 for k, s in network.shapes().items()}
    tensors = {name: torch.as_tensor(value) for name, value in weights.items()}
    plain = network.Inputs.of(skeleton, xyz)
    for one, other in zip(
        network.forward(weights, plain),
        network.forward(tensors, bonds.tensors_of(plain)),
        strict=True,
    ):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-3, atol=1e-3)


def test_the_dictionary_is_listed() -> None:
    assert len(components.listed()) > 45_000
    assert components.component("no such name") is None
    caffeine = components.component("CFF")
    assert caffeine is not None
    assert flat(caffeine) == canonical("Cn1c(=O)c2c(ncn2C)n(C)c1=O")


def test_every_component_is_its_own_template() -> None:
    names = sorted(components.listed())[::1500]
    for name in names:
        mol = components.component(name)
        assert mol is not None
        count = mol.GetNumAtoms()
        known = template.Known(np.full(count, -1), np.full(count, template.UNSTATED))
        shuffled = Chem.RenumberAtoms(mol, np.random.default_rng(0).permutation(count).tolist())
        lewis = template.apply(mol, shuffled, known)
        assert lewis is not None
        assert lewis.charges.tolist() == [a.GetFormalCharge() for a in shuffled.GetAtoms()]


@pytest.mark.slow
def test_most_ligands_are_found_from_their_shape() -> None:
    trials = [trial.attempt(name, 0.05, 0) for name in trial.held_out(100, seed=1)]
    done = [one for one in trials if one is not None]
    assert np.mean([one.found == one.expected for one in done]) >= 0.85
    assert np.mean([one.kept for one in done if one.rings]) >= 0.96


def test_a_molecule_without_bonds_or_heavy_atoms_has_no_ligand() -> None:
    lone = Chem.RWMol()
    lone.AddAtom(Chem.Atom(2))
    conformer = Chem.Conformer(1)
    lone.AddConformer(conformer)
    assert infer(lone.GetMol(), Hints()) is None
