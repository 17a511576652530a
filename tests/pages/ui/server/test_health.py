"""How the server is, in JSON."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.ui.server import health, serving, streamlit_internals


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=serving.routes()))


def test_it_tells_what_the_parts_tell(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.PARTS, "queue", lambda: {"waiting": 3})
    answer = client.get("/health")
    told = answer.json()
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert told["ready"] is True and told["queue"] == {"waiting": 3}
    assert told["memory_mb"] is None or 10 < told["memory_mb"] < 100_000
    assert told["version"][0].isdigit()


def test_a_server_that_stops_is_not_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopping:
        _session_mgr = SimpleNamespace(num_active_sessions=lambda: 7)

        @property
        async def is_ready_for_browser_connection(self) -> tuple[bool, str]:
            return False, "stopping"

    monkeypatch.setattr(streamlit_internals.runtime, "exists", lambda: True)
    monkeypatch.setattr(streamlit_internals.runtime, "get_instance", Stopping)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False and answer.json()["sessions"] == 7
