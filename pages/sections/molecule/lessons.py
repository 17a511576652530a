"""The exercises of this page. Each samples its molecule when it is chosen."""

from __future__ import annotations

from pages.sections.molecule.sampling import PRESSED
from pages.ui.lessons import Exercises, Lesson

BASE = dict(
    source="example", example="ibuprofen", n=10, torsional_steps=10, torsional_eta=1.0,
    torsional_temperature=0.2, torsional_diversity=0.0, torsional_attraction=0.05,
    torsional_candidates=4, torsional_retries=1, seed=0.0, stage="model", duplicates=0.3,
    cluster=0.75, definition="model",
)  # fmt: skip

EXERCISES = Exercises(
    "molecule",
    {**BASE, PRESSED: True},
    [
        Lesson(
            "count",
            "Count them yourself",
            "the structural formula below the picture. Count the single bonds outside rings whose "
            "two atoms both have another neighbour, hydrogens counted. Then compare with *Which "
            "bonds count as rotatable?* at the end of the page.",
            dict(example="paracetamol"),
            "Four rules give three different answers. Which bond do they disagree about most?",
            "The model turns 4: the amide C–N, the bond to the ring, a methyl and a hydroxyl "
            "group. 2 of them lie between heavy-atom groups. RDKit's strict rule leaves out the "
            "amide and says 1, its loose rule says 2. The amide C–N is single on paper and a "
            "partial double bond in fact.",
        ),
        Lesson(
            "wrap",
            "Across ±180°",
            "the dial of C2–C3, with its dots at the bottom: some samples stand just below 180°, "
            "others just above −180°.",
            dict(example="butane", n=20, torsional_temperature=1.0, duplicates=0.0),
            "One torsion is 175°, another −175°. How far apart are they, and what is their mean?",
            "10° apart, and their mean is 180°: 175° and −175° average to 0°, the opposite "
            "conformer, only for somebody who forgets that angles live on a circle. The map below "
            "wraps at its borders for the same reason, and the network reads sines and cosines.",
        ),
        Lesson(
            "mirror",
            "Mirror image",
            "the table: three conformers of butane at their minima. The first is anti, its torsion "
            "180°; the others are gauche.",
            dict(example="butane", n=20, stage="relaxed"),
            "Why do the two gauche conformers have the same energy, and why are there two of them?",
            "Their torsions are +65° and −65°: each is the other's mirror image, with the same "
            "distances between all atoms, so the same energy. No turn of the whole molecule lays "
            "one on the other, so they are two. The score changes its sign in a mirror, so the "
            "model makes both alike.",
        ),
        Lesson(
            "distinct",
            "Twenty asked",
            "the line above the results: how many of twenty are distinct. Then choose *Samples* "
            "above the picture and see the energies of the same conformers before they were "
            "minimised.",
            dict(example="paracetamol", n=20, stage="relaxed"),
            "The samples spread over many kcal/mol and the minima over few. What does the "
            "difference measure?",
            "How far each sample is from its minimum, not how rare its conformer is: a torsion a "
            "few degrees off costs more than the difference between conformers. So weights are "
            "only given for minima.",
        ),
        Lesson(
            "etkdg",
            "The classical way",
            "the line above the results: of twenty conformers by ETKDGv3, RDKit's method, two are "
            "distinct. Then the tab *Comparison*: its lowest energy, beside that of the samples.",
            dict(example="alanine_dipeptide", n=20, stage="plain"),
            "ETKDGv3 has not seen this molecule either. What does it know, and what not?",
            "It draws distances between atoms at random within their bounds and then corrects each "
            "torsion towards those that are common in crystals, one bond by itself. So it does not "
            "see that this molecule folds on itself and closes a hydrogen bond. Minimised, its "
            "best conformer reaches the same minimum as the samples: few starts, but good ones.",
        ),
        Lesson(
            "own_one",
            "Trained on one",
            "*Train a model on this molecule* below the results. Press *Train*: within 400 updates "
            "the dots of all dials come to the marks. Then *Both models on this molecule*: what "
            "share of the samples gives the conformer back?",
            dict(example="butane", taught=True, taught_on="one", taught_steps=400),
            "Butane has an anti and two gauche conformers. Why does this model never make the "
            "gauche ones, whatever noise it starts from?",
            "All the noise it has seen was on one conformer, so at every noise level the best "
            "answer points to that one: its loss falls because it knows the end by heart. It has "
            "learned a point, not a distribution. The bundled model has seen thousands of "
            "molecules and makes all three. Train on the molecule's own ensemble and compare.",
        ),
        Lesson(
            "denoise",
            "Be the denoiser",
            "press *Be the denoiser* below the picture. You start from noise; follow the longest "
            "arrow with the dial of that bond until the energy is low.",
            dict(example="alanine_dipeptide", n=5),
            "You turn one bond at a time, the model all of them at once, from coarse to fine. Why "
            "does it not go straight to the end?",
            "At much noise the score only knows averages: its arrows point to where torsions "
            "usually are. Each small step makes the noise smaller and the arrows sharper.",
        ),
    ],
)
