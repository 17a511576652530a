"""What is read from inside Streamlit: it is there today, and its absence costs no page."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.ui.server import streamlit_internals as internals

PAGES = Path(__file__).parents[4] / "pages"
STATIC = Path(st.__file__).parent / "static"


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    yield
    internals.known.cache_clear()
    internals.component_scripts.cache_clear()


def test_this_streamlit_has_been_looked_into() -> None:
    assert internals.known(), "a new Streamlit: check every function here, then name it in KNOWN"
    found = internals.component_scripts()
    assert found and all((STATIC / path).is_file() for path in found)


def test_of_another_streamlit_no_script_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    internals.component_scripts.cache_clear()
    internals.known.cache_clear()
    monkeypatch.setattr(internals, "version", lambda _: "2.0.1")
    assert not internals.known()
    assert internals.component_scripts() == []


def test_a_bundle_that_looks_different_gives_no_scripts(tmp_path: Path) -> None:
    assert internals._scripts(tmp_path) == []
    (tmp_path / "index.html").write_text("<script src='other.js'></script>")
    assert internals._scripts(tmp_path) == []
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    (folder / "BidiComponent.1.js").write_text('import a from"./gone.js"')
    assert internals._scripts(tmp_path) == ["static/js/BidiComponent.1.js"]


def test_outside_a_session_nobody_is_asked() -> None:
    assert internals.session_id() is None
    assert internals.history_navigation() is False
    assert internals.served() is False
    assert internals.connected("anybody") is True


def test_a_context_without_the_flag_is_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    for context, said in ((SimpleNamespace(), False), (None, False)):
        monkeypatch.setattr(internals, "get_script_run_ctx", lambda context=context, **_: context)
        assert internals.history_navigation() is said
    context = SimpleNamespace(is_history_navigation=True, session_id="me")
    monkeypatch.setattr(internals, "get_script_run_ctx", lambda **_: context)
    assert internals.history_navigation() is True
    assert internals.session_id() == "me"


def test_a_runtime_that_does_not_know_sessions_keeps_their_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(internals, "served", lambda: True)
    monkeypatch.setattr(internals.runtime, "get_instance", SimpleNamespace)
    assert internals.connected("me") is True
    gone = SimpleNamespace(is_active_session=lambda session: session == "other")
    monkeypatch.setattr(internals.runtime, "get_instance", lambda: gone)
    assert internals.connected("me") is False


class Server:
    """Has a ``receive`` and perhaps a connection."""

    def __init__(self, transport: object) -> None:
        self.transport = transport

    async def receive(self) -> None:
        """Nothing."""


def test_a_receive_without_a_connection_has_none() -> None:
    with socket.socket(socket.AF_INET) as tcp:
        found = Server(SimpleNamespace(get_extra_info={"socket": tcp}.get))
        assert internals.connection(found.receive) is tcp
    for transport in (None, object(), SimpleNamespace(get_extra_info=lambda _: None)):
        assert internals.connection(Server(transport).receive) is None
    assert internals.connection(lambda: None) is None


def test_the_theme_is_read_once_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    read, asked = app_session._populate_theme_msg, []

    def counted(message: CustomThemeConfig, section: str = "theme") -> None:
        asked.append(section)
        read(message, section)

    monkeypatch.setattr(app_session, "_populate_theme_msg", counted)
    internals.keep_theme()
    for section in ("theme", "theme.dark"):
        expected = CustomThemeConfig()
        read(expected, section)
        assert expected.ByteSize(), "there is something to read"
        for _ in range(2):
            found = CustomThemeConfig()
            app_session._populate_theme_msg(found, section)
            assert found == expected
    assert asked == ["theme", "theme.dark"]


def test_nothing_else_reads_from_inside_streamlit() -> None:
    for path in PAGES.rglob("*.py"):
        if path.name.startswith("streamlit_"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                inside = [n for n in whole if n.startswith("streamlit.runtime")]
                assert not inside, path
