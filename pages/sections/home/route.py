"""Where to begin: a route of a few minutes a stop, and where to go with something of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from pages.ui import navigation

COLUMNS = 4


@dataclass(frozen=True)
class Stop:
    """One link: the name of a page and what its address says, with a title and a sentence."""

    page: str
    title: str
    sentence: str
    query: dict[str, str] = field(default_factory=dict)


ROUTE = [
    Stop(
        "one_dimension",
        "Noise and back",
        "Numbers become noise, step by step; the way back makes new ones with the same density.",
    ),
    Stop(
        "one_dimension",
        "Noise must be reached",
        "A chain that stops too early starts its way back in the wrong place.",
        {"try": "early_end"},
    ),
    Stop(
        "swiss_roll",
        "What is predicted",
        "At every step the network guesses the clean points: first their mean, then a spiral.",
        {"try": "prediction"},
    ),
    Stop(
        "swiss_roll",
        "The score",
        "The same guess as arrows: the gradient that leads noise back to the data.",
        {"try": "score"},
    ),
    Stop(
        "samplers",
        "Few steps",
        "The same noise and network, five steps each: which sampler comes near?",
        {"try": "five_steps"},
    ),
    Stop(
        "exact_learned",
        "Learn or memorise",
        "A network trained on eight points, before your eyes, gives them back. And on a thousand?",
        {"view": "memory", "try": "eight"},
    ),
    Stop(
        "polymer",
        "Ask for something",
        "Guidance: chains of a size that you choose, from the same noise.",
        {"lab": "guide", "try": "compact"},
    ),
    Stop(
        "molecule",
        "A real molecule",
        "The same idea on torsion angles: conformers of ibuprofen.",
    ),
]

OWN = [
    Stop(
        "molecule",
        "Your molecule",
        "Type it, draw it or upload a file: conformers, energies, a comparison with RDKit's own "
        "method, and files to take away.",
    ),
    Stop(
        "own_data",
        "Your own data",
        "Draw points or upload a table or an image, and watch a network learn them.",
    ),
    Stop(
        "noise_schedules",
        "A lecture",
        "Every page has exercises with a question and its answer. The address holds what you see: "
        "send it to a class. Pictures go full screen, and to slides as PNG, GIF or a page that "
        "plays offline.",
        {"try": "thirty_steps"},
    ),
]


def show() -> None:
    """Draw the route, and below it the ways for those who bring something."""
    st.subheader("Begin here: eight stops of five minutes", anchor=False)
    titles = [f"{k}. {stop.title}" for k, stop in enumerate(ROUTE, 1)]
    _cards("route", ROUTE, titles, COLUMNS)
    st.subheader("Or bring something", anchor=False)
    _cards("own", OWN, [stop.title for stop in OWN], len(OWN))


def _cards(name: str, stops: Sequence[Stop], titles: Sequence[str], columns: int) -> None:
    entries = {entry.name: entry for entry in navigation.ENTRIES}
    for first in range(0, len(stops), columns):
        row = range(first, min(first + columns, len(stops)))
        for column, k in zip(st.columns(columns), row, strict=False):
            with column.container(border=True, key=f"card_{name}_{k}", height="stretch"):
                page = entries[stops[k].page].page()
                st.page_link(page, label=f"**{titles[k]}**", query_params=stops[k].query or None)
                st.caption(stops[k].sentence)
