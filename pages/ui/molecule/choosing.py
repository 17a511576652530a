"""Choosing a molecule: example, SMILES or file; problems are explained at the control."""

from __future__ import annotations

import re
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.chem import MOLECULES
from engine.chem.reading import EXTENSIONS, ReadingChoices
from engine.chem.reading.protonation import PH
from engine.experiments.molecule.record import (
    STATE_SIZE,
    Problem,
    Record,
    Source,
    State,
    read,
    titles,
)
from pages.ui import jobs, theme, widgets, wording
from pages.ui.addressing import addresses
from pages.ui.glossary import term
from pages.ui.molecule.gallery import gallery_button
from pages.ui.molecule.sketcher import sketch_button
from pages.ui.uploads.control import chosen, one_of, upload
from pages.ui.uploads.store import Upload

ORIGINS = {"example": "Example", "smiles": "SMILES", "file": "File"}
LAST = "_molecule_last"
FORM = "form"
STATE = "protonation"
MAX_CHARGE = 8
WITHOUT_ORDERS = ("pdb", "xyz", "cif", "mmcif")  #: formats that often hold no bond orders


@dataclass(frozen=True)
class Chosen:
    """The molecule to show.

    Attributes:
        record: None while the first one is read.
        current: Whether it is the one that is asked for, and may be sampled.
        why_not: Why another one is still shown, in a few words; "" while the new one is read.
    """

    record: Record | None
    current: bool = True
    why_not: str = ""


def choose(aside: DeltaGenerator) -> Chosen:
    """Draw the controls and return the molecule to show; what is said of it is drawn ``aside``.

    While a new one is read, or when it cannot be used, that is the one shown before.
    """
    kind = widgets.choice("Molecule", ORIGINS, key="source")
    if kind == "example":
        source: Source | None = _example(aside)
    else:
        source = _smiles() if kind == "smiles" else _file()
    if source is None:
        return Chosen(_before(), False, "nothing is entered yet")
    found = _read(source)
    if found is None:
        return Chosen(st.session_state.get(LAST), False)
    if isinstance(found, Problem):
        found, source = _explain(found, source)
    if isinstance(found, Record):
        found = _choose_variant(found, source)
    if not isinstance(found, Record):
        return Chosen(_before(), False, "the new one cannot be used")
    st.session_state[LAST] = found
    _about(found, aside)
    return Chosen(found)


def _about(record: Record, aside: DeltaGenerator) -> None:
    """What the molecule is, and what was decided while reading it."""
    for warning in record.warnings:
        st.warning(wording.plain(warning), icon=":material/warning:")
    formula = re.sub(r"(\d+)", r"<sub>\1</sub>", record.formula)
    aside.caption(f"{formula}, {record.weight:.2f} g/mol", unsafe_allow_html=True)
    for note in record.notes:
        aside.caption(wording.plain(note))


def _before() -> Record | None:
    """The molecule shown before; the first example where there was none."""
    found = st.session_state.get(LAST) or _read(Source("example", next(iter(MOLECULES))))
    return found if isinstance(found, Record) else None


def _read(source: Source) -> Record | Problem | None:
    return jobs.cached("read_molecule", read, source, label="Reading the molecule", pool="here")


def _example(aside: DeltaGenerator) -> Source:
    key = widgets.choice(
        "Example",
        MOLECULES,
        key="example",
        help="Each shows something about the conformers of molecules.",
        label_visibility="collapsed",
    )
    with aside:
        st.caption(MOLECULES[key].why)
        gallery_button()
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
            f"Type or paste a {term('smiles')} or an InChI and press Enter. Until then, the "
            "molecule before stays in the picture."
        )
        return None
    return Source("smiles", text)


def _file() -> Source | None:
    formats = ", ".join(extension.strip(".").upper() for extension in EXTENSIONS)
    file = upload(
        f"A molecule file ({formats})",
        key="upload",
        help="Drop a file here or browse for one: up to 10 MB, up to 200 atoms per molecule. "
        "Hydrogens and 3D coordinates are added where missing; the order of the atoms, stereo, "
        "charges and data fields are kept.",
    )
    if file is None:
        return None
    record = _choose_record(file)
    if record is None:
        return None
    ending = file.name.lower().rpartition(".")[2]
    charge = _charge(file, record) if ending == "xyz" else 0
    template = _template(file, record) if ending in WITHOUT_ORDERS else ""
    choices = ReadingChoices(record=record, charge=charge, template=template)
    return Source("file", file.name, file.data, choices)


