"""A page's settings are its own: the other pages never see them, and leaving does not lose them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.addressing import addresses
from tests.conftest import ROOT

Open = Callable[..., AppTest]


def go(app: AppTest, name: str, **query: str) -> AppTest:
    """As by the menu, or by a link where there are parameters."""
    app.query_params.clear()
    app.query_params.update(query)
    return app.switch_page(str(ROOT / "pages" / f"{name}.py")).run()


def said(app: AppTest) -> dict[str, Any]:
    """The controls that two pages call the same, as they stand."""
    return {
        "denoiser": app.selectbox(key="denoiser").value,
        "schedule": app.selectbox(key="schedule").value,
        "T": app.slider(key="noise_T").value,
        "seed": app.number_input(key="seed").value,
    }


STANDARD = {"schedule": "cosine", "T": 100, "seed": 0.0}
LINK = {"denoiser": "oracle", "schedule": "linear", "noise_T": "50", "seed": "4"}
LINKED = {"denoiser": "oracle", "schedule": "linear", "T": 50, "seed": 4.0}


def test_no_setting_leaks_and_none_is_lost(open_page: Open) -> None:
    app = open_page("one_dimension", **LINK)
    assert said(app) == LINKED
    go(app, "swiss_roll")
    assert said(app) == STANDARD | {"denoiser": "learned"}
    assert app.query_params == {}
    app.selectbox(key="denoiser").set_value("exact").run()
    app.selectbox(key="sampler").set_value("ddim").run()
    assert app.query_params == {"denoiser": "exact", "sampler": "ddim"}
    go(app, "one_dimension")
    assert said(app) == LINKED
    assert app.query_params == LINK
    go(app, "swiss_roll")
    assert said(app) == STANDARD | {"denoiser": "exact"}
    assert app.selectbox(key="sampler").value == "ddim"


def test_a_lesson_changes_its_own_page_alone(open_page: Open) -> None:
    app = open_page("one_dimension")
    app.button(key="try_early_end").click().run()
    assert app.query_params["data"] == "uneven_gaussians"
    before = {**app.query_params}
    go(app, "swiss_roll")
    assert said(app) == STANDARD | {"denoiser": "learned"}
    assert app.query_params == {}
    app.button(key="try_over").click().run()
    go(app, "one_dimension")
    assert app.query_params == before
    assert app.selectbox(key="data").value == "uneven_gaussians"


def test_a_link_starts_from_the_defaults(open_page: Open) -> None:
    app = open_page("one_dimension", **LINK)
    go(app, "swiss_roll")
    go(app, "one_dimension", seed="7")
    assert said(app) == STANDARD | {"denoiser": "exact", "seed": 7.0}
    assert app.query_params == {"seed": "7"}


def test_back_leads_to_what_the_address_says(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("one_dimension", **LINK)
    go(app, "swiss_roll")
    monkeypatch.setattr(addresses, "history_navigation", lambda: True)
    go(app, "one_dimension", seed="7")
    assert said(app) == STANDARD | {"denoiser": "exact", "seed": 7.0}
    go(app, "swiss_roll")
    assert said(app) == STANDARD | {"denoiser": "learned"}


def test_a_moment_is_not_put_back(open_page: Open) -> None:
    app = open_page("swiss_roll", frame="20", seed="4")
    assert app.query_params == {"frame": "20", "seed": "4"}
    go(app, "home")
    assert app.query_params == {}
    go(app, "swiss_roll")
    assert app.query_params == {"seed": "4"}
