"""The words of every page and view: symbols set, numbers written out, abbreviations explained.

Scanned is all that a page says under AppTest: titles, texts, labels, help, metrics, tables;
legends, captions and axes of the moving pictures; titles and names of the charts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from engine.figures.player import Scene
from engine.glossary import terms
from engine.notation import SYMBOL
from pages.ui import plots
from pages.ui.components import picture
from pages.ui.server.pictures import PICTURES
from tests.conftest import BrowserPage, at_rest, settle

Open = Callable[..., AppTest]

#: Every page and view, small enough to be quick.
VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "home": ("home", {}),
    "one_dimension": ("one_dimension", {}),
    "one_dimension, oracle": ("one_dimension", dict(denoiser="oracle", start_same="true")),
    "swiss_roll": ("swiss_roll", dict(show_score="true", show_guess="true", points_n="100")),
    "swiss_roll, early end": ("swiss_roll", dict(schedule="linear", denoiser="memory")),
    "helix": ("helix", dict(view="both", noise_T="20")),
    "polymer, compare": ("polymer", dict(lab="compare", rival_steps="2")),
    "polymer, guide": ("polymer", dict(lab="guide", guided_steps="10")),
    "polymer, map": ("polymer", dict(lab="map")),
    "polymer, process": ("polymer", dict(lab="process", noise_T="20", polymer_n="100")),
    "noise_schedules": ("noise_schedules", dict(points_n="100")),
    "samplers": ("samplers", dict(points_n="100", steps="5")),
    "own_data": ("own_data", dict(points_n="100", noise_T="20")),
    "exact_learned, score": ("exact_learned", dict(noise_T="20")),
    "exact_learned, line": ("exact_learned", dict(data="three_gaussians", noise_T="20")),
    "exact_learned, likelihood": ("exact_learned", dict(view="likelihood", flow_steps="8")),
    "exact_learned, memory": ("exact_learned", dict(view="memory")),
    "symmetry, turn": ("symmetry", {}),
    "symmetry, taught": ("symmetry", dict(view="taught", taught_steps="5")),
    "coordinates": ("coordinates", dict(ways_steps="10", ways_conformers="2")),
    "glossary": ("glossary", {}),
}
#: Widely known, names of file formats, or of a molecule and a data set.
KNOWN = {"GABA", "GEOM"}
KNOWN |= {"CSV", "GIF", "HTML", "JPG", "MB", "NPY", "NPZ", "PNG", "RDKit", "TSV", "TXT", "XLSX"}
SET = re.compile(
    r"\$[^$]+\$|`[^`]*`|\]\([^)]*\)|https?://\S+|:material/\w+:", re.DOTALL
)  #: not said as it is
E_NOTATION = re.compile(r"\d\.?\d*e[-+]?\d")
ABBREVIATION = re.compile(r"(?<![\w-])[A-Z]{2,}[a-z0-9]*\b")
WIDGETS = (
    "button_group",
    "selectbox",
    "select_slider",
    "slider",
    "toggle",
    "number_input",
    "button",
)


def said(app: AppTest | Block) -> Iterator[str]:
    """Everything that the page, or a section of it, itself says, as Markdown or HTML."""
    for kind in ("title", "subheader", "markdown", "caption", "info", "warning", "error"):
        yield from (element.value for element in getattr(app, kind))
    for element in app.get("html"):
        yield re.sub(r"<style>.*?</style>|<[^>]+>", " ", element.proto.body, flags=re.DOTALL)
    for expander in app.expander:
        yield expander.label
    for element in app.metric:
        yield from (element.label, element.value, element.delta, element.help)
    for kind in WIDGETS:
        for element in getattr(app, kind):
            yield from (element.label, element.help)
            yield from getattr(element, "options", [])


def pictured(scene: Scene) -> Iterator[str]:
    """The words of a moving picture."""
    for panel in scene.panels:
        yield from (panel.title, panel.caption, panel.xlabel, panel.ylabel)
        yield from (layer.label for layer in panel.layers)
    yield from scene.times[:3]


def charted(figure: dict[str, Any]) -> Iterator[str]:
    """The words of a chart."""
    layout = figure["layout"]
    for name, part in layout.items():
        if name.startswith(("xaxis", "yaxis", "title")):
            yield (part.get("title", part) or {}).get("text") or ""
    yield from (note.get("text", "") for note in layout.get("annotations", []))
    yield from (trace.get("name") or "" for trace in figure["data"])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of all pictures and charts that are drawn meanwhile."""
    words: list[str] = []
    encoded, made = picture.encoded, plots._Made

    def noted(scene: Scene) -> bytes:
        words.extend(pictured(scene))
        return encoded(scene)

    class Noted(made):  # type: ignore[misc,valid-type]
        def __init__(self, figure: Any) -> None:
            super().__init__(figure)
            words.extend(charted(self.to_dict()))

    monkeypatch.setattr(picture, "encoded", noted)
    monkeypatch.setattr(plots, "_Made", Noted)
    monkeypatch.setattr(PICTURES, "_names", {})
    plots._figure.clear()
    return words


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_symbols_numbers_and_abbreviations(view: str, open_page: Open, drawn: list[str]) -> None:
    name, query = VIEWS[view]
    app = settle(open_page(name, **query))
    assert not app.exception
    plain(list(filter(None, said(app))), drawn)


