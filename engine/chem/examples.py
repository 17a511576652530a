"""The example molecules: each is here because it teaches something about shape.

Every SMILES is of one stereoisomer (of ibuprofen the active one, S); tests check the CIP labels.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One example molecule.

    Attributes:
        name: what a person calls it.
        smiles: isomeric SMILES, readable by ``engine.chem.reading.reader.from_smiles``.
        why: one sentence on what to look for.
    """

    name: str
    smiles: str
    why: str


#: Key (as in the page's address) to example; the first is the one shown at the start.
MOLECULES: dict[str, Example] = {
    "ibuprofen": Example(
        "Ibuprofen",
        "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O",
        "Eight bonds turn: four between heavy fragments, three methyl groups and one hydroxyl.",
    ),
    "butane": Example(
        "Butane",
        "CCCC",
        "The textbook torsion: one anti shape and two gauche shapes, mirror images of each other.",
    ),
    "biphenyl": Example(
        "Biphenyl",
        "c1ccc(cc1)-c1ccccc1",
        "One bond between two rings: conjugation wants it flat, the hydrogens want it twisted.",
    ),
    "bitolyl": Example(
        "2,2'-Dimethylbiphenyl",
        "Cc1ccccc1-c1ccccc1C",
        "Two methyl groups beside the bond between the rings hold them nearly at right angles.",
    ),
    "alanine_dipeptide": Example(
        "Alanine dipeptide",
        "CC(=O)N[C@@H](C)C(=O)NC",
        "The two angles of a protein's backbone, phi and psi, between two stiff amides.",
    ),
    "aspirin": Example(
        "Aspirin",
        "CC(=O)Oc1ccccc1C(=O)O",
        "Two crowded groups side by side on a ring keep each other out of the plane.",
    ),
    "paracetamol": Example(
        "Paracetamol",
        "CC(=O)Nc1ccc(O)cc1",
        "An amide bond is single on paper and still stiff: its angle stays near 180 degrees.",
    ),
    "methylacetanilide": Example(
        "N-Methylacetanilide",
        "CN(C(C)=O)c1ccccc1",
        "Beside paracetamol: with a methyl group on its nitrogen the same amide prefers cis.",
    ),
    "menthol": Example(
        "(-)-Menthol",
        "CC(C)[C@@H]1CC[C@@H](C)C[C@H]1O",
        "The ring is not turned by the model: it stays the chair it started as.",
    ),
    "estradiol": Example(
        "Estradiol",
        "C[C@]12CC[C@H]3[C@H]([C@@H]1CC[C@@H]2O)CCC4=C3C=CC(=C4)O",
        "A rigid steroid: one methyl and two hydroxyls turn, so the model has little to do.",
    ),
    "sucrose": Example(
        "Sucrose",
        "C([C@@H]1[C@H]([C@@H]([C@H]([C@H](O1)O[C@]2([C@H]([C@@H]([C@H](O2)CO)O)O)CO)O)O)O)O",
        "A sugar: nine stereo centres stay, two bonds join the rings and eight hydroxyls turn.",
    ),
    "gaba": Example(
        "GABA, as zwitterion",
        "[NH3+]CCCC(=O)[O-]",
        "Without water its opposite charges attract each other; a model of shape knows no water.",
    ),
    "decane": Example(
        "Decane",
        "CCCCCCCCCC",
        "Seven chain torsions with three choices each: more than two thousand combinations.",
    ),
    "resveratrol": Example(
        "Resveratrol",
        "Oc1ccc(cc1)/C=C/c1cc(O)cc(O)c1",
        "A double bond does not turn: E stays E, and only the bonds beside it move.",
    ),
    "penicillin_g": Example(
        "Penicillin G",
        "CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)O",
        "A strained, rigid double ring that carries one flexible arm.",
    ),
    "turn": Example(
        "Ac-Pro-Gly-NHMe",
        "CC(=O)N1CCC[C@H]1C(=O)NCC(=O)NC",
        "It can fold back like the turn of a protein, held by a hydrogen bond within itself.",
    ),
    "oseltamivir": Example(
        "Oseltamivir",
        "CCC(CC)O[C@@H]1C=C(C[C@@H]([C@H]1NC(C)=O)N)C(=O)OCC",
        "Three stereo centres in a row: whatever turns, their handedness must not change.",
    ),
    "tamoxifen": Example(
        "Tamoxifen",
        "CC/C(=C(\\c1ccccc1)/c1ccc(OCCN(C)C)cc1)/c1ccccc1",
        "Three rings crowded round a double bond turn like the blades of a propeller.",
    ),
    "cholesterol": Example(
        "Cholesterol",
        "C[C@H](CCCC(C)C)[C@H]1CC[C@@H]2[C@@]1(CC[C@H]1[C@H]2CC=C2[C@@]1(CC[C@@H](C2)O)C)C",
        "Four fused rings stand still while the tail sweeps round.",
    ),
    "sildenafil": Example(
        "Sildenafil",
        "CCCc1nn(C)c2c1nc([nH]c2=O)-c1cc(ccc1OCC)S(=O)(=O)N1CCN(C)CC1",
        "A hydrogen bond inside the molecule holds two of its rings in one plane.",
    ),
    "imatinib": Example(
        "Imatinib",
        "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(n1)-c1cccnc1",
        "A long cancer drug: stretched out in its enzyme, often compact when alone.",
    ),
    "leu_enkephalin": Example(
        "Leu-enkephalin",
        "CC(C)C[C@@H](C(=O)O)NC(=O)[C@H](Cc1ccccc1)NC(=O)CNC(=O)CNC(=O)[C@H](Cc1ccc(cc1)O)N",
        "A peptide of five residues: far more shapes than any handful of conformers can show.",
    ),
    "atorvastatin": Example(
        "Atorvastatin",
        "CC(C)c1c(C(=O)Nc2ccccc2)c(-c2ccccc2)c(-c2ccc(F)cc2)n1CC[C@@H](O)C[C@@H](O)CC(=O)O",
        "Three rings round a fourth and a long arm of alcohols: many shapes, few of them good.",
    ),
    "pacritinib": Example(
        "Pacritinib",
        "C1CCN(C1)CCOc1ccc2cc1COC/C=C/COCc1cccc(c1)-c1ccnc(n1)N2",
        "The tail of this large ring turns; the ring itself keeps the shape it was built with.",
    ),
}
