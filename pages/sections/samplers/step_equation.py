"""One step of one sampler for one point, written out with its numbers, term by term in colour.

A network may be asked for the clean point, the noise or the velocity. The step is the same: only
the weights of its terms change, and what an error of the network does to the predicted point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.experiments.step_equation import Form, Term, step_taken
from engine.figures.palette import role
from engine.noise import Schedule
from engine.process import Trajectory
from engine.samplers import Sampler
from pages.ui import theme, widgets
from pages.ui.tables import table
from pages.ui.wording import number


@dataclass(frozen=True)
class Second:
    """The second prediction of a method that has one: its symbol, and what it is."""

    symbol: str
    about: str


MANY = 100  #: from which on a factor needs no decimals
BEFORE = Second(r"\hat x_0^{\,\mathrm{before}}", "the prediction of the step before")
TRIAL = Second(r"\hat x_0'", "the prediction at the end of a trial step by Euler")
SECOND = {"dpmpp_2m": BEFORE}  #: by sampler; ``TRIAL`` for all others
ROLES = {"x_t": "noise", "answer": "model", "second": "reference", "noise": "accent"}
ANSWERS = {"x_0": "x₀, clean point", "eps": "ε, noise", "v": "v, velocity"}
SYMBOLS = {"x_0": r"\hat x_0", "eps": r"\hat\varepsilon", "v": r"\hat v"}
LETTERS = {"x_0": "x̂₀", "eps": "ε̂", "v": "v̂"}
MEANINGS = {
    "x_0": r"\hat x_0=\frac{x_t-\sqrt{1-\bar\alpha_t}\,\hat\varepsilon}{\sqrt{\bar\alpha_t}}",
    "eps": r"\hat\varepsilon=\frac{x_t-\sqrt{\bar\alpha_t}\,\hat x_0}{\sqrt{1-\bar\alpha_t}}",
    "v": r"\hat v=\sqrt{\bar\alpha_t}\,\hat\varepsilon-\sqrt{1-\bar\alpha_t}\,\hat x_0",
}
HELP = (
    "What the network is asked for. All lead to the same point: with x_t, each follows from each "
    "other.\n- **x₀**: the clean point itself.\n- **ε**: the noise in x_t (DDPM, Ho et al. "
    "2020).\n- **v**: the velocity √ᾱ ε − √(1 − ᾱ) x₀ (Salimans and Ho 2022), what the networks "
    "here learn."
)


def choose_step(steps: int) -> int:
    """Which of the steps, from 1; kept in the address."""
    if steps == 1:
        return 1
    if st.session_state.get("eq_step", 1) > steps:
        st.session_state["eq_step"] = steps
    return st.slider(
        "Step",
        min_value=1,
        max_value=steps,
        value=(steps + 1) // 2,
        key="eq_step",
        bind="query-params",
        help="Which step of the way from noise to data is written out.",
    )


def show(sampler: Sampler, schedule: Schedule, walk: Trajectory, point: int, step: int) -> None:
    """Write out step ``step`` (from 1) of the walk (S, M, 2) for its point ``point``."""
    kind = widgets.choice("The network's answer as", ANSWERS, "eq_in", help=HELP, wide=True)
    taken = step_taken(sampler, schedule, walk, point, step)
    second = SECOND.get(sampler.key, TRIAL)
    form = taken.forms[kind]
    if form is None:
        st.info(
            "At ᾱ = 0 there is nothing of x₀ in $x_t$: ε does not determine it. Choose another."
        )
        return
    _written_out(kind, form, second, taken.x_s)
    sentences = [
        (
            f"From t = {taken.t:.4g} (ᾱ = {number(taken.alpha_bar_t)}) to s = {taken.s:.4g} "
            f"(ᾱ = {number(taken.alpha_bar_s)})."
        ),
        f"{LETTERS[kind]} is the network's answer"
        + (f", the second x̂₀ {second.about}" if taken.second else "")
        + (", z fresh noise." if taken.noise else "."),
    ]
    if not taken.noise:
        sentences.append("No noise is added: the same $x_t$ always leads to the same $x_s$.")
    st.caption(" ".join(sentences))
    _compared({k: form for k, form in taken.forms.items() if form is not None})


def _symbol(term: Term, kind: str, second: Second) -> str:
    symbols = {"x_t": "x_t", "answer": SYMBOLS[kind], "second": second.symbol, "noise": "z"}
    return symbols[term.name]


def _written_out(kind: str, form: Form, second: Second, x_s: np.ndarray) -> None:
    """The answer, the step, and the step in numbers."""
    dark = theme.is_dark()
    colours = {term.name: rf"\textcolor{{{role(ROLES[term.name], dark)}}}" for term in form.terms}
    symbols = "".join(
        rf"{colours[term.name]}{{{_weight(term.weight)}\,{_symbol(term, kind, second)}}}"
        for term in form.terms
    )
    lines = [
        rf"{colours[term.name]}{{{_weight(term.weight)}\,{_vector(term.vector)}}}"
        rf" & = {_vector(term.weight * term.vector)}"
        for term in form.terms
    ]
    rows = r" \\ ".join([*lines, rf"\hline x_s & = {_vector(x_s)}"])
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        colour = colours["answer"]
        st.latex(rf"{colour}{{{MEANINGS[kind]}}}")
        st.latex(rf"{colour}{{{SYMBOLS[kind]}={_vector(form.terms[1].vector)}}}")
    with right:
        st.latex(rf"x_s = {symbols.replace('{+', '{', 1)}")
        st.latex(rf"\small \begin{{array}}{{rl}} {rows} \end{{array}}")


def _compared(forms: dict[str, Form]) -> None:
    """The three ways to say the same, and what an error of the network would do in each."""
    rows = [
        [
            LETTERS[kind],
            _signed(form.terms[0].weight),
            _signed(form.terms[1].weight),
            _plain(form.terms[1].vector, 3),
            _plain(form.total, 6),
            f"{form.error:.3g} ×" if form.error < MANY else f"{form.error:,.0f} ×",
        ]
        for kind, form in forms.items()
    ]
    head = ["Answer", "Weight of x_t", "Weight of the answer", "The answer", "Sum, x_s", "Error"]
    table(head, rows)
    st.caption(
        "Every row adds up to the same $x_s$. **Error**: how many times an error of the network "
        "reappears in the x̂₀ that it implies. Asked for ε, a small error of the network at high "
        "noise becomes a large error of the point; asked for v, never larger than that of v itself."
    )


def _signed(value: float) -> str:
    """A weight as a person reads it, with its sign."""
    return number(value) if value < 0 else f"+{number(value)}"


def _weight(value: float) -> str:
    """A weight with its sign, which says that the terms are added up."""
    text = f"{value:+.3f}"
    if float(text) or not value:
        return text
    mantissa, exponent = f"{value:+.1e}".split("e")
    return rf"{mantissa}\cdot10^{{{int(exponent)}}}"


def _vector(vector: np.ndarray) -> str:
    x, y = vector.tolist()
    return rf"({x:.2f},\,{y:.2f})"


def _plain(vector: np.ndarray, digits: int) -> str:
    x, y = vector.tolist()
    return f"({x:.{digits}f}, {y:.{digits}f})".replace("-", "−")
