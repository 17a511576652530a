"""Controls drawn from dataclass fields, and the URL that restores them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from engine.options import choice, count, number, switch


@dataclass(frozen=True)
class Recipe:
    """A small options class with every kind of field."""

    steps: int = count(50, "Steps", "How many.", (10, 100, 10))
    eta: float = number(0.5, "Eta", "Noise.", (0.0, 1.0, 0.1), unit="σ")
    clip: bool = switch(True, "Clip", "Keep in range.")
    kind: str = choice("a", "Kind", "Which.", {"a": "First", "b": "Second"})
    hidden: int = 3

    def __post_init__(self) -> None:
        if self.steps == 100 and self.eta > 0.9:
            raise ValueError("So many steps with so much noise make no sense.")


def page() -> None:
    import streamlit as st

    from pages.ui import widgets
    from tests.pages.ui.test_widgets import Recipe

    st.write(repr(widgets.options(Recipe, "r")))
    st.write(f"seed {widgets.seed()}")
    st.write(widgets.choice("Many", {k: k.upper() for k in "abcdef"}, key="many", default="c"))


def partial_page() -> None:
    import streamlit as st

    from pages.ui import widgets
    from tests.pages.ui.test_widgets import Recipe

    made = widgets.options(
        Recipe, "r", only=["eta"], defaults={"steps": 20, "eta": 0.2}, limits={"eta": (0.1, 0.3)}
    )
    st.write(repr(made))


def open_app(script=page, **query: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest, index: int = 0) -> str:
    return app.markdown[index].value


def test_one_control_per_field_with_its_help() -> None:
    app = open_app()
    assert shown(app) == repr(Recipe())
    assert [s.label for s in app.slider] == ["Steps", "Eta (σ)"]
    assert app.slider(key="r_steps").help == "How many."
    assert app.toggle(key="r_clip").value is True


def test_controls_make_the_instance() -> None:
    app = open_app()
    app.slider(key="r_steps").set_value(70)
    app.toggle(key="r_clip").set_value(False).run()
    assert shown(app) == repr(Recipe(steps=70, clip=False))


def test_the_url_restores_everything() -> None:
    query = dict(r_steps="80", r_eta="0.3", r_clip="false", r_kind="b", seed="42", many="e")
    app = open_app(**query)
    assert shown(app) == repr(Recipe(steps=80, eta=0.3, clip=False, kind="b"))
    assert shown(app, 1) == "seed 42"
    assert shown(app, 2) == "e"


@pytest.mark.parametrize("bad", ["999", "nonsense", "-5"])
def test_a_bad_url_is_ignored(bad: str) -> None:
    assert shown(open_app(r_steps=bad)) == repr(Recipe())


@pytest.mark.parametrize("bad", ["inf", "-inf", "nan", "9" * 400, "1e308", "-1", "", "x"])
def test_a_seed_that_is_none_is_the_default(bad: str) -> None:
    app = open_app(seed=bad, many=bad, r_kind=bad, r_eta=bad, r_steps=bad, r_clip=bad)
    assert [shown(app, k) for k in range(3)] == [repr(Recipe()), "seed 0", "c"]


def test_a_refused_combination_gives_its_sentence_and_the_defaults() -> None:
    app = open_app(r_steps="100", r_eta="1.0")
    assert app.error[0].value == "So many steps with so much noise make no sense."
    assert shown(app) == repr(Recipe())


def test_some_fields_with_other_defaults_and_limits() -> None:
    app = open_app(partial_page)
    assert shown(app) == repr(Recipe(steps=20, eta=0.2))
    assert len(app.slider) == 1
    assert (app.slider[0].min, app.slider[0].max) == (0.1, 0.3)


def test_the_dice_draws_another_seed() -> None:
    app = open_app()
    seeds = set()
    for _ in range(4):
        app.button(key="seed_dice").click().run()
        seeds.add(app.number_input(key="seed").value)
    assert len(seeds) > 1


def test_equal_values_make_one_object_that_keeps_what_it_computed() -> None:
    def page() -> None:
        import streamlit as st

        from pages.ui import widgets
        from tests.pages.ui.test_widgets import Recipe

        with st.container():
            made = widgets.options(Recipe, "r")
        st.session_state.setdefault("made", []).append(made)

    app = open_app(page)
    app.slider(key="r_steps").set_value(70).run()
    app.slider(key="r_steps").set_value(50).run()
    first, other, again = app.session_state["made"]
    assert first is again
    assert first != other