def _choose_record(file: Upload) -> int | None:
    """Which molecule of the file, None while it is read: a box where there are several."""
    names = jobs.cached(
        "list_molecules", titles, file.name, file.data, label="Reading the file", pool="here"
    )
    if names is None:
        return None
    if len(names) < 2:
        return 0
    return chosen(
        file,
        "record",
        0,
        one_of(range(len(names))),
        lambda start, key: st.selectbox(
            "Molecule in this file",
            range(len(names)),
            index=start,
            format_func=lambda k: f"{k + 1}. {names[k] or 'without a name'}",
            key=key,
            help="Of files with more than 1,000 molecules the first 1,000 can be chosen.",
        ),
    )


def _charge(file: Upload, record: int) -> int:
    """The net charge, which an XYZ file does not hold."""
    return chosen(
        file,
        "charge",
        0,
        one_of(range(-MAX_CHARGE, MAX_CHARGE + 1)),
        lambda start, key: int(
            st.number_input(
                "Net charge",
                min_value=-MAX_CHARGE,
                max_value=MAX_CHARGE,
                value=start,
                step=1,
                key=key,
                help="An XYZ file holds elements and positions only. Bonds are found from the "
                "distances, bond orders from this charge.",
            )
        ),
        part=record,
    )


def _template(file: Upload, record: int) -> str:
    """A SMILES whose bond orders the molecule of the file gets."""
    return chosen(
        file,
        "template",
        "",
        str,
        lambda start, key: st.text_input(
            "Template for the bond orders",
            value=start,
            placeholder="SMILES, if the drawing is wrong",
            key=key,
            help="Files of this format often hold neither bond orders nor hydrogens. "
            "If those that were found are wrong, paste the right molecule as SMILES: atoms are "
            "matched by elements and neighbours, whatever their names and order.",
        ).strip(),
        part=record,
    )


def _choose_variant(record: Record, source: Source) -> Record | None:
    """Boxes of the protonation states and of the stereoisomers, where there are several.

    What cannot be built is explained below the box, and ``None`` returned.
    """
    if st.session_state.get("_variant_of") not in (None, source):
        for key in (FORM, STATE):
            addresses.forget(key)
    st.session_state["_variant_of"] = source
    found: Record | None = record
    if record.states and source.kind != "example":
        source = source.choosing(state=_choose_state(record))
        found = _variant(source) if source.choices.state else record
    if found is None or not found.forms:
        return found
    form = _choose_form(found)
    return found if form == found.form else _variant(source.choosing(form=form))


def _choose_state(record: Record) -> str:
    chosen = widgets.choice(
        "Possible protonation states (Dimorphite-DL's rules)",
        {state.label: _state_name(state) for state in record.states},
        key=STATE,
        boxed=True,
        help=f"What the groups of this molecule may be in water at pH {PH}, by typical pKa values "
        "of such groups and not measured on this molecule; the list does not say how much there "
        "is of each. Named by the atoms whose charge changes, numbered as in the input. Nothing "
        "changes unless you choose one.",
    )
    with st.expander("Drawings of these states"), st.container(horizontal=True):
        ink = "#fafafa" if theme.is_dark() else "#31333f"
        for state in record.states:
            drawing = state.depiction.svg.replace("currentColor", ink)
            st.image(drawing, caption=wording.plain(_state_name(state)), width=STATE_SIZE[0])
    return chosen


def _state_name(state: State) -> str:
    charge = f"{state.charge:+d}".replace("-", "\u2212") if state.charge else "0"
    return f"{state.label or 'as given'}, net charge {charge}"


def _choose_form(record: Record) -> str:
    return st.selectbox(
        "Stereoisomer",
        record.forms,
        index=record.forms.index(record.form) if record.form in record.forms else 0,
        key=FORM,
        bind="query-params",
        help="The input does not fix the stereochemistry. Choose an isomer, by its CIP labels, or "
        "write the stereochemistry into the input.",
    )


def _variant(source: Source) -> Record | None:
    """The molecule as chosen; what is wrong with it is explained here."""
    found = _read(source)
    if isinstance(found, Problem):
        wording.show_problem(found.sentence)
        return None
    return found


def _explain(problem: Problem, source: Source) -> tuple[Record | Problem | None, Source]:
    """The sentence at the control; for several molecules in one, the offer to take the largest."""
    wording.show_problem(problem.sentence)
    if not problem.fragments or source.choices.largest:
        return problem, source
    whole = source.choosing(largest=True)
    if not st.toggle("Use the largest of them", key=f"largest_{hash(source)}"):
        return problem, source
    found = _read(whole)
    if isinstance(found, Problem):
        wording.show_problem(found.sentence)
    return found, whole
