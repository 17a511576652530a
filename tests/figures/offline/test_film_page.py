"""The exported page of a film: nothing in it is fetched, and its arrays are all there."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest

from engine.figures import blob
from engine.figures.offline.bundling import bundle, scripts
from engine.figures.offline.film_page import ENTRY, filmpage

EVIL = "<script>alert(1)</script> & {{data}}"


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return {
        "a0": np.linspace(-1, 1, 7, dtype=np.float32),
        "a1": np.arange(-3, 4, dtype=np.int16),
        "a2": np.arange(7, dtype=np.uint8),
    }


@pytest.fixture(scope="module")
def text(arrays: dict[str, np.ndarray]) -> str:
    picture = blob.encoded({"scene": {"times": ["t = 0"], "title": EVIL}}, arrays)
    return filmpage(EVIL, "a caption", picture, {}, {"title": EVIL}, f"print('{EVIL}')")


def test_nothing_is_fetched(text: str) -> None:
    code = bundle(ENTRY)
    assert {"player", "player/gif", "player/picture-buttons"} <= scripts(ENTRY).keys()
    for part in (text, code):
        assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//""", part)
        assert not re.search(r"""(url\(|@import|import\(|from ?["'])\s*["']?(https?:)?//""", part)
    assert "<link" not in text and "<img" not in text and "<script src" not in text
    assert "default-src 'none'" in text, "and the browser is told to fetch nothing"
    assert not re.search(r'from "\.', code)
    assert set(re.findall(r"url\((\w+):", text)) == {"data"}


def test_the_arrays_come_back_with_their_types(text: str, arrays: dict[str, np.ndarray]) -> None:
    found = re.search(r'id="data">(.*?)</script>', text)
    assert found is not None
    sent = json.loads(found[1])
    head, back = blob.decoded(base64.b64decode(sent["film"]["blocks"][0]))
    assert head["scene"]["title"] == sent["pictures"]["title"] == EVIL
    assert back.keys() == arrays.keys()
    for name, values in arrays.items():
        assert back[name].dtype == values.dtype
        assert np.array_equal(back[name], values)


def test_no_word_can_write_into_the_page(text: str) -> None:
    assert "<script>alert" not in text
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{data}}</h1>" in text
