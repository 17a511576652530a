"""Numbers and sentences as a person reads them, the same on every page."""

from __future__ import annotations

import re

import streamlit as st
from torch import Tensor

from engine import notation
from engine.noise import Schedule
from pages.ui.glossary import term

REACHED = 1e-3  #: signal left below which a chain counts as having reached noise

#: What Streamlit replaces after Markdown has been read, where no backslash protects it any more:
#: addresses of the web and of mail, names of emoji, and arrows and signs that stand alone.
_REPLACED = re.compile(
    r"https?://|www\.|[-.\w+]@[-\w]+\.[-\w]|:[\w+-]+:|^(<->|->|<-|--|>=|<=|~=)$", re.IGNORECASE
)
_MARKED = re.compile(r"[\\`*_{}\[\]<>#~$&|]|:(?=\S)|(?<=:material)/")
_FIRST = re.compile(r"^(\d*)(?=[-+=.)])")  #: begins a list or a line where the text begins


def plain(text: str) -> str:
    """Text of a person as Markdown that shows it letter by letter; white space becomes one space.

    Words that Markdown would link or replace in spite of backslashes are set as code.
    """
    return " ".join(_word(word, k == 0) for k, word in enumerate(text.split()))


def _word(word: str, first: bool) -> str:
    end = len(word.rstrip(".,;"))
    if _REPLACED.search(word[:end]):
        return _code(word[:end]) + word[end:]
    escaped = _MARKED.sub(r"\\\g<0>", word)
    return _FIRST.sub(r"\1\\", escaped) if first else escaped


def _code(word: str) -> str:
    """A word as a span of code; its fence is longer than any run of backticks in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", word)), default=0))
    space = " " * word.startswith("`") or " " * word.endswith("`")
    return f"{fence}{space}{word}{space}{fence}"


def show_problem(sentence: str) -> None:
    """What is wrong, as a message on the page; it may quote what a person entered."""
    st.error(plain(sentence), icon=":material/error:")


def reading(schedule: Schedule) -> tuple[bool, str]:
    """The "not yet noise" reading: whether noise is reached, and what that means in a sentence."""
    left = schedule.signal_left
    if left < REACHED:
        return True, (
            f"Reaches noise: at t = T only {number(left)} of the signal's variance is left, so "
            "starting from N(0, I) is fair."
        )
    return False, (
        f"Not yet noise: at t = T the signal still has {left:.0%} of its variance (each point "
        f"keeps {left**0.5:.2f} of its $x_0$). A sampler that starts from N(0, I) starts in the "
        "wrong place."
    )


def show_reading(schedule: Schedule) -> None:
    """The reading of a schedule as a message on the page."""
    reached, sentence = reading(schedule)
    sentence = sentence.replace("N(0, I)", term("standard_normal"))
    if reached:
        st.caption(f":material/check_circle: {sentence}")
    else:
        st.warning(sentence, icon=":material/warning:")


def number(value: float) -> str:
    """A number as a person reads it: 0.36, 0.024, 2.4 × 10⁻⁷."""
    if value != 0 and abs(value) < 1e-3:
        return notation.power_of_ten(value)
    return fixed(value, 2 if abs(value) >= 0.1 else 3)


def fixed(value: float, digits: int) -> str:
    """A number with so many digits behind the point, and a minus sign that is one."""
    return f"{value:.{digits}f}".replace("-", "−")


def time_labels(t: Tensor) -> list[str]:
    """The label of each frame: the forward time and the reverse time."""
    last = int(t[-1])
    return [f"t = {int(v)} | {last - int(v)}" for v in t.tolist()]


def labels(t: Tensor, view: str) -> list[str]:
    """The label of each frame: the time of the process in view, or of both."""
    if view == "both":
        return time_labels(t)
    shown = t if view == "forward" else t.flip(0)
    return [f"t = {value:.0f}" for value in shown.tolist()]


def spread(values: Tensor, unit: str) -> str:
    """Mean and standard deviation, as a person reads them."""
    return f"{values.mean():.2f} ± {values.std():.2f} {unit}".strip()
