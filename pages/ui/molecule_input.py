"""Choosing a molecule: example, SMILES or file; trouble is told in one sentence right there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from engine.chem.library import MOLECULES
from engine.chem.protonation import PH
from engine.chem.read import EXTENSIONS, MoleculeError, list_records
from pages.ui import jobs, widgets
from pages.ui.molecule_jobs import Problem, Record, Source, read
from pages.ui.molecule_sketch import sketch_button

ORIGINS = {"example": "Example", "smiles": "SMILES", "file": "File"}
LAST = "_molecule_last"
FILE = "_molecule_file"
CHOSEN = "_molecule_chosen"  #: what was chosen for each file: widget key to value
FORM = "form"
STATE = "protonation"
MAX_CHARGE = 8


def choose() -> Record | None:
    """Draw the controls and return the molecule to show, ``None`` while the first one is read.

    While a new one is read, or when it cannot be used, that is the one shown before.
    """
    kind = widgets.choice("Molecule", ORIGINS, key="source")
    source = {"example": _example, "smiles": _smiles, "file": _file}[kind]()
    if source is None:
        return _before()
    found = _read(source)
    if found is None:
        return st.session_state.get(LAST)
    if isinstance(found, Problem):
        found, source = _explain(found, source)
    if isinstance(found, Record):
        found = _choose_variant(found, source)
    if isinstance(found, Record):
        st.session_state[LAST] = found
        for note in found.notes:
            st.caption(note)
    return found if isinstance(found, Record) else _before()


def _before() -> Record | None:
    """The molecule shown before; the first example where there was none."""
    found = st.session_state.get(LAST) or _read(Source("example", next(iter(MOLECULES))))
    return found if isinstance(found, Record) else None


def _read(source: Source) -> Record | Problem | None:
    return jobs.cached("read_molecule", read, source, label="Reading the molecule")


def _example() -> Source:
    key = widgets.choice(
        "Example",
        MOLECULES,
        key="example",
        help="Each is here because it teaches something about shape.",
        label_visibility="collapsed",
    )
    st.caption(MOLECULES[key].why)
    return Source("example", key)


def _smiles() -> Source | None:
    text = st.text_input(
        "SMILES",
        placeholder="CC(=O)Oc1ccccc1C(=O)O",
        key="smiles",
        bind="query-params",
        help="The molecule as one line of text, a SMILES or an InChI; stereo marks (@, /, \\) "
        "and charges are kept.",
    )
    sketch_button(st.session_state.get(LAST))
    if not text:
        st.caption(
            "Type or paste a SMILES or an InChI and press Enter. Until then, the molecule shown "
            "stays."
        )
        return None
    return Source("smiles", text)


def _file() -> Source | None:
    formats = ", ".join(extension.strip(".").upper() for extension in EXTENSIONS)
    uploaded = st.file_uploader(
        f"A molecule file ({formats})",
        key="upload",
        on_change=_forget_file,
        help="Drop a file here or browse for one: up to 10 MB, and 200 atoms in a molecule. "
        "Hydrogens and 3D coordinates are added where missing; the order of the atoms, stereo, "
        "charges and data fields are kept.",
    )
    if uploaded is not None:
        st.session_state[FILE] = (uploaded.name, uploaded.getvalue())
    if FILE not in st.session_state:
        st.caption("The file is read on the machine that runs this app and goes nowhere else.")
        return None
    name, data = st.session_state[FILE]
    if uploaded is None:
        st.caption(f"Still open: {name}.")
    digest = hashlib.sha256(name.encode() + data).hexdigest()[:12]
    record = _choose_record(name, data, f"record_{digest}")
    charge = _charge(f"charge_{digest}_{record}") if name.lower().endswith(".xyz") else 0
    return Source("file", name, data, record=record, charge=charge)


def _forget_file() -> None:
    """The reader brought another file or took this one away."""
    st.session_state.pop(FILE, None)


def _choose_record(name: str, data: bytes, key: str) -> int:
    """Which molecule of the file: a box where there are several, the first at the start."""
    titles = jobs.cached("list_molecules", _titles, name, data, label="Looking into the file")
    if not titles or len(titles) < 2:
        return 0
    return _kept(
        key,
        0,
        lambda start: st.selectbox(
            "Molecule in this file",
            range(len(titles)),
            index=start,
            format_func=lambda k: f"{k + 1}. {titles[k] or 'without a name'}",
            key=key,
            help="Of files with more than 1,000 molecules the first 1,000 can be chosen.",
        ),
    )


def _titles(report: Callable[..., None], name: str, data: bytes) -> tuple[str, ...]:
    """The names of the file's molecules; none where reading it will tell what is wrong."""
    report(0, 1, message="Looking into the file")
    try:
        return list_records(name, data)[0]
    except MoleculeError:
        return ()


