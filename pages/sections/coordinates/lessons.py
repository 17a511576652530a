"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson

EXERCISES = Exercises(
    "coordinates",
    dict(
        source="example",
        example="ibuprofen",
        ways_direction="both",
        ways_steps=100,
        ways_conformers=5,
        ways_sampler="ddpm",
        ways_denoiser="learned",
        ways_references=20,
        seed=1.0,
    ),
    [
        Lesson(
            "first_break",
            "When does it break?",
            "**Largest error of a bond** on the left. Move the clock to the frame where it passes "
            "10 % and the first bond turns red.",
            dict(ways_direction="forward"),
            "How much noise does it take until the left side is no molecule any more?",
            "One or two steps of a hundred: noise of 0.1 Å on each atom is enough, while a shape "
            "of several Å is still seen. From there on a network has to know bond lengths. On the "
            "right the same meter stands at 0 through to pure noise.",
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "**Every bond within 10 %** in the table, and the red bonds on the left at the end of "
            "the clock.",
            dict(ways_direction="backward", ways_steps=10),
            "Both sides take ten steps. Why do so few cost the left side its bonds and the right "
            "side nothing?",
            "The last steps of coordinates have to bring every bond to a few hundredths of an Å, "
            "and ten are too coarse for that; published models took 5,000. Torsions are right "
            "to a few degrees after ten steps, and bonds were never touched.",
        ),
        Lesson(
            "hands",
            "Three hands",
            "**Stereo centres flipped** on the left, conformer by conformer (‹ and › above the "
            "pictures), and **Every hand kept** in the table.",
            dict(example="penicillin_g", ways_direction="backward"),
            "Penicillin G has three stereo centres. What share of conformers would have all three "
            "right if each were left to chance?",
            "One in eight. The network sees distances, which are the same in a mirror, so each "
            "hand is a guess, tied to others only where a ring joins them. Every other structure "
            "is another substance. The torsions' side cannot flip a centre.",
        ),
        Lesson(
            "exact",
            "Known structures",
            "**Valid structures**: all of them on the left, too. Then **AMR-P** of the row "
            "*Here, coordinates*: how far its conformers are from the references.",
            dict(ways_direction="backward", ways_denoiser="exact"),
            "The exact denoiser makes flawless molecules. Why is it no generator of conformers?",
            "It knows twenty structures of this very molecule and gives them back: its conformers "
            "are those references. What it shows is the process: with the true denoiser, "
            "coordinates do become molecules. A network has to do it for molecules that it has "
            "never seen.",
        ),
    ],
)
