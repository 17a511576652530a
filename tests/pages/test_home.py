"""The landing page under AppTest: it runs, says what it is, and leads to every page."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from pages.sections.home.route import OWN, ROUTE, Stop
from pages.ui import jobs
from pages.ui.navigation import ENTRIES, HOME
from tests.conftest import settle


def test_the_landing_page_leads_everywhere(open_page) -> None:
    app = settle(open_page(HOME))
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Diffusion explorer"
    links = app.expander[0].get("page_link")
    assert [link.proto.label for link in links] == [f"**{e.title}**" for e in ENTRIES if e.seen]
    assert [c.value for c in app.expander[0].caption] == [e.seen for e in ENTRIES if e.seen]


def test_the_landing_page_says_where_to_begin(open_page) -> None:
    links = settle(open_page(HOME)).get("page_link")
    wanted = [*ROUTE, *OWN]
    for link, stop in zip(links, wanted, strict=False):
        assert stop.title in link.proto.label
        assert link.proto.page == ("" if stop.page == HOME else stop.page)
        assert dict(parse_qsl(link.proto.query_string)) == stop.query


@pytest.mark.parametrize("stop", [*ROUTE, *OWN], ids=lambda stop: stop.title)
def test_every_stop_opens_what_it_says(
    open_page, monkeypatch: pytest.MonkeyPatch, stop: Stop
) -> None:
    monkeypatch.setattr(jobs, "cached", lambda *_args, **_options: None)
    app = open_page(stop.page, **stop.query)
    assert not app.exception
    marked = {b.key for b in app.button if b.proto.type == "primary"}
    if "try" in stop.query:
        assert f"try_{stop.query['try']}" in marked
