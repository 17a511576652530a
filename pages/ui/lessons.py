"""Exercises: buttons that set several controls at once, and a card that says what to see there.

A page asks ``Exercises.arrive`` before it draws its controls and ``Exercises.show`` above its
picture. The exercise that the controls describe is marked, whoever has set them, and stands in the
address as ``try=KEY``: a link that names an exercise and nothing else opens it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine import notation
from pages.ui import widgets
from pages.ui.addressing import addresses

Controls = Mapping[str, Any]  #: widget key -> value

PARAMETER = "try"  #: of the address
FREE = {"seed"}  #: controls that an exercise sets and that may then be changed: is it chance?
_ARRIVED = "_exercise_in_address"  #: (strip, key) that the last run of a page left there
_TOLD = "_exercise_run"  #: the run (``addresses.this_run``) that last showed a strip
_OPENED = "_exercises_opened"  #: names of the strips that have been met
#: In a narrow window the card is folded to two lines until this is opened (``look/page.css``).
_FOLD = '<details class="de-fold" data-exercise="KEY"><summary>More</summary></details>'


@dataclass(frozen=True)
class Lesson:
    """One exercise; its words are Markdown, in which ``x_0`` is set with a subscript.

    Attributes:
        key: Stands in addresses, for good.
        label: On the button.
        look: Where to look and what there is to see.
        controls: What the controls are set to, beyond the strip's base.
        question: Asks for the reason.
        answer: Opened by the reader.
    """

    key: str
    label: str
    look: str
    controls: Controls
    question: str
    answer: str


@dataclass(frozen=True)
class Exercises:
    """The strip of one page, or of one of its views.

    Attributes:
        name: Of the page or view.
        base: What all controls are set to first, so that exercises do not depend on each other.
        entries: From left to right.
        opening: Key of the exercise that is on when an address says nothing of its controls.
    """

    name: str
    base: Controls
    entries: Sequence[Lesson]
    opening: str = ""

    def arrive(self) -> None:
        """Set what an address that has just been opened asks for, before controls are drawn.

        Controls that stand in the address themselves are left to it.
        """
        asked = st.query_params.get(PARAMETER)
        if st.session_state.get(_ARRIVED) == (self.name, asked):
            self._tell_again(asked)
            return
        for lesson in self.entries:
            if lesson.key == asked:
                self._set({k: v for k, v in self._all(lesson).items() if k not in st.query_params})
            elif lesson.key == self.opening and asked is None and self._first():
                own = lesson.controls
                self._set({} if own.keys() & st.query_params.keys() else own)

    def _tell_again(self, asked: str | None) -> None:
        """Set again what still stands: a run that was ended early may not have told the browser."""
        if st.session_state.get(_TOLD) is addresses.finished():
            return
        for lesson in self.entries:
            if lesson.key == asked:
                wanted = self._all(lesson).items()
                self._set({k: v for k, v in wanted if st.session_state.get(k) == v})

    def _first(self) -> bool:
        """Whether no run of this session has come as far as showing this strip."""
        return self.name not in st.session_state.get(_OPENED, set())

    def show(self) -> None:
        """Draw the buttons, and the card of the exercise that is on."""
        chosen = self._chosen()
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="try"):
            st.markdown("**Try**", width="content")
            for lesson in self.entries:
                st.button(
                    lesson.label,
                    key=f"try_{lesson.key}",
                    type="primary" if lesson is chosen else "secondary",
                    icon=":material/check:" if lesson is chosen else None,
                    on_click=self._set,
                    args=(self._all(lesson),),
                )
            st.button(
                "Start over",
                key="try_over",
                type="tertiary",
                icon=":material/restart_alt:",
                on_click=self._set,
                args=(self.base,),
            )
        with st.container():
            if chosen is not None:
                self._card(chosen)
        key = None if chosen is None else chosen.key
        st.session_state[_ARRIVED] = self.name, key
        st.session_state[_TOLD] = addresses.this_run()
        st.session_state.setdefault(_OPENED, set()).add(self.name)
        addresses.keep(PARAMETER, None if key is None else [key])

    def _all(self, lesson: Lesson) -> dict[str, Any]:
        return {**self.base, **lesson.controls}

    def _chosen(self) -> Lesson | None:
        """The exercise whose controls say what it sets; those not drawn have nothing to say."""
        state = st.session_state
        for lesson in self.entries:
            wanted = self._all(lesson).items()
            if all(state.get(k, v) == v for k, v in wanted if k not in FREE):
                return lesson
        return None

    def _card(self, lesson: Lesson) -> None:
        with st.container(border=True, key="exercise"):
            left, right = st.columns(2, gap="large")
            left.markdown(notation.markdown(f"**Changed:** {self._changed(lesson)}"))
            with left.container(key="exercise_look"):
                st.markdown(notation.markdown(f"**Look at:** {lesson.look}"))
            right.markdown(notation.markdown(f"**Question:** {lesson.question}"))
            with right.expander("Answer", key=f"answer_{lesson.key}"):
                st.markdown(notation.markdown(lesson.answer))
            st.html(_FOLD.replace("KEY", lesson.key))

    def _changed(self, lesson: Lesson) -> str:
        """What the exercise sets, in the words of the controls."""
        changed = (k for k, v in lesson.controls.items() if self.base.get(k) != v)
        said = [text for key in changed if (text := widgets.said(key)) is not None]
        return " · ".join(f"{label} **{value}**" for label, value in said) or "nothing"

    @staticmethod
    def _set(values: Controls) -> None:
        for key, value in values.items():
            st.session_state[key] = value
