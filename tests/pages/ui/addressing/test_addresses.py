"""Links open the state that they were made of, whatever the labels say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.addressing import addresses, old_links
from pages.ui.addressing.old_links import key_of_label
from pages.ui.jobs import SessionJobs


def page() -> None:
    import streamlit as st

    from pages.ui import widgets
    from pages.ui.addressing import addresses

    def lesson() -> None:
        st.session_state.update(denoiser="oracle", steps=1000, shown=["b"])

    with addresses.run("page"):
        addresses.hold("frame")
        if st.toggle("Stop", key="first"):
            st.stop()
        st.button("Lesson", key="lesson", on_click=lesson)
        labels = {"learned": "Trained", "exact": "Closed form", "oracle": "Cheat"}
        st.write(widgets.choice("Denoiser", labels, "denoiser"))
        words = {1000: ("all", "every step")}
        st.write(str(widgets.notches("Steps", [5, 10, 1000], "steps", 1000, words=words)))
        st.write(str(widgets.several("Shown", {k: k.upper() for k in "abc"}, "shown", ["a", "b"])))
        tabs = widgets.tabs({"one": "First", "two": "Second"}, "tab")
        st.write(",".join(name for name, tab in tabs.items() if tab.open))
        if st.toggle("More", key="more", bind="query-params"):
            st.write(widgets.choice("Sampler", {k: k * 9 for k in "abcdefg"}, "kind", default="c"))


def open_app(**query: str | list[str]) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> list[str]:
    return [each.value for each in app.markdown]


def test_what_is_at_its_default_is_not_in_the_address() -> None:
    app = open_app()
    assert shown(app) == ["learned", "1000", "['a', 'b']", "one"]
    assert app.query_params == {}
    assert open_app(denoiser="learned", steps="all", shown=["a", "b"]).query_params == {}


def test_a_link_of_keys_opens_its_state_and_stays() -> None:
    link = dict(denoiser="exact", steps="10", shown="c", tab="two", more="true", kind="f")
    app = open_app(**link)
    assert shown(app) == ["exact", "10", "['c']", "two", "f"]
    assert app.query_params == link


def test_a_link_of_former_labels_opens_the_same_state(monkeypatch: pytest.MonkeyPatch) -> None:
    former = {"shown": {"Beta": "b", "Gamma": "c"}, "kind": {"Seventh": "g"}, "tab": {"Old": "two"}}
    for parameter, labels in former.items():
        monkeypatch.setitem(old_links.LABELS, parameter, labels)
    app = open_app(
        denoiser="Exact", steps="all T", shown=["Gamma", "Beta"], more="true", kind="Seventh",
        tab="Old",
    )  # fmt: skip
    assert shown(app) == ["exact", "1000", "['c', 'b']", "two", "g"]
    kept = dict(denoiser="exact", shown=["c", "b"], more="true", kind="g", tab="two")
    assert app.query_params == kept, "the address is rewritten with keys"


@pytest.mark.parametrize("text", ["Trained", "nonsense", ""])
def test_what_no_control_knows_leaves_the_address(text: str) -> None:
    app = open_app(denoiser=text)
    assert shown(app)[0] == "learned"
    assert "denoiser" not in app.query_params


def test_controls_and_lessons_write_their_keys() -> None:
    app = open_app()
    app.button_group(key="shown").set_value([]).run()
    assert app.query_params == {"shown": ""}
    assert shown(open_app(shown=""))[2] == "[]"
    app.select_slider(key="steps").set_value(5).run()
    assert app.query_params == {"shown": "", "steps": "5"}
    app.button(key="lesson").click().run()
    assert app.query_params == {"shown": "b", "denoiser": "oracle"}
    assert shown(app)[:3] == ["oracle", "1000", "['b']"]


def test_a_control_that_is_gone_leaves_the_address() -> None:
    app = open_app(more="true", kind="f")
    app.toggle(key="more").set_value(False).run()
    assert app.query_params == {}


def test_a_page_that_stops_early_keeps_what_its_controls_said() -> None:
    app = open_app(more="true", kind="f")
    app.toggle(key="first").set_value(True).run()
    assert shown(app) == []
    assert app.query_params["kind"] == "f"
    app.toggle(key="first").set_value(False).run()
    assert shown(app)[-1] == "f"


def test_what_the_page_does_not_know_leaves_the_address() -> None:
    app = open_app(kind="f", nonsense="1", data="moons", denoiser="exact")
    assert app.query_params == {"denoiser": "exact"}


def test_while_something_is_computed_a_parameter_waits_for_its_control(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = SessionJobs()
    jobs["job"] = SimpleNamespace(status="running", cancel=lambda: None)
    monkeypatch.setattr(addresses, "of_session", lambda: jobs)
    app = open_app(kind="f").run()
    assert app.query_params == {"kind": "f"}
    app.toggle(key="more").set_value(True).run()
    assert shown(app)[-1] == "f"


def test_a_result_that_came_too_late_for_the_run_keeps_the_parameters_of_its_controls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Late(SessionJobs):
        """The page has begun without a result, and the job has ended since."""

        awaited = property(lambda self: True, lambda self, value: None)

    jobs = Late()
    monkeypatch.setattr(addresses, "of_session", lambda: jobs)
    assert open_app(kind="f").run().query_params == {"kind": "f"}


def test_a_control_that_comes_back_says_what_it_said() -> None:
    app = open_app(more="true", kind="f")
    app.toggle(key="more").set_value(False).run()
    assert app.query_params == {}
    app.toggle(key="more").set_value(True).run()
    assert shown(app)[-1] == "f"
    assert app.query_params == {"kind": "f"}, "the switch is written by the browser"


def test_a_parameter_of_the_browser_stays() -> None:
    app = open_app(frame="37.25", denoiser="exact").run()
    assert app.query_params == {"frame": "37.25", "denoiser": "exact"}


def test_back_and_forward_set_the_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(denoiser="exact")
    monkeypatch.setattr(addresses, "history_navigation", lambda: True)
    app.query_params["denoiser"] = "oracle"
    assert shown(app.run())[0] == "oracle"
    del app.query_params["denoiser"]
    assert shown(app.run())[0] == "learned"
    monkeypatch.setattr(addresses, "history_navigation", lambda: False)
    app.button_group(key="denoiser").set_value("exact").run()
    assert app.query_params == {"denoiser": "exact"}


@pytest.mark.parametrize("count", [0, 4, 17])
def test_a_definition_was_written_with_a_count(count: int) -> None:
    assert key_of_label("definition", f"RDKit, strict: {count}") == "strict"
    assert key_of_label("definition", "RDKit, strict: many") is None


def test_labels_and_keys_cannot_be_mistaken_for_each_other() -> None:
    for parameter, labels in old_links.LABELS.items():
        for label, key in labels.items():
            others = set(labels.values()) - {key}
            assert label not in others, f"{parameter}={label} would open something else"


def test_every_run_says_what_a_link_chose() -> None:
    """The browser of a slow machine may have heard nothing of the runs before."""
    app = open_app(denoiser="exact", steps="10", shown="c", more="true", kind="f").run()
    told = [
        app.button_group(key="denoiser").proto.default,
        app.select_slider(key="steps").proto.default,
        app.button_group(key="shown").proto.default,
        [app.selectbox(key="kind").proto.default],
    ]
    assert [list(each) for each in told] == [[1], [1], [2], [5]]
