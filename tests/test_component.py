"""Which data are newer, and which scripts a page asks for in advance."""

from __future__ import annotations

import pandas as pd
import pytest
import streamlit as st

from pages.ui.component import preloads, serial
from tests.conftest import ROOT


def test_it_grows_when_the_data_change_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    first = {"a": pd.DataFrame({"v": [1, 2]}), "scene": {"times": ["t = 0"]}}
    other = {"a": pd.DataFrame({"v": [1, 3]}), "scene": {"times": ["t = 0"]}}
    one = serial("player", first)
    assert serial("player", first) == one
    two = serial("player", other)
    assert two > one
    assert serial("player", first) > two
    assert serial("player", {**first, "keep": True}) > two


def test_a_page_names_the_scripts_it_needs() -> None:
    named = preloads("viewer")
    assert named[0].startswith("assets/js/viewer.js?v=")
    assert "assets/vendor/3Dmol-min.js" in named and "assets/js/player-clock.js" in named
    assert len(set(named)) == len(named)
    assert all((ROOT / path.partition("?")[0]).is_file() for path in named)
    assert "assets/vendor/3Dmol-min.js" not in preloads("player")
