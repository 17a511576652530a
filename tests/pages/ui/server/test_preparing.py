"""What pages open with is there before the first visitor."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from pages.ui.navigation import HOME
from tests.conftest import settle, start_server, stop_server


@pytest.mark.slow
def test_the_picture_of_the_start_page_is_made_before_anybody_comes(open_page: Any) -> None:
    """At the address that another process computes: the same settings, the same content."""
    page = settle(open_page(HOME))
    address = json.loads(page.get("bidi_component")[0].proto.json)["picture"]
    server = start_server(prepare=True)
    try:
        end = time.monotonic() + 300
        while not _answers(f"{server.url}/{address}"):
            assert time.monotonic() < end, "nobody has prepared it"
            time.sleep(0.5)
    finally:
        stop_server(server)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60):
            return True
    except urllib.error.HTTPError:
        return False
