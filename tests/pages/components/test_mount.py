"""Which data are newer, and which scripts a page asks for in advance."""

from __future__ import annotations

import re

import pytest
import streamlit as st

from pages.ui.components.mount import preloads, serial
from tests.conftest import ROOT


def test_it_grows_when_the_data_change_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    first = {"picture": "assets/pictures/1", "options": {"height": 300}}
    other = {"picture": "assets/pictures/2", "options": {"height": 300}}
    one = serial("player", first)
    assert serial("player", first) == one
    two = serial("player", other)
    assert two > one
    assert serial("player", first) > two
    assert serial("player", {**first, "keep": True}) > two


def test_a_page_names_the_scripts_it_needs() -> None:
    bundle, library = preloads("viewer")
    assert re.fullmatch(r"assets/bundles/viewer\.js\?v=[0-9a-f]{12}", bundle)
    assert (ROOT / library).is_file()
    assert len(preloads("player")) == 1