def test_the_section_that_trains_on_a_molecule(open_page: Open) -> None:
    """Of the molecule page this section alone: the rest speaks of methods and files by name."""
    small = dict(n="2", torsional_steps="5", source="smiles", smiles="CCCC")
    app = settle(open_page("molecule", **small, taught="true", taught_steps="50"))
    app = settle(app.button(key="taught_start").click().run())
    assert not app.exception
    [section] = [part for part in app.expander if part.label == "Train a model on this molecule"]
    words = list(filter(None, said(section)))
    assert any("Both models on this molecule" in text for text in words)
    plain(words, [])


def plain(words: list[str], drawn: list[str]) -> None:
    """No raw symbol, no programmer's number, every abbreviation written out."""
    linked = {key for text in words for key in re.findall(r"\(#term-(\w+)\)", text)}
    assert linked <= terms().keys(), "links to words that there are not"
    texts = [SET.sub(" ", text) for text in words]
    for text in texts:
        assert not SYMBOL.search(text), f"a raw symbol: {text}"
    for text in [*texts, *drawn]:
        assert not E_NOTATION.search(text), f"a programmer's number: {text}"
        left = SYMBOL.sub(" ", text) if text in drawn else text
        assert not re.search(r"[^\W\d]_[^\W_]", left), f"an underscore: {text}"
    wrong = explained(" ".join([*texts, *drawn]))
    assert not wrong, ", ".join(wrong)


def explained(whole: str) -> list[str]:
    """What is wrong with the abbreviations in a text: not in the glossary, or not written out."""
    known = {
        found[0]: word for word in terms().values() if (found := ABBREVIATION.match(word.term))
    }
    wrong = []
    for found in sorted(set(ABBREVIATION.findall(whole)) - KNOWN):
        word = known.get(found) or known.get(found.rstrip("s"))
        if word is None:
            wrong.append(f"{found} is not in the glossary")
        elif word.long.lower() not in whole.lower():
            wrong.append(f"{found} is not written out")
    return wrong


def test_the_scan_finds_what_it_looks_for() -> None:
    assert SYMBOL.search("starts from x_T of the data")
    assert not SYMBOL.search(SET.sub(" ", "starts from $x_T$, see `x_0` and [a](#term-x_0)"))
    assert E_NOTATION.search("only 2.4e-7 of it") and not E_NOTATION.search("2.4 × 10⁻⁷")
    assert explained("a VAE in HTML") == ["VAE is not written out"]
    assert explained("an XYZQ") == ["XYZQ is not in the glossary"]
    assert explained("a variational autoencoder (VAE)") == []


#: Notes what canvases are asked to write.
SPY = """
window.written = [];
for (const Kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
  const { fillText } = Kind.prototype;
  Kind.prototype.fillText = function (text, ...rest) {
    window.written.push(String(text));
    return fillText.call(this, text, ...rest);
  };
}
"""
#: What components say, which draw below a root of their own.
SHADOWED = """() => [...document.querySelectorAll("*")].flatMap(e => e.shadowRoot
    ? [...e.shadowRoot.querySelectorAll("*:not(style, script)")] : [])
    .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent))"""
#: Formulas that KaTeX could not read: some it replaces as a whole, of others it reddens a part.
BROKEN = '.katex-error, .katex [style*="cc0000"], .katex [style*="204, 0, 0"]'


@pytest.mark.browser
@pytest.mark.slow
def test_in_a_browser_formulas_are_read_and_canvases_write_no_underscores(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.page
    page.add_init_script(SPY)
    formulas, written = 0, set()
    for name, query in VIEWS.values():
        browser_page.open(f"{name}?{urlencode(query)}")
        at_rest(page)
        if name != "glossary":
            page.locator("canvas").first.wait_for(timeout=30_000)
        for summary in (
            page.locator("summary").filter(has_text=re.compile("equations|methods")).all()
        ):
            summary.click()
        formulas += page.locator(".katex").count()
        assert page.locator(BROKEN).all_inner_texts() == [], name
        written |= {*page.evaluate("window.written"), *page.evaluate(SHADOWED)}
    assert formulas > 100
    assert "x" in written and "t" in written, "symbols and their subscripts, piece by piece"
    assert not [text for text in written if SYMBOL.search(text) or E_NOTATION.search(text)]
