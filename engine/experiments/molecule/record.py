"""A molecule as its page needs it: read, checked, drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine.chem import MOLECULES, Mol, MoleculeError
from engine.chem.reading import Reading, ReadingChoices, list_records, read_file, read_text
from engine.chem.structure import DEFINITIONS, BondReport, Depiction, depict, explain, to_molecule
from engine.chem.structure.description import formula, has_charges, weight
from engine.chem.structure.quartets import torsion_names
from engine.limits import CrowdError, LimitError, guarded
from engine.molecule import Ensemble, Molecule
from engine.progress import Step, Steps

STATE_SIZE = (160, 110)  #: of the drawing of a protonation state, pixels


@dataclass(frozen=True)
class Source:
    """Where a molecule comes from and how it is to be read.

    Attributes:
        kind: "example", "smiles" or "file".
        text: The key of the example, the SMILES or InChI, or the name of the file.
        data: The content of the file.
        choices: How it is read where that is left open.
    """

    kind: str
    text: str
    data: bytes = b""
    choices: ReadingChoices = field(default_factory=ReadingChoices)

    def choosing(self, **choices: bool | int | str) -> Source:
        """The same source with other ``ReadingChoices``, by their names."""
        changed: ReadingChoices = replace(self.choices, **choices)  # type: ignore[arg-type]
        return replace(self, choices=changed)


@dataclass(frozen=True)
class Problem:
    """Why a molecule cannot be used.

    Attributes:
        sentence: For the person who entered it.
        fragments: How many separate molecules it is, if that is the reason; else 0.
    """

    sentence: str
    fragments: int = 0


@dataclass(frozen=True)
class State:
    """A protonation state.

    Attributes:
        label: the atoms whose charge differs from the input; "" as given.
        charge: of the whole molecule.
        depiction: its drawing in 2D.
    """

    label: str
    charge: int
    depiction: Depiction = field(compare=False, repr=False)


@dataclass(frozen=True)
class Record:
    """A molecule and all that is said of it. Records of the same source compare as equal.

    Attributes:
        source: Where it comes from.
        identity: A short name that differs between sources.
        mol: RDKit's molecule with explicit hydrogens.
        molecule: The same as arrays.
        elements: ``(N,)`` symbols.
        reports: One for each bond.
        sentences: One for each bond.
        counted: The bonds that count as rotatable, by the key of every definition.
        notes: What was decided while reading.
        depiction: The drawing in 2D.
        uploaded: ``(K, N, 3)`` Angstrom, the conformers of the file; K = 0 if it had none.
        forms: The stereoisomers that the input leaves open.
        form: The one that ``mol`` is.
        warnings: What was decided while reading and changes what is sampled.
        names: ``(M,)``, the names of torsions of a peptide's backbone, "" for others.
        formula: The molecular formula.
        weight: The molecular weight, g/mol.
        states: The protonation states to choose from, that of the input first; none where there is
            no other.
    """

    source: Source
    identity: str = field(compare=False)
    mol: Mol = field(compare=False, repr=False)
    molecule: Molecule = field(compare=False, repr=False)
    elements: tuple[str, ...] = field(compare=False, repr=False)
    reports: tuple[BondReport, ...] = field(compare=False, repr=False)
    sentences: tuple[str, ...] = field(compare=False, repr=False)
    counted: Mapping[str, frozenset[int]] = field(compare=False, repr=False)
    notes: tuple[str, ...] = field(compare=False)
    warnings: tuple[str, ...] = field(compare=False)
    names: tuple[str, ...] = field(compare=False)
    formula: str = field(compare=False)
    weight: float = field(compare=False)
    depiction: Depiction = field(compare=False, repr=False)
    uploaded: np.ndarray = field(compare=False, repr=False)
    forms: tuple[str, ...] = field(compare=False)
    form: str = field(compare=False)
    states: tuple[State, ...] = field(compare=False)

    @property
    def rotatable(self) -> list[BondReport]:
        """The bonds that the model turns, in the order of its torsions."""
        return [report for report in self.reports if report.rotatable]

    def torsion_label(self, m: int) -> str:
        """The bond of torsion m, after its name if it has one: "φ N4–C5"."""
        pair = self.molecule.rotors[m].tolist()
        bond = "–".join(f"{self.elements[i]}{i + 1}" for i in pair)
        return f"{self.names[m]} {bond}" if self.names[m] else bond

    @property
    def from_file(self) -> Ensemble:
        """The uploaded conformers."""
        return Ensemble(self.molecule, self.uploaded, "from the file")

    @property
    def torsions(self) -> np.ndarray:
        """``(M,)`` radians, the torsions of the conformer that was read."""
        return Ensemble(self.molecule, self.molecule.xyz[:1]).torsions[0]


def read(source: Source) -> Steps[Record | Problem]:
    """The molecule of ``source``, or what is wrong with it.

    The input is a stranger's, so all that looks at it is guarded (``engine.limits``).
    """
    yield Step(0, 1, "Reading the molecule")
    try:
        record = yield from guarded(_record, source)
    except MoleculeError as problem:
        return Problem(str(problem), problem.fragments)
    except (CrowdError, LimitError) as problem:
        return Problem(str(problem))
    return replace(record, source=source)


def _record(source: Source) -> Record:
    """The record, but for the content of the file, which whoever asks has already."""
    reading = _read(source)
    mol, composition = reading.mol, formula(reading.mol)
    if not (mol.HasProp("_Name") and mol.GetProp("_Name").strip()):
        mol.SetProp("_Name", composition)
    molecule = to_molecule(mol, reports=reading.reports)
    named = replace(source, data=b"")
    digest = hashlib.sha256(repr(named).encode() + source.data)
    return Record(
        source=named,
        identity=digest.hexdigest()[:12],
        mol=mol,
        molecule=molecule,
        elements=tuple(atom.GetSymbol() for atom in mol.GetAtoms()),
        reports=reading.reports,
        sentences=tuple(explain(report) for report in reading.reports),
        counted={
            key: definition.counts(mol, reading.reports) for key, definition in DEFINITIONS.items()
        },
        notes=tuple(note for note in reading.notes if note not in reading.warnings),
        warnings=(*reading.warnings, *_about_charges(mol)),
        names=torsion_names(mol, [(b, c) for b, c in molecule.rotors.tolist()]),
        formula=composition,
        weight=weight(mol),
        uploaded=reading.uploaded,
        forms=reading.forms,
        form=reading.form,
        states=_states(reading),
        depiction=depict(mol),
    )


def _about_charges(mol: Mol) -> tuple[str, ...]:
    """What to expect of a molecule with charged atoms, a nitro group and its like left aside."""
    if not has_charges(mol):
        return ()
    sentence = (
        "This molecule has charges. The model was trained on neutral molecules in the gas phase, "
        "and all energies here are without a solvent: expect less of both."
    )
    return (sentence,)


def _states(reading: Reading) -> tuple[State, ...]:
    """All states where there are several, each drawn."""
    given = reading.given
    if not given.states:
        return ()
    all_states = {"": given.mol, **given.states}
    return tuple(
        State(label, sum(a.GetFormalCharge() for a in mol.GetAtoms()), depict(mol, *STATE_SIZE))
        for label, mol in all_states.items()
    )


def titles(filename: str, data: bytes) -> Steps[tuple[str, ...]]:
    """The names of a file's molecules; none if the file cannot be read, which ``read`` explains."""
    yield Step(0, 1, "Reading the names of the molecules")
    try:
        return (yield from guarded(list_records, filename, data))[0]
    except (CrowdError, MoleculeError, LimitError):
        return ()


def _read(source: Source) -> Reading:
    if source.kind == "example":
        example = MOLECULES[source.text]
        return read_text(example.smiles, name=example.name)
    if source.kind == "smiles":
        return read_text(source.text, choices=source.choices)
    return read_file(source.text, source.data, source.choices)
