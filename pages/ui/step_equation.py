"""One step of one sampler for one point, written out with its numbers, term by term in colour.

A network may be asked for the clean point, the noise or the velocity. The step is the same: only
the weights of its terms change, and what an error of the network does to the predicted point.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from engine.figures.palette import role
from engine.forward import as_prediction, x0_shares
from engine.noise import Schedule
from engine.sampler import Sampler, Weights, weights
from engine.trajectory import Trajectory
from pages.ui import chains, theme, widgets

SECOND = {
    "dpmpp_2m": (r"\hat x_0^{\,\mathrm{before}}", "the prediction of the step before"),
    "other": (r"\hat x_0'", "the prediction at the end of a trial step by Euler"),
}
ANSWERS = {"x_0": "x₀, clean point", "eps": "ε, noise", "v": "v, velocity"}
SYMBOLS = {"x_0": r"\hat x_0", "eps": r"\hat\varepsilon", "v": r"\hat v"}
LETTERS = {"x_0": "x̂₀", "eps": "ε̂", "v": "v̂"}
MEANINGS = {
    "x_0": r"\hat x_0=\frac{x_t-\sqrt{1-\bar\alpha_t}\,\hat\varepsilon}{\sqrt{\bar\alpha_t}}",
    "eps": r"\hat\varepsilon=\frac{x_t-\sqrt{\bar\alpha_t}\,\hat x_0}{\sqrt{1-\bar\alpha_t}}",
    "v": r"\hat v=\sqrt{\bar\alpha_t}\,\hat\varepsilon-\sqrt{1-\bar\alpha_t}\,\hat x_0",
}
HELP = (
    "What the network is asked for. It comes to the same point: each can be told from each other "
    "and x_t.\n- **x₀**: the clean point itself.\n- **ε**: the noise in x_t (DDPM, Ho et al. "
    "2020).\n- **v**: the velocity √ᾱ ε − √(1 − ᾱ) x₀ (Salimans and Ho 2022), what the networks "
    "here learn."
)


@dataclass(frozen=True)
class Term:
    """One term of a step: its weight, its symbol, the vector (2,) it weighs, its colour."""

    weight: float
    symbol: str
    vector: Tensor
    colour: str


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
    levels = sampler.levels(schedule)
    (t, now), (s, then) = levels[step - 1], levels[step]
    parts = weights(sampler, now, then, levels[step - 2][1] if step > 1 else None)
    x_t, x_s = walk.x[step - 1, point].double(), walk.x[step, point].double()
    assert walk.x_0 is not None
    x_0 = walk.x_0[step, point].double()
    memory = SECOND.get(sampler.key, SECOND["other"])
    forms = {k: _terms(k, parts, now, x_t, x_0, x_s, memory[0]) for k in ANSWERS}
    terms = forms[kind]
    if terms is None:
        st.info("At ᾱ = 0 there is nothing of x₀ in x_t: ε does not tell it. Choose another.")
        return
    _written_out(kind, terms, x_s)
    said = [
        f"From t = {t:.4g} (ᾱ = {now:.4g}) to s = {s:.4g} (ᾱ = {then:.4g}).",
        f"{LETTERS[kind]} is the network's answer"
        + (f", the second x̂₀ {memory[1]}" if parts.other else "")
        + (", z fresh noise." if parts.noise else "."),
    ]
    if not parts.noise:
        said.append("No noise is added: the same x_t always leads to the same x_s.")
    st.caption(" ".join(said))
    _compared({k: form for k, form in forms.items() if form is not None}, now)


def _written_out(kind: str, terms: list[Term], x_s: Tensor) -> None:
    """The answer, the step, and the step in numbers."""
    symbols = "".join(
        rf"\textcolor{{{term.colour}}}{{{_weight(term.weight)}\,{term.symbol}}}" for term in terms
    )
    lines = [
        rf"\textcolor{{{term.colour}}}{{{_weight(term.weight)}\,{_vector(term.vector)}}}"
        rf" & = {_vector(term.weight * term.vector)}"
        for term in terms
    ]
    rows = r" \\ ".join([*lines, rf"\hline x_s & = {_vector(x_s)}"])
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    answer = terms[1]
    with left:
        colour = rf"\textcolor{{{answer.colour}}}"
        st.latex(rf"{colour}{{{MEANINGS[kind]}}}")
        st.latex(rf"{colour}{{{answer.symbol}={_vector(answer.vector)}}}")
    with right:
        st.latex(rf"x_s = {symbols.replace('{+', '{', 1)}")
        st.latex(rf"\small \begin{{array}}{{rl}} {rows} \end{{array}}")


def _compared(forms: dict[str, list[Term]], alpha_bar: float) -> None:
    """The three ways to say the same, and what an error of the network would do in each."""
    rows = []
    for kind, terms in forms.items():
        of_x_t, answer, *_ = terms
        total = torch.stack([term.weight * term.vector for term in terms]).sum(dim=0)
        rows.append(
            [
                LETTERS[kind],
                f"{of_x_t.weight:+.4g}",
                f"{answer.weight:+.4g}",
                _plain(answer.vector, 3),
                _plain(total, 6),
                f"{abs(x0_shares(kind, alpha_bar)[1]):.3g} ×",
            ]
        )
    head = ["Answer", "Weight of x_t", "Weight of the answer", "The answer", "Sum, x_s", "Error"]
    st.markdown(chains.table(head, rows))
    st.caption(
        "Every row adds up to the same x_s. **Error**: how many times an error of the network "
        "reappears in the x̂₀ that it implies. Asked for ε, a network that errs a little where "
        "nearly all is noise errs much about the point; asked for v, never more than in v itself."
    )


def _terms(
    kind: str, parts: Weights, alpha_bar: float, x_t: Tensor, x_0: Tensor, x_s: Tensor, second: str
) -> list[Term] | None:
    """The terms of the step with the answer said as ``kind``; None where it cannot be.

    x_t comes first, the answer second. What is not recorded, the last of the terms, is what is left
    of x_s.
    """
    try:
        of_x_t, of_answer = x0_shares(kind, alpha_bar)
    except ValueError:
        return None
    dark = theme.is_dark()
    left = x_s - parts.x_t * x_t - parts.x_0 * x_0
    answer = as_prediction(kind, x_t, x_0, alpha_bar)
    terms = [
        Term(parts.x_t + parts.x_0 * of_x_t, "x_t", x_t, role("noise", dark)),
        Term(parts.x_0 * of_answer, SYMBOLS[kind], answer, role("model", dark)),
    ]
    if parts.other:
        terms.append(Term(parts.other, second, left / parts.other, role("reference", dark)))
    if parts.noise:
        terms.append(Term(parts.noise, "z", left / parts.noise, role("accent", dark)))
    return terms


def _weight(value: float) -> str:
    """A weight with its sign, which says that the terms are added up."""
    text = f"{value:+.3f}"
    if float(text) or not value:
        return text
    mantissa, exponent = f"{value:+.1e}".split("e")
    return rf"{mantissa}\cdot10^{{{int(exponent)}}}"


def _vector(vector: Tensor) -> str:
    x, y = vector.tolist()
    return rf"({x:.2f},\,{y:.2f})"


def _plain(vector: Tensor, digits: int) -> str:
    x, y = vector.tolist()
    return f"({x:.{digits}f}, {y:.{digits}f})"
