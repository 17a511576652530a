"""Choosing a molecule: example, SMILES or file; trouble is told in one sentence right there."""

from __future__ import annotations

import streamlit as st

from engine.chem.library import MOLECULES
from engine.chem.read import EXTENSIONS
from pages.ui import jobs, widgets
from pages.ui.molecule_jobs import Problem, Record, Source, read

ORIGINS = {"example": "Example", "smiles": "SMILES", "file": "File"}
LAST = "_molecule_last"


def choose() -> Record | None:
    """Draw the controls and return the molecule to show.

    While a new one is read, or when it cannot be used, that is the one shown before.
    """
    kind = widgets.choice("Molecule", ORIGINS, key="source")
    source = {"example": _example, "smiles": _smiles, "file": _file}[kind]()
    if source is None:
        return st.session_state.get(LAST) or _read(Source("example", next(iter(MOLECULES))))
    found = _read(source)
    if isinstance(found, Problem):
        found = _explain(found, source)
    if isinstance(found, Record):
        st.session_state[LAST] = found
        for note in found.notes:
            st.caption(note)
    return st.session_state.get(LAST)


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
        help="The molecule as one line of text; stereo marks (@, /, \\) are kept.",
    )
    if not text:
        st.caption("Type or paste a SMILES and press Enter. Until then, the molecule shown stays.")
        return None
    return Source("smiles", text)


def _file() -> Source | None:
    formats = ", ".join(extension.strip(".").upper() for extension in EXTENSIONS)
    uploaded = st.file_uploader(
        f"A molecule file ({formats})",
        key="upload",
        help="Up to 10 MB and 200 atoms. Hydrogens and 3D coordinates are added where missing.",
    )
    if uploaded is None:
        st.caption("The file is read on the machine that runs this app and goes nowhere else.")
        return None
    return Source("file", uploaded.name, uploaded.getvalue())


def _explain(problem: Problem, source: Source) -> Record | Problem | None:
    """The sentence at the control; for several molecules in one, the offer to take the largest."""
    st.error(problem.sentence, icon=":material/error:")
    if not problem.fragments or source.largest:
        return problem
    if not st.toggle("Use the largest of them", key=f"largest_{hash(source)}"):
        return problem
    found = _read(Source(source.kind, source.text, source.data, largest=True))
    if isinstance(found, Problem):
        st.error(found.sentence, icon=":material/error:")
    return found
