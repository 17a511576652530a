"""Symbols and numbers in running text, as each face of the app sets them."""

from __future__ import annotations

import pytest

from engine import notation


@pytest.mark.parametrize(
    ("text", "markdown", "html"),
    [
        ("q(x_t | x_{t-1})", "q($x_{t}$ | $x_{t-1}$)", "q(x<sub>t</sub> | x<sub>t-1</sub>)"),
        ("√ᾱ_T", r"√$\bar\alpha_{T}$", "√ᾱ<sub>T</sub>"),
        ("R_g, σ", "$R_{g}$, σ", "R<sub>g</sub>, σ"),
        ("ln SNR_t", r"ln $\mathrm{SNR}_{t}$", "ln SNR<sub>t</sub>"),
        ("x̂_0 < x_T", r"$\hat x_{0}$ < $x_{T}$", "x̂<sub>0</sub> &lt; x<sub>T</sub>"),
        ("beta_max, noise_T", "beta_max, noise_T", "beta_max, noise_T"),
    ],
)
def test_symbols_are_set(text: str, markdown: str, html: str) -> None:
    assert notation.markdown(text) == markdown
    assert notation.html(text) == html


def test_formulas_and_code_stay() -> None:
    text = "the array `x_0`, the point $x_0$"
    assert notation.markdown(text) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(2.4e-7, 1, "2.4 × 10⁻⁷"), (-3e12, 0, "−3 × 10¹²"), (1.26e-4, 1, "1.3 × 10⁻⁴")],
)
def test_numbers_are_powers_of_ten(value: float, digits: int, text: str) -> None:
    assert notation.power_of_ten(value, digits).replace("\u00a0", " ") == text
