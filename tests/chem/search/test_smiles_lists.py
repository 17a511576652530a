"""Lists of SMILES in the forms in which people keep them."""

import pytest

from engine.chem import MoleculeError
from engine.chem.search import smiles_lists as lists


def test_a_table_with_a_smiles_column(tmp_path):
    path = tmp_path / "some.csv"
    path.write_text("name,SMILES,source\nethanol,CCO,shop\nacid,CC(=O)O,lab\n\n")
    assert list(lists.read_list(path)) == [("CCO", "shop"), ("CC(=O)O", "lab")]


def test_a_table_without_a_header_has_its_smiles_first(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text('"CCO","A-1"\n"CCC","A-2"\n')
    assert list(lists.read_list(path)) == [("CCO", "plain"), ("CCC", "plain")]


def test_one_smiles_per_line(tmp_path):
    path = tmp_path / "list.smi"
    path.write_text("# made up\nCCO ethanol\n\nCCC\tpropane\n")
    assert list(lists.read_list(path)) == [("CCO", "list"), ("CCC", "list")]


def test_a_table_without_smiles_says_so(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("weight,height\n1,2\n")
    with pytest.raises(MoleculeError, match="smiles"):
        list(lists.read_list(path))


def test_rdkit_brings_molecules():
    paths = lists.shipped_lists()
    assert paths, "this RDKit has no data folder"
    text, source = next(lists.read_list(paths[0]))
    assert lists.identify(text) and source == "first_5K"


def test_stereoisomers_differ_and_share_a_skeleton():
    left, right = (lists.identify(f"C[{hand}H](O)CC") for hand in ("C@", "C@@"))
    assert left.isomer != right.isomer
    assert left.skeleton == right.skeleton == "CCC(C)O"
    assert left.rotors == 1 and lists.identify("no") is None
