"""Web pages in one file: templates take their parts and read none of them."""

from __future__ import annotations

import base64

from engine.figures.offline.bundling import bundle
from engine.figures.offline.inlining import bundled, embedded, filled


def test_a_template_takes_its_parts_and_reads_none_of_them() -> None:
    assert filled("<b>{{one}}</b>{{two}}", {"one": "{{two}}", "two": "2"}) == "<b>{{two}}</b>2"


def test_a_script_is_inside_its_url() -> None:
    kind, _, code = bundled("idle").partition(",")
    assert kind == "data:text/javascript;base64"
    assert base64.b64decode(code).decode() == bundle("idle")


def test_data_cannot_end_their_element() -> None:
    assert "<" not in embedded({"text": "</script>"})
