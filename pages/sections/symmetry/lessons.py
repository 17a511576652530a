"""The exercises of this page, view by view."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson

TURN = Exercises(
    "symmetry/turn",
    dict(change="rotate", rival="plain", turn_noise=0.35, seed=0.0),
    [
        Lesson(
            "shift",
            "Shift it",
            "the number of the plain network while you drag the chain aside: it grows with the "
            "distance, and the arrows turn back towards the middle.",
            dict(change="shift"),
            "All training shapes had their centre at the origin. Why does the EGNN not care?",
            "It sees differences of places only. The plain network has learned that shapes lie "
            "about the origin, and takes a chain elsewhere for a very noisy one.",
        ),
        Lesson(
            "mirror",
            "In the mirror",
            "the EGNN's number: it stays near 10⁻⁷ in the mirror, too. Now open **Taught in one "
            "direction** and read the column **Right-handed**.",
            dict(change="mirror"),
            "Is it good that the EGNN follows a mirror?",
            "For a molecule it is not: a mirror image is another substance. Distances are all that "
            "the EGNN sees, and mirror images have the same. It samples both hands equally. A "
            "torsion changes sign in a mirror, so the torsional network of this app tells them "
            "apart.",
        ),
        Lesson(
            "renumber",
            "Other numbers",
            "the numbers at the beads: the chain is the same, only its rows stand in another "
            "order. The plain network's arrows point anywhere.",
            dict(change="renumber"),
            "What does the EGNN know of a bead if not its row?",
            "What its features say. They travel with the bead, and the sum over neighbours does "
            "not ask for their order. The plain network knows a bead by its row alone.",
        ),
        Lesson(
            "augmented",
            "Random rotations",
            "the number of the second network: smaller than that of the plain one, and yet a "
            "million times that of the EGNN.",
            dict(rival="augmented"),
            "It has seen every shape in every direction. Why does it still not follow exactly?",
            "It has learned the symmetry as one learns facts: approximately, from examples, with "
            "weights that could have learned something else. The EGNN cannot break it.",
        ),
        Lesson(
            "noisy",
            "Much noise",
            "the plain network's number at noise 0.8: its arrows lead to a shape along x, "
            "however you turn the input.",
            dict(turn_noise=0.8),
            "Why does it err most where there is the most noise?",
            "There the input says little, and the answer is what was learned: shapes lie along x. "
            "Near the data, the arrows only mend small errors, and those are similar everywhere.",
        ),
    ],
)

TAUGHT = Exercises(
    "symmetry/taught",
    dict(taught_steps=20, taught_shown=30, seed=0.0),
    [
        Lesson(
            "hands",
            "Left and right",
            "three shapes of each network: drag a picture and follow a spiral from end to end. "
            "**Right-handed** in the table: all of the training shapes, half of the EGNN's.",
            dict(taught_shown=3),
            "Nobody has shown the EGNN a left-handed spiral. Where does it know them from?",
            "It sees distances, and both hands have the same. What it learns of a shape it has "
            "learned of its mirror image. The plain network makes what it was shown: one direction "
            "and one hand.",
        ),
        Lesson(
            "three_steps",
            "Three steps",
            "the **Misfit** of the EGNN, three times what it is with 20 steps, and its "
            "**Directions**, which stay at 1.",
            dict(taught_steps=3),
            "Why do three crude steps not disturb the directions?",
            "Each step turns with its input, however crude it is: symmetry holds exactly at every "
            "step. Quality is another matter, and needs steps where a shape decides what it will "
            "be. The plain network has next to nothing to decide.",
        ),
        Lesson(
            "fifty_steps",
            "Fifty steps",
            "the **Misfit** of the plain network with random rotations: more steps do not help.",
            dict(taught_steps=50),
            "What would help it?",
            "More updates, more weights, or less to learn. It has to learn each shape in every "
            "direction with the weights that the EGNN spends on the shape alone. Train all three "
            "below with 2,000 updates and compare.",
        ),
    ],
)
