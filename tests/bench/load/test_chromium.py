"""The visitors of ``bench load`` against Chromium: the same requests, the same messages."""

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from engine.bench.load.browser.visitor import Visitor
from tests.bench.load.loops import finished
from tests.conftest import at_rest, wait

SWITCH = "Score arrows"


def told(sent: list[BackMsg]) -> list[tuple[str, str, str, dict[str, bytes]]]:
    """What the first message and the one with the switch say: page, hash, address, controls."""
    found = [message.rerun_script for message in sent]
    return [_told(found[0]), *[_told(one) for one in found if _switched(one)][:1]]


def _told(asked: ClientState) -> tuple[str, str, str, dict[str, bytes]]:
    states = {state.id: state.SerializeToString() for state in asked.widget_states.widgets}
    return asked.page_name, asked.page_script_hash, asked.query_string, states


def _switched(asked: ClientState) -> bool:
    return any(s.id.endswith("-show_score") and s.bool_value for s in asked.widget_states.widgets)


class Recorded(Visitor):
    """A visitor that remembers what it sent."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sent: list[BackMsg] = []

    def _send(self, message: BackMsg) -> None:
        self.sent.append(message)
        super()._send(message)


async def visited(url: str) -> tuple[set[str], list[BackMsg]]:
    async with Recorded(url) as visitor:
        await visitor.open("/swiss_roll")
        before = await visitor.picture("swiss_roll")
        await visitor.still()
        asked = set(visitor.web.asked)
        visitor.turn(SWITCH, True)
        await visitor.picture("swiss_roll", other=before.digest)
        return asked, visitor.sent


@pytest.mark.browser
@pytest.mark.slow
def test_a_visitor_asks_and_says_what_chromium_does(browser_page: Any) -> None:
    page, asked, sent = browser_page.page, set(), []

    def requested(event: Any) -> None:
        parts = urlsplit(event.url)
        if parts.scheme == "http":
            asked.add(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def framed(event: dict[str, Any]) -> None:
        if event["response"]["opcode"] == 2:
            sent.append(BackMsg.FromString(base64.b64decode(event["response"]["payloadData"])))

    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.on("Network.webSocketFrameSent", framed)
    page.on("request", requested)
    browser_page.open("swiss_roll")
    page.locator(".player[data-frames]").wait_for(timeout=180_000)
    page.wait_for_load_state("networkidle")
    at_rest(page)
    before = set(asked)
    page.get_by_text(SWITCH).click()
    wait(page, lambda: any(_switched(message.rerun_script) for message in sent))
    ours, said = finished(visited(browser_page.url))
    # A font or an icon more or less is a matter of what is in sight.
    assert len(ours ^ before) < 0.1 * len(before), sorted(ours ^ before)
    assert told(said) == told(sent)
