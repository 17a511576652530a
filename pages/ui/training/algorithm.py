"""What one update of a training does, line by line, and what its loss measures.

The lines light up one after the other while a training runs, by CSS alone: far slower than the
updates, so that one can follow, and without a rerun of the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine import notation
from engine.figures.charts.training import LossAxis
from pages.ui import navigation
from pages.ui.glossary import term

SECONDS = 1.2  #: for which a line is lit
_CSS = """
<style>
.de-lines { list-style: decimal inside; margin: 0; padding: 0; font-size: .92rem; }
.de-lines li { padding: .2rem .55rem; margin: 0; border-radius: .35rem; line-height: 1.45;
  border-left: 3px solid transparent; }
.de-lines sub { font-size: .72em; line-height: 0; }
.de-lines.running li { animation: de-lit ROUNDs linear infinite;
  animation-delay: calc(var(--k) * EACHs); }
@keyframes de-lit { 0%, SHARE% { border-left-color: var(--st-primary-color, #0F766E);
    background: color-mix(in srgb, currentColor 11%, transparent); }
  LATER%, 100% { border-left-color: transparent; background: transparent; } }
@media (prefers-reduced-motion: reduce) { .de-lines.running li { animation: none; } }
</style>
"""


@dataclass(frozen=True)
class Algorithm:
    """One update of a training.

    Attributes:
        lines: what it does, one step each; ``x_0`` is set with a subscript.
        loss: what the loss is.
        meaning: of the loss, in a sentence.
    """

    lines: tuple[str, ...]
    loss: LossAxis
    meaning: str = ""


_DRAW = ("Draw a time t.", "Draw noise ε from N(0, I).", "Form x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε.")

#: The network of points and of chains on most pages: it is asked for v.
VELOCITY = Algorithm(
    (
        "Draw a clean point x_0 from the data.",
        *_DRAW,
        "Step down the gradient of ‖v_θ(x_t, t) − v‖², where v = √ᾱ_t ε − √(1 − ᾱ_t) x_0.",
    ),
    LossAxis("Squared error of v", 1.0),
    "1 is the error of a network that knows nothing and answers 0. It cannot fall to 0: which "
    "clean point a noisy one came from is never certain.",
)


def show(algorithm: Algorithm, running: bool) -> None:
    """Draw the lines; lit one after the other while the training is ``running``."""
    items = "".join(
        f'<li style="--k:{k}">{notation.html(line)}</li>' for k, line in enumerate(algorithm.lines)
    )
    kind = "de-lines running" if running else "de-lines"
    share = 100 / len(algorithm.lines)
    css = (
        _CSS.replace("ROUND", f"{SECONDS * len(algorithm.lines):g}")
        .replace("EACH", f"{SECONDS:g}")
        .replace("SHARE", f"{share:g}")
        .replace("LATER", f"{share + 4:g}")
    )
    st.markdown("**One update**, for a whole batch of points at once:")
    st.html(f'{css}<ol class="{kind}">{items}</ol>')


def answers() -> None:
    """What the network predicts: one answer in three forms."""
    st.markdown(
        f"**What the network predicts** is {term('answer', 'one answer in three forms')}. Asked "
        f"for the velocity ({term('velocity')}), it has said the clean point and the noise as "
        "well:"
    )
    st.latex(
        r"\hat x_0=\sqrt{\bar\alpha_t}\,x_t-\sqrt{1-\bar\alpha_t}\,\hat v,\qquad"
        r" \hat\varepsilon=\sqrt{1-\bar\alpha_t}\,x_t+\sqrt{\bar\alpha_t}\,\hat v"
    )
    samplers = next(entry for entry in navigation.ENTRIES if entry.name == "samplers")
    st.page_link(samplers.page(), label="One step in all three forms, with its numbers")
