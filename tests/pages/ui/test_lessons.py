"""Exercises set controls, each from the same beginning; the one that is on is marked and told."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.ui import widgets
    from pages.ui.lessons import Exercises, Lesson

    strip = Exercises(
        "page",
        dict(denoiser="learned", steps=50, seed=0.0),
        [
            Lesson("short", "Few steps", "the end.", dict(steps=10), "Why?", "Because."),
            Lesson("known", "No network", "x_0.", dict(denoiser="exact"), "Why?", "So."),
        ],
    )
    if st.query_params.get("opens"):
        strip = Exercises(strip.name, strip.base, strip.entries, opening="short")
    strip.arrive()
    place = st.container()
    st.write(widgets.choice("Denoiser", {"learned": "Network", "exact": "Exact"}, "denoiser"))
    st.write(str(widgets.notches("Sampler steps", [5, 10, 50], "steps", 50)))
    widgets.seed()
    with place:
        strip.show()


def card(app: AppTest) -> list[str]:
    return [
        each.value
        for each in app.markdown
        if each.value.startswith("**") and "Try" not in each.value
    ]


def shown(app: AppTest) -> list[str]:
    return [each.value for each in app.markdown][-2:]


def marked(app: AppTest) -> list[str]:
    return [b.label for b in app.button if b.proto.type == "primary"]


def test_each_exercise_starts_from_the_base_and_stands_in_the_address() -> None:
    app = AppTest.from_function(page).run()
    assert [b.label for b in app.button][:3] == ["Few steps", "No network", "Start over"]
    assert not marked(app)
    assert not card(app)
    app.button(key="try_short").click().run()
    assert shown(app) == ["learned", "10"]
    assert app.query_params == {"steps": "10", "try": "short"}
    app.button(key="try_known").click().run()
    assert shown(app) == ["exact", "50"]
    assert app.query_params == {"denoiser": "exact", "try": "known"}
    app.button(key="try_over").click().run()
    assert shown(app) == ["learned", "50"]
    assert app.query_params == {}


def test_the_card_says_what_changed_in_the_words_of_the_controls_and_what_to_look_at() -> None:
    app = AppTest.from_function(page).run()
    app.button(key="try_short").click().run()
    assert marked(app) == ["Few steps"]
    assert card(app) == [
        "**Changed:** Sampler steps **10**",
        "**Look at:** the end.",
        "**Question:** Why?",
    ]
    assert [(e.label, e.markdown[0].value) for e in app.expander] == [("Answer", "Because.")]


def test_an_exercise_is_marked_only_while_the_controls_say_what_it_set() -> None:
    app = AppTest.from_function(page).run()
    app.button(key="try_short").click().run()
    app.select_slider(key="steps").set_value(5).run()
    assert not marked(app)
    assert not card(app)
    assert app.query_params == {"steps": "5"}
    app.select_slider(key="steps").set_value(10).run()
    assert marked(app) == ["Few steps"]


def test_another_seed_asks_the_same_exercise_again() -> None:
    app = AppTest.from_function(page).run()
    app.button(key="try_short").click().run()
    app.number_input(key="seed").set_value(3.0).run()
    assert marked(app) == ["Few steps"]
    app.button(key="try_known").click().run()
    assert app.number_input(key="seed").value == 0


@pytest.mark.parametrize(
    ("query", "result"),
    [
        ({"try": "short"}, ["learned", "10"]),
        ({"try": "short", "steps": "10"}, ["learned", "10"]),
        ({"try": "short", "steps": "5"}, ["learned", "5"]),  # the control itself has the last word
        ({"steps": "10"}, ["learned", "10"]),  # a link from before exercises stood in addresses
        ({"try": "nonsense"}, ["learned", "50"]),
    ],
)
def test_a_link_opens_an_exercise(query: dict[str, str], result: list[str]) -> None:
    app = AppTest.from_function(page)
    app.query_params.update(query)
    app.run()
    assert shown(app) == result
    ten = result[1] == "10"
    assert marked(app) == (["Few steps"] if ten else [])
    assert app.query_params.get("try") == ("short" if ten else None)


def test_a_link_within_the_app_replaces_what_the_page_showed() -> None:
    app = AppTest.from_function(page).run()
    app.select_slider(key="steps").set_value(5).run()
    app.query_params.clear()
    app.query_params["try"] = "known"
    app.run()
    assert shown(app) == ["exact", "50"]
    assert marked(app) == ["No network"]


def test_a_page_opens_with_an_exercise_unless_its_address_says_otherwise() -> None:
    app = AppTest.from_function(page)
    app.query_params["opens"] = "1"
    app.run()
    assert marked(app) == ["Few steps"]
    assert shown(app) == ["learned", "10"]
    app.select_slider(key="steps").set_value(50).run()
    assert shown(app) == ["learned", "50"]
    assert not marked(app)
    former = AppTest.from_function(page)
    former.query_params.update(opens="1", steps="5")
    assert shown(former.run()) == ["learned", "5"]
