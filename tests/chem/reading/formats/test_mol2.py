"""MOL2 files with the atom types of several programs, and with aromatic bonds outside rings."""

from __future__ import annotations

import time
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.reading import MoleculeError, ReadingChoices, from_smiles, read_file
from engine.chem.reading.formats.mol.mol2_types import TypedAtom, elements
from tests.chem.reading.formats.test_files import TRICKY, smiles_of
from tests.chem.reading.formats.test_mmcif import _GROUPS, DELOCALISED
from tests.chem.reading.test_reader import assert_one_sentence

FOLDER = Path(__file__).parents[3] / "data" / "molecules" / "formats"
CASES = {**TRICKY, **DELOCALISED}
CASES |= {
    "chlorobenzoate": "[O-]C(=O)c1ccc(Cl)cc1CCBr",
    "diphosphate": "CCOP(=O)([O-])OP(=O)([O-])[O-]",
    "imidazole": "CCc1c[nH]cn1",
    "sulfate": "CCOS(=O)(=O)[O-]",
    "fluoride and iodide": "FCCc1ccc(I)cc1",
    "silane": "CC[Si](C)(C)C",
    "thiol": "CCCS",
    "boronic acid": "OB(O)c1ccccc1",
}
ACIDS = (Chem.MolFromSmarts("C(=O)[O-]"), Chem.MolFromSmarts("P(=O)[O-]"))
CATION = Chem.MolFromSmarts("C(=[NH2+])N")


@cache
def embedded(smiles: str) -> Chem.Mol:
    """The molecule in three dimensions, made once."""
    return from_smiles(smiles)


def soft_bonds(mol: Chem.Mol) -> set[int]:
    """The bonds of delocalised end groups."""
    found = set()
    for group in _GROUPS:
        for centre, *ends in mol.GetSubstructMatches(group):
            found |= {mol.GetBondBetweenAtoms(centre, end).GetIdx() for end in ends}
    return found


def tripos(atom: Chem.Atom) -> str:
    """The Tripos type of an atom, as Corina and Open Babel write it."""
    mol, number, kind = atom.GetOwningMol(), atom.GetAtomicNum(), int(atom.GetHybridization())
    if number == 7:
        return tripos_nitrogen(atom, kind)
    acids = {i for group in ACIDS for match in mol.GetSubstructMatches(group) for i in match}
    if number == 8:
        spread = atom.GetIdx() in acids and atom.GetDegree() == 1
        return "O.co2" if spread else f"O.{max(kind - 1, 2)}"
    if number == 6:
        if any(match[0] == atom.GetIdx() for match in mol.GetSubstructMatches(CATION)):
            return "C.cat"
        return "C.ar" if atom.GetIsAromatic() else f"C.{kind - 1}"
    oxygens = sum(other.GetAtomicNum() == 8 for other in atom.GetNeighbors())
    sulfur = {0: "S.3", 1: "S.o"}.get(oxygens, "S.o2")
    return {16: sulfur, 15: "P.3"}.get(number, atom.GetSymbol())


def tripos_nitrogen(atom: Chem.Atom, kind: int) -> str:
    if atom.GetIsAromatic():
        return "N.pl3" if atom.GetDegree() == 3 and not atom.GetFormalCharge() else "N.ar"
    if atom.GetDegree() == 4:
        return "N.4"
    planar = atom.GetFormalCharge() or (kind == 3 and atom.GetDegree() == 3)
    return "N.pl3" if planar else f"N.{kind - 1}"


def gaff(atom: Chem.Atom) -> str:
    """A GAFF type of an atom's element."""
    number, aromatic = atom.GetAtomicNum(), atom.GetIsAromatic()
    if number == 1:
        return {6: "hc", 7: "hn", 8: "ho"}.get(atom.GetNeighbors()[0].GetAtomicNum(), "hs")
    types = {
        6: "ca" if aromatic else "c3" if int(atom.GetHybridization()) == 4 else "c2",
        7: "na" if aromatic else "n4" if atom.GetDegree() == 4 else "n2",
        8: "oh" if atom.GetDegree() == 2 else "o",
        15: "p5",
        16: "s6" if atom.GetDegree() > 2 else "sh",
    }
    return types.get(number, atom.GetSymbol().lower())


