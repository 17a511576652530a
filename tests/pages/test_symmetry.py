"""The page Symmetry: both ways round the square, and what was taught in one direction."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.conftest import settle


def test_it_opens_with_numbers_and_the_messages_of_a_bead(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page("symmetry", bead="4"))
    assert not app.exception
    texts = " ".join(each.value for each in app.markdown)
    assert "Relative difference" in texts and "place of bead 4" in texts
