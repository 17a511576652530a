"""The landing page under AppTest: it runs, says what it is, and leads to every page."""

from __future__ import annotations

from pages.ui.navigation import ENTRIES, HOME
from tests.conftest import settle


def test_the_landing_page_leads_everywhere(open_page) -> None:
    app = settle(open_page(HOME))
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Diffusion explorer"
    links = app.get("page_link")
    assert [link.proto.label for link in links] == [f"**{e.title}**" for e in ENTRIES if e.seen]
    assert [c.value for c in app.caption] == [e.seen for e in ENTRIES if e.seen]
