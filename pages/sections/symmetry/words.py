"""What the page Symmetry shows, in equations."""

from __future__ import annotations

import streamlit as st

from pages.ui.glossary import term
from pages.ui.stage import equations


def turning() -> None:
    """Equivariance, and why an EGNN has it."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(
                f"**{term('equivariance', 'Equivariance')}**: to turn and ask is to ask and turn."
            )
            st.latex(r"f(Rx+s)=R\,f(x),\qquad f(Px)=P\,f(x)")
            st.markdown(
                "R turns all beads, s moves them, P writes them in another order. What is "
                "shown is the predicted noise f(x) = ε, a difference of places, which a shift "
                "leaves alone. The number between the pictures is"
            )
            st.latex(r"\frac{\lVert f(gx)-g\,f(x)\rVert}{\lVert f(x)\rVert}")
        with right:
            st.markdown(f"**One layer of the {term('egnn')}** (Satorras et al. 2021)")
            st.latex(r"m_{ij}=\varphi_e\big(h_i,h_j,\lVert x_i-x_j\rVert^2,a_{ij}\big)")
            st.latex(
                r"x_i'=x_i+C\sum_{j\ne i}e_{ij}\,\frac{x_i-x_j}{\lVert x_i-x_j\rVert+1}"
                r"\,\varphi_x(m_{ij})"
            )
            st.latex(r"h_i'=h_i+\varphi_h\big(h_i,\textstyle\sum_j e_{ij}m_{ij}\big)")
            st.markdown(
                "Messages see distances, which no rotation, shift or mirror changes. Places move "
                "along differences, which change as the input does. So the sum does, too. Mirrors "
                "are included: the symmetry is E(3), more than rotations and shifts."
            )


def directions() -> None:
    """Why a symmetric network needs to see one direction only."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**The density that is sampled**")
            st.latex(r"f(Rx)=R\,f(x)\ \text{and}\ p_T(Rx)=p_T(x)\ \Rightarrow\ p_0(Rx)=p_0(x)")
            st.markdown(
                "Noise has no direction, and every step of the sampler turns with its input: so "
                "each direction is equally likely at the end, whatever the training shapes did. "
                "With mirrors included, each shape and its mirror image are equally likely, too."
            )
        with right:
            st.markdown("**Directions**: entropy of the cells of the sphere that are met")
            st.latex(r"\frac{-\sum_k q_k\ln q_k}{\ln K},\qquad K=48")
            st.markdown(
                "$q_k$ is the share of shapes that point into cell k, from the first bead to the "
                "last. 0: all into one cell; 1: evenly into all. **Misfit** is the root mean "
                "square difference of distances between beads to the nearest of 1,000 shapes."
            )
