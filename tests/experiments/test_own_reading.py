"""Tables and images read in a process with limits are those read here; what fails is a sentence."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from engine import limits
from engine.data.own.errors import OwnDataError
from engine.data.own.files import read_table
from engine.data.own.sources import Ink, of_image
from engine.experiments.own_reading import own_image, own_table
from engine.progress import finish

TABLE = b"a;b\n1,5;2\n2,5;7\n3;text\n"


def picture() -> bytes:
    """A dark square on white."""
    pixels = np.full((20, 30), 255, dtype=np.uint8)
    pixels[5:9, 4:20] = 10
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module", params=["here", "in a process"], autouse=True)
def place(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param != "here":
        limits.start(["engine.data.own.files"], size=1)
    yield
    limits.stop()


def test_a_table() -> None:
    found, here = finish(own_table("x.csv", TABLE)), read_table("x.csv", TABLE)
    assert list(found.columns) == list(here.columns) == ["a", "b"]
    for name, column in here.columns.items():
        assert found.columns[name].dtype == column.dtype
        assert found.columns[name].tolist() == column.tolist()


def test_an_image() -> None:
    found, here = finish(own_image(picture(), Ink(), 3)), of_image(picture(), Ink(), 3)
    assert found == here and hash(found) == hash(here)
    assert found.train().equal(here.train()) and found.names == here.names


def test_a_damaged_file_is_a_sentence() -> None:
    with pytest.raises(OwnDataError, match=r"\.$"):
        finish(own_table("x.npy", b"\x93NUMPY\x01\x00"))
    with pytest.raises(OwnDataError, match=r"\.$"):
        finish(own_image(picture()[:60], Ink(), 0))
