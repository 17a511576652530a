"""Lessons set controls, each from the same beginning."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.ui import widgets
    from pages.ui.lessons import Lesson, lessons

    st.write(widgets.choice("Denoiser", {"learned": "Network", "exact": "Exact"}, "denoiser"))
    st.write(str(st.slider("T", 10, 100, 50, key="T", bind="query-params")))
    entries = [
        Lesson("short", "Few steps", "Ten.", dict(T=10)),
        Lesson("known", "The exact denoiser", "No network.", dict(denoiser="exact")),
    ]
    lessons(entries, dict(denoiser="learned", T=50))


def shown(app: AppTest) -> list[str]:
    return [each.value for each in app.markdown][:2]


def test_each_lesson_starts_from_the_base_and_stands_in_the_address() -> None:
    app = AppTest.from_function(page).run()
    assert [b.label for b in app.button] == ["Few steps", "The exact denoiser", "Start over"]
    assert app.button(key="try_short").help == "Ten."
    app.button(key="try_short").click().run()
    assert shown(app) == ["learned", "10"]
    assert app.query_params == {"T": "10"}
    app.button(key="try_known").click().run()
    assert shown(app) == ["exact", "50"]
    assert app.query_params == {"denoiser": "exact"}
    app.button(key="try_over").click().run()
    assert shown(app) == ["learned", "50"]
    assert app.query_params == {}
