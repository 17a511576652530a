"""The example molecules: each is here because it teaches something about shape.

SMILES carry their stereo as given by PubChem for the compound of that name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One example molecule.

    Attributes
    ----------
    name: what a person calls it.
    smiles: isomeric SMILES, readable by ``engine.chem.read.from_smiles``.
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
    "dopamine": Example(
        "Dopamine",
        "NCCc1ccc(O)c(O)c1",
        "A short chain on a flat ring: stretched out, or folded back over it.",
    ),
    "menthol": Example(
        "(-)-Menthol",
        "CC(C)[C@@H]1CC[C@@H](C)C[C@H]1O",
        "The ring is not turned by the model: it stays the chair it started as.",
    ),
    "caffeine": Example(
        "Caffeine",
        "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
        "A rigid molecule: only its methyl groups turn, so every conformer looks alike.",
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
    "captopril": Example(
        "Captopril",
        "C[C@H](CS)C(=O)N1CCC[C@H]1C(=O)O",
        "A thiol, an amide to a ring nitrogen and an acid: three kinds of rotatable bond.",
    ),
    "penicillin_g": Example(
        "Penicillin G",
        "CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)O",
        "A strained, rigid double ring that carries one flexible arm.",
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
        "A long cancer drug: stretched out in its enzyme, often folded when alone.",
    ),
    "sulfoxide": Example(
        "A 61-atom drug candidate",
        "COc1ccc2nc(sc2c1)[S@](=O)Cc1ncc(C)c(OCCCN2CCOCC2)c1C",
        "Ten or so bonds between heavy fragments and a sulfur that is a stereo centre.",
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