def amber(atom: Chem.Atom) -> str:
    """An AMBER type of an atom's element."""
    types = {6: "CA" if atom.GetIsAromatic() else "CT", 7: "NA", 8: "OS", 1: "HO", 16: "S"}
    return types.get(atom.GetAtomicNum(), atom.GetSymbol().upper())


def charmm(atom: Chem.Atom) -> str:
    """A CGenFF type of an atom's element."""
    types = {1: "HGA2", 6: "CG2R61", 7: "NG321", 8: "OG311", 16: "SG311", 15: "PG1", 9: "FGA1"}
    return types.get(atom.GetAtomicNum(), f"{atom.GetSymbol().upper()}GR1")


DIALECTS = {"Tripos": tripos, "GAFF": gaff, "AMBER": amber, "CHARMM": charmm}


def mol2(mol: Chem.Mol, typed=tripos, soft: bool = True, charged: bool = True) -> str:
    """A MOL2 file of ``mol``; ``soft`` groups and aromatic rings have bonds of the type "ar"."""
    xyz = mol.GetConformer().GetPositions()
    groups = soft_bonds(mol) if soft else set()
    lines = ["@<TRIPOS>MOLECULE", "x", f"{mol.GetNumAtoms()} {mol.GetNumBonds()} 1", "SMALL"]
    lines += ["USER_CHARGES" if charged else "NO_CHARGES", "", "@<TRIPOS>ATOM"]
    for atom, at in zip(mol.GetAtoms(), xyz, strict=True):
        name, place = (
            f"{atom.GetSymbol().upper()}{atom.GetIdx() + 1}",
            " ".join(map("{:.4f}".format, at)),
        )
        charge = f" {atom.GetFormalCharge() + 1e-5 * atom.GetIdx():.4f}" if charged else ""
        lines.append(f"{atom.GetIdx() + 1} {name} {place} {typed(atom)} 1 LIG{charge}")
    lines.append("@<TRIPOS>BOND")
    orders = {1.0: "1", 2.0: "2", 3.0: "3", 1.5: "ar"}
    for bond in mol.GetBonds():
        kind = "ar" if bond.GetIdx() in groups else orders[bond.GetBondTypeAsDouble()]
        ends = bond.GetBeginAtomIdx() + 1, bond.GetEndAtomIdx() + 1
        lines.append(f"{bond.GetIdx() + 1} {ends[0]} {ends[1]} {kind}")
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES)
def test_every_dialect_gives_the_molecule(case: str, dialect: str):
    """With bonds of the type "ar" and with 1 and 2, with charges and without."""
    mol = embedded(CASES[case])
    for soft, charged in product((True, False), repeat=2):
        reading = read_file("a.mol2", mol2(mol, DIALECTS[dialect], soft, charged).encode())
        assert smiles_of(reading.mol) == smiles_of(mol), (soft, charged)
        assert np.abs(reading.uploaded[0] - mol.GetConformer().GetPositions()).max() < 1e-3
        assert not reading.mol.GetAtomWithIdx(0).GetPropsAsDict(includePrivate=False)


@pytest.mark.parametrize("soft", [True, False], ids=["ar", "1 and 2"])
@pytest.mark.parametrize("case", CASES)
def test_tripos_types_tell_the_hydrogens_that_are_left_out(case: str, soft: bool):
    if not soft and case in ("sulfonate", "sulfinate", "sulfate"):
        pytest.skip("without hydrogens an O.3 may be an acid")
    mol = embedded(CASES[case])
    heavy = Chem.RemoveHs(mol)
    full = {a.GetIdx(): tripos(a) for a in mol.GetAtoms()}
    order = [a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() > 1]
    text = mol2(heavy, lambda atom: full[order[atom.GetIdx()]], soft, charged=False)
    assert smiles_of(read_file("a.mol2", text.encode()).mol) == smiles_of(mol)


def test_the_gaff_file_of_freesolv_is_read():
    reading = read_file("a.mol2", (FOLDER / "gaff_methyl_hexanoate.mol2").read_bytes())
    assert smiles_of(reading.mol) == "CCCCCC(=O)OC"


