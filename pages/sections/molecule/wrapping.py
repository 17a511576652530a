"""What wrapping without a wrapped density costs: two charts and their equations."""

from __future__ import annotations

import streamlit as st

from engine.experiments.molecule import wrapping as experiment
from engine.figures.charts.wrapping import heaps, scores
from pages.ui import jobs, plots, theme, widgets
from pages.ui.glossary import term

#: Short enough for a phone, one line each.
_FORMULAS = (
    (
        r"\tau_t=\operatorname{wrap}\big(\sqrt{\bar\alpha_t}\,\tau_0"
        r"+\sqrt{1-\bar\alpha_t}\,\varepsilon\big)"
    ),
    r"\operatorname{wrap}(a)=\operatorname{atan2}(\sin a,\cos a)",
    r"\lvert\mathbb E\,e^{i\tau_T}\rvert=e^{-(1-\bar\alpha_T)/2}\approx 0.61",
    r"\lvert\mathbb E\,e^{i\tau_{\text{start}}}\rvert=e^{-\pi^2/2}=0.007",
    r"s_{\text{used}}=-\frac{\delta}{\sigma^2},\qquad \delta_k=\delta+2\pi k",
    (
        r"s_{\text{wrapped}}=-\frac{\sum_k\delta_k\,e^{-\delta_k^2/2\sigma^2}}"
        r"{\sigma^2\sum_k e^{-\delta_k^2/2\sigma^2}}"
    ),
)


def wrapping() -> None:
    """Where angles are at t = T, and the score that is taught beside the one of the torus."""
    st.markdown("**What wrapping without a wrapped density costs**")
    t = widgets.notches(
        "Time t of the scores",
        experiment.LEVELS,
        key="wrap_t",
        default=experiment.LEVEL,
        help="Of 1,000. The later, the wider the noise, and the more of it goes round the circle.",
    )
    found = jobs.cached("wrapping", experiment.wrapping, t, 0, label="Drawing states")
    if found is None:
        return
    left, right = st.columns(2, gap="large")
    dark, (training, start) = theme.is_dark(), experiment.exact_lengths()
    with left:
        plots.draw(
            "wrapping_heaps", heaps,
            found.centres, found.training, found.start, found.uniform, dark,
        )  # fmt: skip
        st.caption(
            "Where angles are when the sampler starts. Training states at t = T are heaped about "
            f"an arbitrary zero: {term('resultant_length', 'mean resultant length')} "
            f"{found.training_length:.3f} ({training:.3f} in theory). The sampler starts "
            f"all but uniform: {found.start_length:.3f} ({start:.3f}), a start that the "
            "network never saw."
        )
    with right:
        plots.draw(
            "wrapping_scores", scores, found.angles, found.wrapped, found.used, dark
        )  # fmt: skip
        st.caption(
            f"Scores at t = {found.t:,}, σ = {found.sigma:.2f} rad. The loss is the squared error "
            "of the noise before wrapping, blind to whole turns; that score jumps where angles "
            f"wrap, at ±180°. The score of the {term('wrapped_normal', 'wrapped normal')} "
            "passes through zero there."
        )
    for formula in _FORMULAS:
        st.latex(formula)
    st.caption(
        "The network sees the sine of each torsion, so it can tell a molecule from its mirror "
        "image, as an EGNN alone cannot. The true score flips its sign in a mirror; this "
        "network's answer need not."
    )
