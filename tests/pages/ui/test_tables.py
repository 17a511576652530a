"""One function draws every table: plain ones in Markdown, ruled ones in HTML."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.tables import CHOSEN, FAINT, Cell, markdown, ruled


def test_names_stand_left_and_numbers_right_and_unbroken() -> None:
    assert markdown(["", "Mean"], [["all bonds", "1.0 ± 0.1"]]).splitlines() == [
        "|  | Mean |",
        "| :-- | --: |",
        "| all bonds | 1.0\u00a0±\u00a00.1 |",
    ]


def test_a_ruled_table_shows_marks_shares_and_states() -> None:
    rows = [
        [Cell("C1–C2", colour="#123456", mark="dot"), "heavy"],
        [Cell("O–H", mark="dashes", below="twice"), Cell("0.36", colour="red", share=0.36)],
    ]
    made = ruled(["Bond", "Left of x_0"], rows, states=[CHOSEN, FAINT], wide=[1])
    assert 'class="dot" style="background:#123456"' in made
    assert "dashed" in made and "twice" in made
    assert 'aria-label="36%"' in made and "width:36.00%" in made
    assert 'class="chosen"' in made and 'class="faint"' in made
    assert made.count('class="wide"') == 3, "the head and both rows"
    assert "Left of x<sub>0</sub>" in made


def test_what_stands_in_a_cell_is_text_and_not_html() -> None:
    made = ruled(["<b>"], [[Cell("<i>", below="<u>", strong=True)], ["a & b"]])
    for tag in ("<b>", "<i>", "<u>"):
        assert tag not in made
    assert "<strong>&lt;i&gt;</strong>" in made and "a &amp; b" in made


def test_a_row_that_does_not_fit_its_head_is_refused() -> None:
    with pytest.raises(ValueError):
        ruled(["one", "two"], [["alone"]])


def page() -> None:
    from pages.ui.tables import Cell, table

    table(["", "value"], [["plain", "1"]])
    table(["", "value"], [[Cell("drawn", mark="dot"), "1"]])


def test_the_content_decides_how_a_table_is_drawn() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [each.value for each in app.markdown] == [markdown(["", "value"], [["plain", "1"]])]
    assert len(app.get("html")) == 1
