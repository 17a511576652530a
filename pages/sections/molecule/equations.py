"""The equations of the molecule page."""

from __future__ import annotations

import streamlit as st

from pages.ui.glossary import term
from pages.ui.stage import equations as section


def equations() -> None:
    """What a torsion is, how noise is added to it, and how the model takes it away."""
    with section():
        st.markdown(
            f"**A {term('torsion', 'torsion')}** is the angle between two planes: that of the "
            "atoms $a, b, c$ and that "
            "of $b, c, d$. With the bond vectors $u = r_b - r_a$, $v = r_c - r_b$ and $w = r_d - "
            "r_c$"
        )
        st.latex(
            r"\tau = \operatorname{atan2}\big(\lVert v \rVert\, u \cdot (v \times w),\;"
            r"(u \times v) \cdot (v \times w)\big) \in (-\pi, \pi]"
        )
        st.markdown(
            "Seen along the bond, from $b$ to $c$, it is positive if the far atom $d$ stands "
            "clockwise of the near atom $a$. Read backwards, from $d$ to $a$, it is the same; in a "
            "mirror it changes its sign. Bond lengths, bond angles and rings stay as they are, so "
            r"a conformer is the point $(\tau_1, \dots, \tau_M)$ on a torus: $M$ numbers instead "
            "of the $3N$ coordinates of $N$ atoms. A model of coordinates (GeoDiff) would have to "
            "learn what a bond length is; here none can break."
        )
        st.markdown(
            r"**Forward.** Normal noise of standard deviation $\sigma$ is added to every torsion "
            "and wrapped round the circle. The result is the "
            f"{term('wrapped_normal', 'wrapped normal distribution')}: the normal densities of "
            "all turns are summed,"
        )
        st.latex(
            r"p_\sigma(\tau \mid \tau_0) = \frac{1}{\sqrt{2\pi}\,\sigma} \sum_{k=-\infty}^{\infty}"
            r"\exp\!\Big(-\frac{(\tau - \tau_0 + 2\pi k)^2}{2\sigma^2}\Big)"
        )
        st.markdown(r"At $\sigma = \pi$ (180°, where the clock starts) it is uniform to about 1 %.")
        st.markdown(
            f"**{term('score')}.** The network is trained to tell the slope of the noisy "
            "density's logarithm, for every torsion, from the noisy conformer alone:"
        )
        st.latex(
            r"s_\theta(x, \sigma)_m \approx \frac{\partial}{\partial \tau_m} \log p_\sigma(\tau),"
            r"\qquad s_\theta(\text{mirror image}) = -s_\theta"
        )
        st.markdown(
            r"It reads angles as $\sin k\tau$ and $\cos k\tau$, which are the same at $180°$ and "
            r"$-180°$; a plain number would jump there."
        )
        st.markdown(
            r"**Reverse.** From $\sigma$ to the next, smaller $\sigma'$, with $z \sim N(0, 1)$ and "
            r"stochasticity $\eta$ (1: the reverse stochastic differential equation, 0: the "
            "probability-flow ordinary differential equation):"
        )
        st.latex(
            r"\tau \leftarrow \tau + \sigma\Big(\sigma - \sqrt{\sigma'^2 - \varsigma^2}\Big)"
            r"\, s_\theta(x, \sigma) + \varsigma\, z, \qquad"
            r"\varsigma = \eta\, \sigma' \sqrt{1 - \sigma'^2 / \sigma^2}"
        )
        st.markdown(
            "Jing, Corso, Chang, Barzilay and Jaakkola 2022, *Torsional diffusion for molecular "
            "conformer generation*, arXiv 2206.01729."
        )
