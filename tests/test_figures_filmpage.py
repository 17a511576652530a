"""The film that is taken away as a page: nothing in it is fetched, and its arrays are all there."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest

from engine.figures.filmpage import ENTRY, filmpage
from engine.figures.webpage import modules, scripts

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
    head = {"scene": {"times": ["t = 0"], "title": EVIL}, "serial": 0}
    return filmpage(EVIL, "a caption", head, arrays, {"title": EVIL}, f"print('{EVIL}')")


def test_nothing_is_fetched(text: str) -> None:
    code = [base64.b64decode(url.partition(",")[2]).decode() for url in modules(ENTRY).values()]
    assert {"player", "player-gif", "player-picture", "pictures"} <= scripts(ENTRY).keys()
    for part in (text, *code):
        assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//""", part)
        assert not re.search(r"""(url\(|@import|import\(|from ?["'])\s*["']?(https?:)?//""", part)
    assert "<link" not in text and "<img" not in text and "<script src" not in text
    assert "default-src 'none'" in text, "and the browser is told to fetch nothing"
    assert not any('from "./' in part for part in code)
    assert set(re.findall(r"url\((\w+):", text)) == {"data"}


def test_the_arrays_come_back_with_their_types(text: str, arrays: dict[str, np.ndarray]) -> None:
    found = re.search(r'id="data">(.*?)</script>', text)
    assert found is not None
    told = json.loads(found[1])
    assert told["head"]["scene"]["title"] == told["pictures"]["title"] == EVIL
    for name, values in arrays.items():
        column = told["arrays"][name]
        back = np.frombuffer(base64.b64decode(column["packed"]), dtype=f"<{column['kind']}")
        assert np.array_equal(back, values)


def test_no_word_can_write_into_the_page(text: str) -> None:
    assert "<script>alert" not in text
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{data}}</h1>" in text
