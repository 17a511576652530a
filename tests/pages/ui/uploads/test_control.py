"""What a user uploaded is there again: in a new session, after a restart, with what was chosen."""

from __future__ import annotations

from collections.abc import Callable

from rdkit import Chem
from streamlit.testing.v1 import AppTest

from engine.chem.reading import from_smiles
from pages.ui.uploads import control
from tests.conftest import settle

Open = Callable[..., AppTest]
ROWS = "\n".join(f"{k},{k * k},{-(k**3)}" for k in range(40))
OWN = dict(points_n="100", noise_T="20", source="file")
FEW = dict(n="1", torsional_steps="5", source="file")


def put(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return settle(app.run())


def said(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.caption, *app.markdown])


def address(app: AppTest) -> dict[str, str]:
    return {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}


def again(open_page: Open, name: str, app: AppTest) -> AppTest:
    """The page at the same address after the server has been started again."""
    control._store.clear()
    return settle(open_page(name, **address(app)))


def test_points_come_back_with_the_columns_that_were_chosen(open_page: Open) -> None:
    app = put(settle(open_page("own_data", **OWN)), "a.csv", f"one,two,three\n{ROWS}".encode())
    next(box for box in app.selectbox if box.label == "Up").set_value(2)
    settle(app.run())
    assert "three: m = " in said(app) and address(app)["up"] == "2"
    back = again(open_page, "own_data", app)
    assert not back.exception and not back.error
    assert "Still open: a.csv" in said(back) and "three: m = " in said(back)
    assert address(back) == address(app)
    settle(back.slider(key="points_n").set_value(200).run())
    assert "three: m = " in said(back) and not back.error
    put(back, "b.csv", f"four,five,six\n{ROWS}".encode())
    assert "five: m = " in said(back) and "up" not in address(back), "another file begins anew"


def test_a_molecule_comes_back_with_its_record_and_charge(open_page: Open) -> None:
    both = "".join(Chem.MolToXYZBlock(from_smiles(each)) for each in ("CCC", "CCC(=O)[O-]"))
    app = put(settle(open_page("molecule", **FEW)), "two.xyz", both.encode())
    next(box for box in app.selectbox if box.label == "Molecule in this file").set_value(1)
    settle(app.run())
    next(n for n in app.number_input if n.label == "Net charge").set_value(-1)
    settle(app.run())
    assert (address(app)["record"], address(app)["charge"]) == ("1", "-1")
    back = again(open_page, "molecule", app)
    assert not back.exception and not back.error
    assert Chem.GetFormalCharge(back.session_state["_molecule_last"].mol) == -1
    assert address(back) == address(app)


def test_a_file_that_has_gone_is_one_sentence(open_page: Open) -> None:
    app = settle(open_page("own_data", **OWN, file="x" * 24))
    assert not app.exception and [e.value for e in app.error] == [control._GONE]
    assert address(app)["file"] == "x" * 24
