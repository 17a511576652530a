"""The pages of the app, in the order of the menu."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[1]
HOME = "home"
TOY = "Diffusion on toy data"
MOLECULES = "Molecules"


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
        """The page itself, to be listed in the menu or linked to."""
        return st.Page(
            PAGES / f"{self.name}.py",
            title=self.title,
            icon=f":material/{self.icon}:",
            url_path=self.name,
            default=self.name == HOME,
        )


ENTRIES: list[Entry] = [
    Entry(HOME, "Start", "blur_on", ""),
    Entry(
        "one_dimension",
        "One dimension",
        "show_chart",
        TOY,
        "A crowd of numbers wanders off into noise, and finds its way back to the peaks.",
    ),
    Entry(
        "swiss_roll",
        "Swiss roll",
        "cyclone",
        TOY,
        "A spiral of points, and the field of arrows that leads noise home.",
    ),
    Entry(
        "helix",
        "Helix",
        "genetics",
        TOY,
        "A chain of residues coils up while its distance matrix falls into stripes.",
    ),
    Entry(
        "polymer",
        "Polymer",
        "timeline",
        TOY,
        "Simulated chains condense from noise. Do they come out as large as the real ones?",
    ),
    Entry(
        "noise_schedules",
        "Noise schedules",
        "tune",
        TOY,
        "Seven ways to add noise, and your own, raced on the same data with the same noise.",
    ),
    Entry(
        "samplers",
        "Samplers",
        "conversion_path",
        TOY,
        "One cloud of noise, several ways back: which meet, which part, and what steps buy.",
    ),
    Entry(
        "own_data",
        "Your own data",
        "draw",
        TOY,
        "Draw points or bring a file, and watch a network learn them.",
    ),
    Entry(
        "exact_learned",
        "Exact and learned",
        "balance",
        TOY,
        "The true score beside the network's, likelihoods, and a light that tells who memorises.",
    ),
    Entry(
        "molecule",
        "Molecule",
        "hub",
        MOLECULES,
        "Your molecule, its rotatable bonds, and a trained model that folds it into conformers.",
        opening="viewer",
    ),
]


def menu() -> dict[str, list[st.Page]]:
    """The pages by section; the landing page comes first."""
    sections: dict[str, list[st.Page]] = {}
    for entry in ENTRIES:
        sections.setdefault(entry.section, []).append(entry.page())
    return sections