def _charge(key: str) -> int:
    """The net charge, which an XYZ file does not say."""
    return _kept(
        key,
        0,
        lambda start: int(
            st.number_input(
                "Net charge",
                min_value=-MAX_CHARGE,
                max_value=MAX_CHARGE,
                value=start,
                step=1,
                key=key,
                help="An XYZ file holds elements and positions only: bonds follow from the "
                "distances, and bond orders from this charge.",
            )
        ),
    )


def _kept(key: str, default: int, draw: Callable[[int], int]) -> int:
    """The value of a widget that starts where it was left, also after it was out of sight."""
    chosen = st.session_state.setdefault(CHOSEN, {})
    chosen[key] = draw(chosen.get(key, default))
    return chosen[key]


def _choose_variant(record: Record, source: Source) -> Record | None:
    """Boxes of the protonation states and of the stereoisomers, where there are several.

    What cannot be built is told below the box, and ``None`` returned.
    """
    if st.session_state.get("_variant_of") not in (None, source):
        for key in (FORM, STATE):
            st.session_state.pop(key, None)
    st.session_state["_variant_of"] = source
    found: Record | None = record
    if record.states and source.kind != "example":
        source = replace(source, state=_choose_state(record))
        found = _variant(source) if source.state else record
    if found is None or not found.forms:
        return found
    form = _choose_form(found)
    return found if form == found.form else _variant(replace(source, form=form))


def _choose_state(record: Record) -> str:
    return st.selectbox(
        "Protonation",
        ("", *record.states),
        format_func=lambda state: state or "as given",
        key=STATE,
        bind="query-params",
        help=f"What this molecule is likely to be in water at pH {PH}, by measured pKa of its "
        "groups: the atoms whose charge changes, numbered as in the input. Nothing changes "
        "unless you choose it.",
    )


def _choose_form(record: Record) -> str:
    return st.selectbox(
        "Form",
        record.forms,
        index=record.forms.index(record.form) if record.form in record.forms else 0,
        key=FORM,
        bind="query-params",
        help="The input leaves stereo open. These are the ways to settle it, by CIP labels; "
        "write the stereo into the input to fix it for good.",
    )


def _variant(source: Source) -> Record | None:
    """The molecule as chosen; what is wrong with it is told here."""
    found = _read(source)
    if isinstance(found, Problem):
        st.error(found.sentence, icon=":material/error:")
        return None
    return found


def _explain(problem: Problem, source: Source) -> tuple[Record | Problem | None, Source]:
    """The sentence at the control; for several molecules in one, the offer to take the largest."""
    st.error(problem.sentence, icon=":material/error:")
    if not problem.fragments or source.largest:
        return problem, source
    whole = replace(source, largest=True)
    if not st.toggle("Use the largest of them", key=f"largest_{hash(source)}"):
        return problem, source
    found = _read(whole)
    if isinstance(found, Problem):
        st.error(found.sentence, icon=":material/error:")
    return found, whole
