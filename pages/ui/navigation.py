"""The pages of the app, in the order of the menu."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[1]
HOME = "home"
TITLE = "Diffusion explorer"  #: of the app
TOY = "Diffusion on toy data"
MOLECULES = "Molecules"
REFERENCE = "Reference"


@dataclass(frozen=True)
class Entry:
    """One page: its file (and address) without suffix, title, icon, section, what is seen there.

    opening: the script of the component that it opens with, ``assets/js/{opening}.js``.
    """

    name: str
    title: str
    icon: str
    section: str
    seen: str = ""
    opening: str = "player"

    @property
    def path(self) -> str:
        """Its address on the server."""
        return "/" if self.name == HOME else f"/{self.name}"

    def page(self) -> st.Page:
        """The page itself, to be listed in the menu or linked to; for this run alone."""
        return copy.copy(_page(self))


@cache  # Streamlit looks for the file and checks the icon of each, at every run
def _page(entry: Entry) -> st.Page:
    return st.Page(
        PAGES / f"{entry.name}.py",
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path=entry.name,
        default=entry.name == HOME,
    )


ENTRIES: list[Entry] = [
    Entry(HOME, "Start", "blur_on", ""),
    Entry(
        "one_dimension",
        "One dimension",
        "show_chart",
        TOY,
        "Many one-dimensional samples diffuse into noise and return to the peaks of the density.",
    ),
    Entry(
        "swiss_roll",
        "Swiss roll",
        "cyclone",
        TOY,
        "A spiral dissolves into noise; the score field shows the way back.",
    ),
    Entry(
        "helix",
        "Helix",
        "genetics",
        TOY,
        "A helix forms from noise while bands appear in its distance matrix.",
    ),
    Entry(
        "polymer",
        "Polymer",
        "timeline",
        TOY,
        "Polymer chains are sampled from noise. Are they as large as the simulated ones?",
    ),
    Entry(
        "noise_schedules",
        "Noise schedules",
        "tune",
        TOY,
        "Seven noise schedules, and your own, compared on the same data with the same noise.",
    ),
    Entry(
        "samplers",
        "Samplers",
        "conversion_path",
        TOY,
        "Several samplers start from the same noise: where they end, and how quality grows with "
        "steps.",
    ),
    Entry(
        "own_data",
        "Your own data",
        "draw",
        TOY,
        "Draw points or upload a file, and watch a network learn them.",
    ),
    Entry(
        "exact_learned",
        "True and learned",
        "balance",
        TOY,
        "The true score beside the network's, likelihoods, and an indicator of memorisation.",
    ),
    Entry(
        "molecule",
        "Molecule",
        "hub",
        MOLECULES,
        "Your molecule, its rotatable bonds, and a model that denoises its torsions into "
        "conformers.",
        opening="viewer",
    ),
    Entry(
        "symmetry",
        "Symmetry",
        "3d_rotation",
        MOLECULES,
        "Turn a noised chain by hand: the arrows of one network follow, those of another do not.",
        opening="turn-input",
    ),
    Entry(
        "coordinates",
        "Coordinates or torsions",
        "compare",
        MOLECULES,
        "One molecule dissolves twice: noise on its coordinates breaks its bonds, noise on its "
        "torsions cannot.",
        opening="two-ways",
    ),
    Entry("glossary", "Glossary", "menu_book", REFERENCE, opening="glossary"),
]


def menu() -> dict[str, list[st.Page]]:
    """The pages by section; the landing page comes first."""
    sections: dict[str, list[st.Page]] = {}
    for entry in ENTRIES:
        sections.setdefault(entry.section, []).append(entry.page())
    return sections
