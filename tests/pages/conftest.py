"""What tests of several pages share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.exercises import Open, opener


@pytest.fixture
def open_(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page by an exercise; what it has computed, by the names of its jobs."""
    return opener(open_page, monkeypatch)
