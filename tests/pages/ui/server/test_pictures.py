"""Pictures by address: made once, found by settings, forgotten when there are too many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.ui.components import mount
from pages.ui.components.picture import Picture, settled
from pages.ui.server import pictures
from pages.ui.server.pictures import PATH, Pictures

SMOOTH = bytes(50_000)
ROUGH = np.random.default_rng(0).bytes(50_000)


def never() -> bytes:
    raise AssertionError("it is here already")


def test_the_same_settings_are_made_once_and_the_same_content_has_one_address() -> None:
    store = Pictures()
    address = store.address("a", lambda: ROUGH)
    assert store.address("a", never) == address == store.address("b", lambda: ROUGH)
    assert store.address("c", lambda: SMOOTH) != address
    assert store.block(address) == ROUGH


def test_those_who_ask_at_once_wait_for_the_first() -> None:
    store, made, begun = Pictures(), [], threading.Event()

    def make() -> bytes:
        begun.wait(30)
        made.append(1)
        return ROUGH

    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(store.address, "a", make) for _ in range(4)]
        begun.set()
    assert len({each.result() for each in found}) == 1
    assert made == [1]


def test_the_least_recently_used_is_forgotten_and_made_again() -> None:
    store = Pictures(size=2 * len(ROUGH))
    blocks = {name: np.random.default_rng(ord(name)).bytes(len(ROUGH)) for name in "abc"}
    a, b = (store.address(name, lambda name=name: blocks[name]) for name in "ab")
    store.block(a)
    store.address("c", lambda: blocks["c"])
    assert store.block(a) == blocks["a"] and store.block(b) is None
    assert store.address("b", lambda: blocks["b"]) == b
    assert store.block(b) == blocks["b"]


def test_a_browser_keeps_what_it_has_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Pictures()
    monkeypatch.setattr(pictures, "PICTURES", store)
    client = TestClient(Starlette(routes=[Route(f"/{PATH}/{{name}}", pictures.picture)]))
    for block, encoding in ((SMOOTH, "gzip"), (ROUGH, None)):
        address = store.address(block, lambda block=block: block)
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.content == block
        assert answer.headers.get("content-encoding") == encoding
        assert "immutable" in answer.headers["cache-control"]
        assert client.get(address, headers={"Accept-Encoding": "identity"}).content == block
    gone = client.get(f"{PATH}/{'0' * 32}")
    assert gone.status_code == 404 and gone.headers["cache-control"] == "no-store"


def test_a_browser_that_cannot_fetch_it_is_sent_the_picture_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict[str, Any]] = []

    def mounting(**told: Any) -> None:
        sent.append(told["data"])

    monkeypatch.setattr(mount, "component", lambda *_: mounting)
    state: dict[str, Any] = {}
    monkeypatch.setattr(mount.st, "session_state", state)
    shown = Picture(f"{PATH}/1", lambda: b"picture")
    mount.mount("player", "player", "key", {}, shown)
    state["key"] = {"missing": shown.address}
    mount.mount("player", "player", "key", {}, shown)
    first, second = sent
    assert first["picture"] == shown.address and "blocks" not in first
    assert second["blocks"] == ["cGljdHVyZQ=="] and "picture" not in second
    assert second["serial"] > first["serial"]


@dataclass(frozen=True)
class Film:
    t: int
    frames: Any = field(compare=False)


def anew(t: int) -> Any:
    """As a page defines it at every rerun."""

    @dataclass(frozen=True)
    class Show:
        t: int

    return Show(t)


def test_settings_are_what_compares_and_nothing_that_they_hold() -> None:
    frames = np.zeros(3)
    one, other = settled([Film(1, frames), "a", None]), settled([Film(1, None), "a", None])
    assert one == other and hash(one) == hash(other)
    assert all(each is not frames for each in one[0])
    assert settled(anew(1)) == settled(anew(1)) != settled(anew(2))
    for each in (object(), np.zeros(3), Picture("", never)):
        with pytest.raises(TypeError):
            hash(settled(each))