@pytest.mark.parametrize(
    ("kind", "name", "bonds", "number"),
    [
        *(("ca", "C1", 3, 6), ("CA", "CA", 3, 6), ("Ca", "CA", 0, 20), ("cl", "CL1", 1, 17)),
        *(("CL", "C7", 3, 6), ("CL", "CL", 1, 17), ("na", "N1", 3, 7), ("NA", "N1", 3, 7)),
        *(("Na+", "NA", 0, 11), ("br", "Br1", 1, 35), ("cs", "C2", 1, 6), ("os", "O1", 2, 8)),
        *(("ho", "H1", 1, 1), ("no", "N1", 3, 7), ("C*", "CG", 3, 6), ("2C", "CB", 4, 6)),
        *(("Si3", "SI1", 4, 14), ("C_R", "C1", 3, 6), ("HGR61", "H1", 1, 1), ("i", "I1", 1, 53)),
        *(("OC=O", "O1", 2, 8), ("p5", "P1", 4, 15), ("f", "F1", 1, 9), ("MG", "MG", 0, 12)),
    ],
)
def test_elements_of_types_that_look_like_others(kind: str, name: str, bonds: int, number: int):
    assert elements([TypedAtom(kind, name, bonds)]) == [number]


@pytest.mark.parametrize("kind", ["opls_135", "37", "?", "²", "qq"])
def test_an_unknown_dialect_is_named(kind: str):
    text = mol2(from_smiles("CCCO"), lambda atom: kind)
    with pytest.raises(MoleculeError, match=r"neither a Tripos type .* nor one of GAFF") as caught:
        read_file("a.mol2", text.encode())
    assert_one_sentence(caught.value)
    assert kind in str(caught.value)


@pytest.mark.parametrize("name", ["mol2_charge_text.mol2", "mol2_charge_nan.mol2"])
def test_partial_charges_that_are_no_numbers_do_not_count(name: str):
    assert smiles_of(read_file("a.mol2", (FOLDER / name).read_bytes()).mol) == "CCCO"


@pytest.mark.parametrize("word", ["nan", "inf", "1e39", "1e400", "9" * 5000, "²"])
def test_damaged_numbers_get_one_sentence_or_do_not_matter(word: str):
    text = mol2(from_smiles("CCCO"))
    for damaged in (
        text.replace("C.3 1 LIG 0.0000", f"C.3 1 LIG {word}", 1),
        text.replace("\n1 C1 ", f"\n1 C1 {word} ", 1),
        text.replace("\n2 C2 ", f"\n{word} C2 ", 1),
        text.replace("12 11 1", f"{word} 11 1", 1),
        text.replace("\n1 1 2 1", f"\n1 1 {word} 1", 1),
    ):
        try:
            read_file("a.mol2", damaged.encode())
        except MoleculeError as error:
            assert_one_sentence(error)


def test_charges_of_the_section_of_atom_attributes():
    mol = from_smiles("CCc1cc[n+](C)cc1")
    text = mol2(mol, lambda a: a.GetSymbol() if a.GetAtomicNum() == 1 else tripos(a), charged=False)
    place = next(a.GetIdx() + 1 for a in mol.GetAtoms() if a.GetAtomicNum() == 7)
    text += f"@<TRIPOS>UNITY_ATOM_ATTR\n{place} 1\ncharge 1\n"
    assert smiles_of(read_file("a.mol2", text.encode()).mol) == smiles_of(mol)


@pytest.mark.parametrize("largest", [True, False])
def test_two_chains_of_20000_atoms_are_refused_at_once(largest: bool):
    atoms = "".join(f"{k} C{k} {k}.0 0.0 0.0 C.3 1 LIG 0.0\n" for k in range(1, 40_001))
    bonds = "".join(f"{k} {k} {k + 1} 1\n" for k in range(1, 40_000) if k != 20_000)
    text = f"@<TRIPOS>MOLECULE\nx\n40000 39998 1\n\n@<TRIPOS>ATOM\n{atoms}@<TRIPOS>BOND\n{bonds}"
    start = time.process_time()
    with pytest.raises(MoleculeError, match="40,000 atoms"):
        read_file("a.mol2", text.encode(), ReadingChoices(largest=largest))
    assert time.process_time() - start < 5.0
