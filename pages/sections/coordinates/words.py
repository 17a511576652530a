"""Both ways in equations."""

from __future__ import annotations

import streamlit as st

from pages.ui.glossary import term, written_out
from pages.ui.stage import equations


def words() -> None:
    """The two processes, side by side."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Coordinates** (GeoDiff's way, Xu et al. 2022, arXiv 2203.02923)")
            st.latex(
                r"x_t=\sqrt{\bar\alpha_t}\,x_0+\sqrt{1-\bar\alpha_t}\,P\varepsilon,"
                r"\qquad \varepsilon\sim N(0,I)"
            )
            st.markdown(
                "All $3N$ coordinates are noised, with the centre of mass taken out by $P$. The "
                f"network is an {written_out('egnn')} over bonds and all pairs of atoms; it "
                "estimates $x_0$, and has to learn how long a bond is. At the end of the "
                "cosine schedule the noise is 2.65 Å wide, beside a bond of 1.5 Å."
            )
            st.markdown("**The exact denoiser** over references $x_k$ of this molecule:")
            st.latex(r"\hat x_0=\sum_k w_k R_k x_k")
            st.latex(
                r"w_k\propto\exp\!\Big(-\frac{\lVert x_t-\sqrt{\bar\alpha_t}R_kx_k\rVert^2}"
                r"{2(1-\bar\alpha_t)}\Big)"
            )
            st.markdown(
                "$R_k$ lays reference $k$ on $x_t$ (Kabsch). The average over all rotations has no "
                "cheap closed form, so this one rotation stands for it: an approximation, right "
                "where there is little noise."
            )
        with right:
            st.markdown("**Torsions** (Jing et al. 2022, arXiv 2206.01729)")
            st.latex(r"\tau_\sigma=\tau_0+\sigma z \pmod{2\pi},\qquad z\sim N(0,I)")
            st.markdown(
                f"Each of the $M$ {term('torsion', 'torsions')} is noised on its circle; its "
                f"density is the {term('wrapped_normal')}, uniform at σ = π. Every frame is one "
                "local structure with its bonds turned:"
            )
            st.latex(r"x=\operatorname{turn}(x_{\mathrm{local}},\,\tau-\tau_{\mathrm{local}})")
            st.markdown(
                "A turn about a bond keeps all lengths, all angles and every hand, so these meters "
                "stand at zero by construction: nothing of it had to be learned. What can go wrong "
                "is contacts: atoms far apart in the graph may clash. And what the local structure "
                "has wrong, such as the pucker of a ring, stays wrong."
            )
            st.markdown(
                "**Hands.** Distances are the same in a mirror. A network that sees distances "
                "alone makes either hand of a stereo centre equally often; torsions change their "
                "sign in a mirror, and the local structure has the right hand from the start."
            )
        st.markdown(
            "**What is used.** The coordinates take their steps by a "
            f"{written_out('ddpm')}, a {written_out('ddim')}, Euler's or Heun's method for the "
            f"{written_out('ode')}, or a {written_out('dpm_solver')}. Local structures are those "
            f"of {written_out('etkdg')}, relaxed by the {written_out('mmff94s')}. A molecule may "
            f"also be typed as a line of text, a {written_out('smiles')}."
        )
