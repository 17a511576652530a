"""One step of one sampler for one point, written out with its numbers, term by term in colour."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from engine.figures.palette import role
from engine.noise import Schedule
from engine.sampler import Sampler, Weights, weights
from engine.trajectory import Trajectory
from pages.ui import theme

SECOND = {
    "dpmpp_2m": (r"\hat x_0^{\,\mathrm{before}}", "the prediction of the step before"),
    "other": (r"\hat x_0'", "the prediction at the end of a trial step by Euler"),
}


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
    levels = sampler.levels(schedule)
    (t, now), (s, then) = levels[step - 1], levels[step]
    parts = weights(sampler, now, then, levels[step - 2][1] if step > 1 else None)
    x_t, x_s = walk.x[step - 1, point].double(), walk.x[step, point].double()
    assert walk.x_0 is not None
    x_0 = walk.x_0[step, point].double()
    memory = SECOND.get(sampler.key, SECOND["other"])
    terms = _terms(parts, x_t, x_0, x_s, memory[0])
    symbols = "".join(
        rf"\textcolor{{{colour}}}{{{_weight(value)}\,{symbol}}}"
        for value, symbol, _, colour in terms
    )
    lines = [
        rf"\textcolor{{{colour}}}{{{_weight(value)}\,{_vector(vector)}}}"
        rf" & = {_vector(value * vector)}"
        for value, _, vector, colour in terms
    ]
    rows = r" \\ ".join([*lines, rf"\hline x_s & = {_vector(x_s)}"])
    st.latex(rf"x_s = {symbols.replace('{+', '{', 1)}")
    st.latex(rf"\begin{{array}}{{rl}} {rows} \end{{array}}")
    said = [
        f"From t = {t:.4g} (ᾱ = {now:.4g}) to s = {s:.4g} (ᾱ = {then:.4g}).",
        "x̂₀ is what the network takes the point for"
        + (f", the second x̂₀ {memory[1]}" if parts.other else "")
        + (", z fresh noise." if parts.noise else "."),
    ]
    if not parts.noise:
        said.append("No noise is added: the same x_t always leads to the same x_s.")
    st.caption(" ".join(said))


def _terms(
    parts: Weights, x_t: Tensor, x_0: Tensor, x_s: Tensor, second: str
) -> list[tuple[float, str, Tensor, str]]:
    """(weight, symbol, vector (2,), colour) of each term that is not zero.

    What is not recorded, the last of the terms, is what is left of x_s.
    """
    dark = theme.is_dark()
    left = x_s - parts.x_t * x_t - parts.x_0 * x_0
    terms = [
        (parts.x_t, "x_t", x_t, role("noise", dark)),
        (parts.x_0, r"\hat x_0", x_0, role("model", dark)),
    ]
    if parts.other:
        terms.append((parts.other, second, left / parts.other, role("reference", dark)))
    if parts.noise:
        terms.append((parts.noise, "z", left / parts.noise, role("accent", dark)))
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
