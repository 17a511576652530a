import asyncio
import json

import pytest
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.Element_pb2 import Element

from engine.bench.load.acting import Lesson
from engine.bench.load.browser import pictures, references, widgets
from engine.bench.load.browser.pictures import Picture
from engine.bench.load.browser.tree import Node, Tree
from engine.bench.load.browser.web import Web
from engine.bench.load.results import Asked
from tests.bench.load.loops import finished


def page(*elements: Element) -> Tree:
    return Tree({(0, k): Node(element, "run", "") for k, element in enumerate(elements)})


def test_controls_say_what_they_stand_at_until_they_are_turned() -> None:
    slider, box, check = Element(), Element(), Element()
    slider.slider.id, slider.slider.label = "s", "Points"
    slider.slider.min, slider.slider.max = 100, 5000
    slider.slider.default.append(600)
    box.selectbox.id, box.selectbox.default = "b", 1
    box.selectbox.options.extend(["linear", "cosine"])
    check.checkbox.id, check.checkbox.default = "c", True
    tree = page(slider, box, check)
    known = widgets.states(tree, {})
    assert known["s"].double_array_value.data == [600]
    assert known["b"].string_value == "cosine"
    assert known["c"].bool_value
    known["s"] = widgets.turned(widgets.find(tree, "Points"), 700)
    assert widgets.states(tree, known)["s"].double_array_value.data == [700]
    assert list(widgets.states(page(box), known)) == ["b"]


def test_a_control_cannot_be_turned_beyond_its_end() -> None:
    slider = Element()
    slider.slider.label, slider.slider.min, slider.slider.max = "Points", 100, 5000
    with pytest.raises(widgets.ControlError, match="from 100"):
        widgets.turned(widgets.find(page(slider), "Points"), 6000)
    with pytest.raises(widgets.ControlError, match="'Points'"):
        widgets.find(page(slider), "Seed")


def test_a_page_asks_for_its_scripts_first() -> None:
    html = """<link rel="shortcut icon" href="./favicon.png" />
    <script type="module" crossorigin src="./static/js/index.AB.js"></script>
    <link rel="modulepreload" crossorigin href="./static/js/a.js">
    <link rel="stylesheet" crossorigin href="./static/css/index.css">"""
    found = references.of_document(html, "/", "<assets/x.js>; rel=modulepreload")
    assert found.scripts == ("/static/js/index.AB.js", "/static/js/a.js", "/static/css/index.css")
    assert found.others == ("/assets/x.js", "/favicon.png")


def test_what_a_script_imports_at_once_and_later() -> None:
    code = 'import{a}from"./a.1.js";import"./b.2.js";const c=()=>import(`./Slider.3.js`);'
    assert references.of_script(code, "/js/x.js") == ("/js/a.1.js", "/js/b.2.js")
    assert references.later(code, "/js/x.js") == {"slider": "/js/Slider.3.js"}


def seen(data: dict[str, object], blocks: dict[str, bytes] | None = None) -> Picture | None:
    async def fetch(address: str) -> bytes:
        return (blocks or {})[address]

    component = BidiComponent(id="$$ID-0123-swiss_roll", component_name="explorer_player")
    component.mixed.json = json.dumps(data)
    return finished(pictures.picture(component, fetch, lambda: 1.0))


def test_a_picture_is_known_by_its_content_not_by_its_serial_number() -> None:
    one, same, other = (seen({"serial": k, "scene": {"shape": [3, n, 2]}}) for k, n in
                        ((1, 5), (2, 5), (1, 6)))  # fmt: skip
    assert one and same and other
    assert one.key == "swiss_roll"
    assert one.digest == same.digest != other.digest
    assert one.shapes() == {(3, 5, 2)}
    assert seen({"keep": True, "serial": 3}) is None


def test_a_picture_at_an_address_is_there_with_its_bytes() -> None:
    head = json.dumps({"head": {"scene": {"shape": [1, 2]}}, "arrays": {}}).encode()
    block = len(head).to_bytes(4, "little") + head
    one = seen({"picture": "a"}, {"a": block + b"1"})
    other = seen({"picture": "a"}, {"a": block + b"2"})
    assert one and other
    assert one.digest != other.digest
    assert one.shapes() == {(1, 2)}


def test_a_result_of_somebody_else_is_found() -> None:
    first, second = Asked("roll", (("Seed", 1),)), Asked("roll", (("Seed", 2),))
    mine, yours = (Picture("roll", digest, {}, 0.0) for digest in "ab")
    ledger = Lesson().ledger
    for asked, picture in ((first, mine), (second, yours), (first, mine)):
        ledger.note(asked, picture)
    assert ledger.foreign() == 0
    ledger.note(second, mine)
    assert ledger.foreign() == 2  # seen by two, and one asked for saw two


async def cached(*headers: str) -> list[bytes]:
    """What a server hears of two visits to an address whose answers have these headers."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                heard.append(await reader.readuntil(b"\r\n\r\n"))
                head = "\r\n".join(["HTTP/1.1 200 OK", "Content-Length: 2", *headers, "", "ok"])
                writer.write(head.encode())
        except asyncio.IncompleteReadError:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        web = Web(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        first = await web.get("/file")
        assert first is not None
        assert first.text() == "ok"
        await web.get("/file")
        web.close()
    return heard


def test_the_cache_obeys_headers() -> None:
    assert len(finished(cached("Cache-Control: max-age=60, immutable"))) == 1
    heard = finished(cached("Cache-Control: no-cache", 'ETag: "x"'))
    assert [b'If-None-Match: "x"' in request for request in heard] == [False, True]
    assert len(finished(cached())) == 2
