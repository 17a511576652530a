"""The serial number by which the browser knows which data are newer."""

from __future__ import annotations

import pandas as pd
import pytest
import streamlit as st

from pages.ui.component import serial


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
