"""How the app is served: what each page names in advance, addresses below a path, a warm start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.figures.offline.bundling import bundle
from pages.ui.components.mount import preloads
from pages.ui.navigation import ENTRIES, TITLE
from pages.ui.server import serving, streamlit_internals
from pages.ui.server.index_page import index_page, inline_hashes
from pages.ui.server.static_files import StaticFiles
from tests.conftest import ROOT

STATIC = Path(st.__file__).parent / "static"


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Of all that is answered before Streamlit."""
    return TestClient(Starlette(middleware=serving.middleware(), routes=serving.routes()))


def test_every_page_names_what_it_opens_with_after_what_streamlit_needs(client: TestClient) -> None:
    theirs = streamlit_internals.component_scripts()
    for entry in ENTRIES:
        text = client.get(entry.path).text
        named = re.findall(r'<link rel="(?:modulepreload|preload)"[^>]* href="./([^"]+)"', text)
        own = [*preloads(entry.opening), *theirs]
        assert named[-len(own) :] == own
        assert all(client.get(f"/{path}").status_code == 200 for path in named)
        assert f"<title>{TITLE}</title>" in text
        assert 'as="font"' not in text, "the theme has a typeface of its own"


def test_bundles_and_hashed_names_are_kept_for_good_and_all_else_is_revalidated(
    client: TestClient,
) -> None:
    address = f"/{preloads('player')[0]}"
    answer = client.get(address)
    assert answer.text == bundle("player")
    assert answer.headers["content-type"].startswith("text/javascript")
    script = next(STATIC.glob("static/js/index.*.js")).relative_to(STATIC).as_posix()
    for path, immutable in {
        address: True,
        f"/{script}": True,
        address + "0": False,  # an open page that asks for a version that is no longer there
        "/": False,
        "/assets/vendor/3Dmol-min.js": False,
    }.items():
        assert ("immutable" in client.get(path).headers["cache-control"]) is immutable, path


@pytest.mark.parametrize(
    "path",
    [
        "/assets/bundles/nothing.js",
        "/assets/bundles/../vendor/3Dmol-min.js/..",
        "/assets/vendor/..%2F..%2Fapp.py",
        "/assets/vendor/%2e%2e/%2e%2e/app.py",
        "/static/../index.html",
        "/assets/weights/bonds.json",
        "/assets/fonts/",
    ],
)
def test_no_address_leads_to_another_file(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_below_a_path_everything_moves_with_it() -> None:
    files = serving.own_files()
    client = TestClient(StaticFiles(Starlette(), files, "/explorer/"))
    assert client.get("/explorer/assets/icon.png").status_code == 200
    assert client.get("/assets/icon.png").status_code == 404


def test_an_unknown_streamlit_serves_itself(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "script-src" in client.get("/").headers["content-security-policy"]
    monkeypatch.setattr(streamlit_internals, "pages_folder", lambda: None)
    monkeypatch.setattr(serving, "files", serving.files.__wrapped__)
    monkeypatch.setenv(serving.FRAME_ANCESTORS, "https://school.example")
    other = TestClient(Starlette(middleware=serving.middleware()))
    answer = other.get("/")
    assert answer.status_code == 404, "asked of Streamlit"
    assert answer.headers["content-security-policy"] == "frame-ancestors https://school.example"
    assert other.get("/assets/icon.png").status_code == 200


def test_a_page_that_looks_different_is_served_as_it_is() -> None:
    assert index_page("<p>Other</p>", "Ours", ["static/js/a.js"]) == "<p>Other</p>"
    assert inline_hashes(["<p>Other</p>"]) == []


def test_a_warm_server_has_what_pages_import_and_load() -> None:
    """In a process of its own, because here all has been imported before."""
    code = (
        "import asyncio, sys, threading\n"
        "from pages.ui.server.serving import WARMING, files, warm\n"
        "assert 'torch' not in sys.modules\n"
        "async def main():\n"
        "    async with warm(None):\n"
        "        [t.join() for t in threading.enumerate() if t.name == WARMING]\n"
        "asyncio.run(main())\n"
        "assert 'packed' in vars(files()['/assets/bundles/player.js'])\n"
        "assert {'torch', 'rdkit.Chem', 'plotly'} <= sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
