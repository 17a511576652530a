"""Text of a person on a page: shown letter by letter, whatever Markdown would make of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.wording import plain
from tests.conftest import BrowserPage, settle, start_server, stop_server, wait, watched_page

Open = Callable[..., AppTest]
FEW = {"n": "1", "torsional_steps": "5"}
IMAGE = "![a](http://evil.example/p.png)"

TEXTS = [
    "C[C@H](O)C(=O)[O-](C",
    "CCOC(=O)[C@@H](C)N",
    "F/C=C/F and F\\C=C\\F",
    "C*C*C(",
    "c1:c:c:c:c:c:1",
    "c:o:c:x:c",
    "[CH3:1][CH2:2][OH:3]",
    "N->[Cu]<-N",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    "-> first",
    "CC#N",
    "# heading",
    "## heading",
    "> quote",
    "- item",
    "+ item",
    "* item",
    "1. first",
    "12) twelfth",
    "---",
    "***",
    "===",
    "```python",
    "a `code` span and ``two``",
    "`:x:`",
    "**bold** *italic* __bold__ _italic_ ~~gone~~ ~gone~",
    IMAGE,
    "[click](http://evil.example/)",
    "[reference][1] [1]: http://evil.example/",
    "<http://evil.example/>",
    "http://evil.example/p.png",
    "(see https://evil.example/a_b*c*d, or not)",
    "www.evil.example",
    "WWW.evil.example HTTP://evil.example",
    "xhttp://evil.example,http://evil.example;",
    "mail some.one@evil.example today",
    "<b>bold</b> <img src=http://evil.example/p.png> <!-- gone -->",
    "&amp; &lt; &#65; & AT&T",
    ":red[text] :red-background[text] :small[text] :blue-badge[text]",
    ":color[text]{foreground=red} :help :foo 12:30 a:b ::x :::x",
    ":material/home: :material_home: :streamlit: :smile: :+1: :-1:",
    "$x^2$ and $$y$$ for 3 $ and 4 $",
    "price ($) | cost ($)",
    "a | b",
    "[^1] [x] [ ] {x} \\* \\\\ \\n a\\",
    "x^2^ H~2~O x_1 a_b_c",
    "snowman ☃ Å ÅÅ “quoted” naïve",
    "'; DROP TABLE x; --",
    "3-methyl 2,2'-bis(4-oxo) -5 +5 .5 =x",
]

PAGE = """
import json
import streamlit as st
from pages.ui.wording import plain, show_problem
texts = json.loads({texts!r})
for k, text in enumerate(texts):
    with st.container(key=f"caption_{{k}}"):
        st.caption(plain(text))
    with st.container(key=f"inside_{{k}}"):
        st.markdown(f"**Name** ({{plain(text)}}) end.")
    with st.container(key=f"error_{{k}}"):
        show_problem(text)
    with st.container(key=f"label_{{k}}"):
        st.button(plain(text), key=f"button_{{k}}")
st.title("Done")
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("There are no points.", "There are no points."),
        ("C[C@H](O)C", r"C\[C@H\](O)C"),
        ("see http://a.example.", "see `http://a.example`."),
        ("several\n\n  lines", "several lines"),
        ("1. x", r"1\. x"),
        ("", ""),
    ],
)
def test_only_what_markdown_reads_is_changed(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.browser
def test_every_letter_is_shown_and_nothing_is_fetched(browser: Any, tmp_path: Path) -> None:
    script = tmp_path / "shown.py"
    root = str(Path(__file__).parents[3])
    script.write_text(
        f"import sys\nsys.path.insert(0, {root!r})\n" + PAGE.format(texts=json.dumps(TEXTS))
    )
    server = start_server(script)
    try:
        context = browser.new_context()
        opened = watched_page(context, server.url)
        page = opened.open()
        page.get_by_role("heading", name="Done").wait_for()
        page.wait_for_timeout(1000)  # emoji and formulas are set by scripts that come later
        wrong = []
        for k, text in enumerate(TEXTS):
            for kind, wanted in (("caption", text), ("inside", f"Name ({text}) end."),
                                 ("error", text), ("label", text)):  # fmt: skip
                inner = ":is([data-testid=stMarkdownContainer], [data-testid=stCaptionContainer])"
                box = page.locator(f".st-key-{kind}_{k} {inner}").first
                seen = box.inner_text(timeout=60_000).strip()
                if seen != wanted or box.locator("a, img, svg, .katex, em, del").count():
                    wrong.append((kind, wanted, seen))
        assert not wrong
        assert not opened.foreign_requests
        context.close()
    finally:
        stop_server(server)


def test_a_refused_smiles_is_quoted_as_it_was_typed(open_page: Open) -> None:
    typed = "C[C@H](O)C(=O)[O-](C"
    app = settle(open_page("molecule", source="smiles", smiles=typed, **FEW))
    assert plain(typed) in app.error[0].value
    app = settle(open_page("molecule", source="smiles", smiles="C[C@@H](N)C(=O)OCC.Cl", **FEW))
    assert r"CCOC(=O)\[C@@H\](C)N" in app.error[0].value


@pytest.mark.parametrize("text", [IMAGE, "[click](http://evil.example/)", "http://evil.example"])
def test_an_address_cannot_put_markdown_on_a_page(open_page: Open, text: str) -> None:
    app = settle(open_page("molecule", source="smiles", smiles=text, **FEW))
    molecule = app.error[0].value
    app = open_page("noise_schedules", own=text, shown="own")
    schedule = app.error[0].value
    for shown in (molecule, schedule):
        code = shown.split("`")[1::2]
        assert "evil" not in shown or any("evil" in span for span in code), shown


@pytest.mark.browser
def test_a_link_fetches_nothing_foreign(browser_page: BrowserPage) -> None:
    for address in (f"molecule?source=smiles&n=1&torsional_steps=5&smiles={IMAGE}",
                    f"noise_schedules?shown=own&own={IMAGE}"):  # fmt: skip
        page = browser_page.open(address)
        alert = page.get_by_role("alert").first
        alert.wait_for(timeout=60_000)
        wait(page, lambda alert=alert: "evil" in alert.inner_text())
        assert IMAGE[:30] in alert.inner_text()
        assert not alert.locator("img[src*=evil], a").count()
    assert not browser_page.foreign_requests
