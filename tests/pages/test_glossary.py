"""The glossary: true to its pages, opened by its words with mouse, touch and keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.glossary import terms
from pages.ui import glossary
from pages.ui.navigation import ENTRIES
from tests.conftest import BrowserPage, press, settle

Open = Callable[..., AppTest]


def test_every_word_stands_on_pages_that_there_are() -> None:
    names = {entry.name for entry in ENTRIES}
    for word in terms().values():
        assert word.pages, word.key
        assert set(word.pages) <= names, word.key
        assert word.text.endswith("."), word.key


def test_the_page_lists_every_word(open_page: Open) -> None:
    app = open_page("glossary")
    assert not app.exception
    shown = "\n".join(block.value for block in app.markdown)
    for word in terms().values():
        assert word.long in shown, word.key
    assert len(app.markdown) == len(terms())


def test_a_word_is_a_link_and_an_abbreviation_is_written_out() -> None:
    assert glossary.term("ddim") == "[DDIM](#term-ddim)"
    assert glossary.term("score", "scores") == "[scores](#term-score)"
    assert glossary.written_out("snr") == "signal-to-noise ratio ([SNR](#term-snr))"
    with pytest.raises(KeyError):
        glossary.term("phlogiston")


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("conformers", {"torsion", "rotatable_bond", "conformer", "rmsd", "mmff94s", "strain"}),
        ("compared", {"etkdg", "rmsd"}),
        ("energies", {"ensemble", "boltzmann"}),
    ],
)
def test_the_words_of_conformers_are_links_on_the_page_molecule(
    open_page: Open, tab: str, words: set[str]
) -> None:
    app = settle(open_page("molecule", example="butane", n="2", torsional_steps="5", results=tab))
    said = " ".join(block.value for block in [*app.markdown, *app.caption])
    linked = set(re.findall(r"\(#term-(\w+)\)", said))
    assert linked >= words | {"wrapped_normal", "score"}, "the equations link to theirs"
    assert all("molecule" in terms()[word].pages for word in linked)


@pytest.mark.browser
def test_in_a_browser_words_open_and_close(browser_page: BrowserPage) -> None:
    page = browser_page.open("samplers")
    card = page.locator(".card:popover-open")
    link = page.get_by_role("link", name="Terms")
    page.locator(".card[data-words]").wait_for(state="attached")  # they come after the page
    press(link)
    assert card.get_by_text("denoising diffusion implicit model").count() == 1
    assert card.get_by_text("radius of gyration").count() == 0, "a word of another page"
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert "#" not in page.url, "the address stays"
    link.focus()
    page.keyboard.press("Enter")
    card.wait_for()
    box, view = card.bounding_box(), page.viewport_size
    assert box["x"] >= 0 and box["x"] + box["width"] <= view["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= view["height"]
    press(page.locator("h1"))
    assert card.count() == 0, "a click elsewhere closes it"
    assert not browser_page.console_errors
