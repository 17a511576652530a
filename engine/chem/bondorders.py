"""Bond orders and charges from neighbours and bond lengths, by integer programming.

PDB files carry no bond orders, and in many MOL2 files the aromatic bonds do not add up. Every
atom takes one of its usual states (total bond order, formal charge), every bond an order of 1,
2 or 3, so that the orders round each atom add up to its state. Among all such Lewis structures
the one with the least cost is taken: unusual states cost most, then bonds whose length does
not suit their order, then a net charge. A linear integer program finds it exactly; the
formulation follows Froeyen & Herdewijn 2005 (doi:10.1021/ci049645z). Where hydrogens are
missing their number is free, and the bond lengths decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

#: Atomic number: (total bond order, formal charge, cost) of each state.
_STATES: dict[int, tuple[tuple[int, int, float], ...]] = {
    1: ((1, 0, 0.0),),
    5: ((3, 0, 0.0), (4, -1, 1.0)),
    6: ((4, 0, 0.0), (3, -1, 8.0), (3, 1, 8.0)),
    7: ((3, 0, 0.0), (4, 1, 1.0), (2, -1, 2.5)),
    8: ((2, 0, 0.0), (1, -1, 1.5), (3, 1, 5.0)),
    14: ((4, 0, 0.0),),
    15: ((3, 0, 0.0), (5, 0, 0.2), (4, 1, 2.0)),
    16: ((2, 0, 0.0), (4, 0, 0.5), (6, 0, 0.5), (3, 1, 3.0), (1, -1, 1.8)),
    **dict.fromkeys((9, 17, 35, 53), ((1, 0, 0.0),)),
}
#: Elements that may lack hydrogens in a file without them.
_BEARERS = (6, 7, 8, 15, 16)
#: Length of a double and a triple bond over that of a single bond.
_SHRINK = np.array([1.0, 0.87, 0.78])
_WIDTH = 0.08  # Angstrom, the misfit of a length that costs one unit of its weight
_STRAIGHT, _PYRAMID, _FLAT = 155.0, 345.0, 355.0  # degrees: one angle, the sum of three (twice)
_FLAT_COST = 4.0
_ABSURD = 12.0  # the cost of states above which no chemist would believe the answer
_NET_COST = 1.6
_TRIPLE_COST = 0.1


def perceive(drawing: Chem.Mol, charge: int | None = None) -> Chem.Mol | None:
    """``drawing`` sanitised with perceived bond orders and charges, or None when none fit.

    Parameters
    ----------
    drawing: atoms, neighbours and coordinates; its bond orders and charges are ignored.
    charge: the net charge, where it is known.
    """
    problem = _Problem.of(drawing)
    if problem is None:
        return None
    solution = problem.solve(charge)
    if solution is None and charge is not None:
        solution = problem.solve(None)
    if solution is None:
        return None
    mol = _rebuilt(drawing, *solution)
    if Chem.SanitizeMol(mol, catchErrors=True):
        return None
    return mol


def is_saturated(mol: Chem.Mol) -> bool:
    """Whether no atom wants a further hydrogen or has an unpaired electron."""
    return not any(a.GetTotalNumHs() or a.GetNumRadicalElectrons() for a in mol.GetAtoms())


def has_hydrogens(mol: Chem.Mol) -> bool:
    """Whether the hydrogens on carbon are there (some files keep the polar ones only)."""
    bonds = [
        (b.GetBeginAtom().GetAtomicNum(), b.GetEndAtom().GetAtomicNum()) for b in mol.GetBonds()
    ]
    return any(sorted(pair) == [1, 6] for pair in bonds)


@dataclass(frozen=True, eq=False)
class _Problem:
    """The integer program. Variables in order: for every bond "at least double" and "triple",
    the states of all atoms, the hydrogens missing from each, and the two parts of the net charge.

    Attributes
    ----------
    bonds: (E, 2); order_cost: (E, 3), the cost of order 1, 2 and 3.
    owner, valence, formal, state_cost: (S,), the atom and the numbers of each state.
    spare: (N,), the most hydrogens that may be missing from each atom.
    missing_cost: (N,), the cost of each missing hydrogen.
    multiple: (N,), the most multiple bonds each atom may have, by its shape.
    """

    bonds: np.ndarray
    order_cost: np.ndarray
    owner: np.ndarray
    valence: np.ndarray
    formal: np.ndarray
    state_cost: np.ndarray
    spare: np.ndarray
    missing_cost: np.ndarray
    multiple: np.ndarray

    @classmethod
    def of(cls, drawing: Chem.Mol) -> _Problem | None:
        """The problem for ``drawing``, or None if it has an element without states."""
        numbers = [atom.GetAtomicNum() for atom in drawing.GetAtoms()]
        if any(number not in _STATES for number in numbers):
            return None
        complete = has_hydrogens(drawing)
        states = [(i, *state) for i, n in enumerate(numbers) for state in _STATES[n]]
        owner, valence, formal, cost = (np.array(column) for column in zip(*states, strict=True))
        may_bear = [
            n in _BEARERS and not _in_nitro(a)
            for a, n in zip(drawing.GetAtoms(), numbers, strict=True)
        ]
        spare = 4 * np.array(may_bear) * (not complete)
        bonds = np.array(
            [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in drawing.GetBonds()], dtype=int
        ).reshape(-1, 2)
        order_cost = _order_cost(drawing, bonds, 0.05 if complete else 1.0)
        shape = np.full((2, len(numbers)), 4) if complete else _shape(drawing)
        return cls(bonds, order_cost, owner, valence, formal, cost, spare, *shape)

    def solve(self, charge: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Orders (E,), formal charges (N,) and missing hydrogens (N,), or None if none exist."""
        e, s, n = len(self.bonds), len(self.owner), len(self.spare)
        second, third, state = np.arange(e), e + np.arange(e), 2 * e + np.arange(s)
        missing, net = 2 * e + s + np.arange(n), 2 * e + s + n + np.arange(2)
        cost = np.concatenate(
            [
                self.order_cost[:, 1] - self.order_cost[:, 0],
                self.order_cost[:, 2] - self.order_cost[:, 1] + _TRIPLE_COST,
                self.state_cost,
                self.missing_cost,
                np.full(2, _NET_COST if charge is None else 0.0),
            ]
        )
        rows = lil_array((3 * n + e + 1, len(cost)))
        low, high = np.zeros(rows.shape[0]), np.zeros(rows.shape[0])
        for k, (i, j) in enumerate(self.bonds):
            for atom in (i, j):
                rows[atom, second[k]] = rows[atom, third[k]] = 1
                rows[2 * n + e + atom, second[k]] = 1
                low[atom] -= 1
                high[atom] -= 1
            rows[2 * n + k, second[k]], rows[2 * n + k, third[k]] = 1, -1
            high[2 * n + k] = 1
        rows[np.arange(n), missing] = 1
        rows[self.owner, state] = -self.valence
        rows[n + self.owner, state] = 1
        low[n : 2 * n] = high[n : 2 * n] = 1
        high[2 * n + e : 3 * n + e] = self.multiple
        rows[-1, state] = self.formal
        rows[-1, net[0]], rows[-1, net[1]] = -1, 1
        upper = np.concatenate([np.ones(2 * e + s), self.spare, np.full(2, 6)])
        lower = np.zeros(len(cost))
        if charge is not None:
            low[-1] = high[-1] = charge
            upper[net] = 0
        result = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(rows.tocsr(), low, high),
            options={"time_limit": 10.0},
        )
        if result.x is None:
            return None
        x = np.rint(result.x).astype(int)
        if self.state_cost @ x[state] > _ABSURD:
            return None
        charges = np.bincount(self.owner, weights=self.formal * x[state], minlength=n)
        return 1 + x[second] + x[third], charges.astype(int), x[missing]


def _in_nitro(atom: Chem.Atom) -> bool:
    """Whether this is an end oxygen of a nitro or nitrate group, which carry no hydrogen."""
    if atom.GetAtomicNum() != 8 or atom.GetDegree() != 1:
        return False
    around = atom.GetNeighbors()[0]
    ends = [n for n in around.GetNeighbors() if n.GetAtomicNum() == 8 and n.GetDegree() == 1]
    return around.GetAtomicNum() == 7 and len(ends) == 2


def _order_cost(drawing: Chem.Mol, bonds: np.ndarray, weight: float) -> np.ndarray:
    """(E, 3) cost of each order by the length of each bond; bonds to hydrogen stay single."""
    cost = np.zeros((len(bonds), 3))
    numbers = np.array([atom.GetAtomicNum() for atom in drawing.GetAtoms()])
    if len(bonds) and drawing.GetNumConformers():
        table = Chem.GetPeriodicTable()
        radii = np.array([table.GetRcovalent(int(number)) for number in numbers])
        xyz = drawing.GetConformer().GetPositions()
        length = np.linalg.norm(xyz[bonds[:, 0]] - xyz[bonds[:, 1]], axis=1)
        ideal = (radii[bonds[:, 0]] + radii[bonds[:, 1]])[:, None] * _SHRINK
        cost = weight * np.minimum(((length[:, None] - ideal) / _WIDTH) ** 2, 9.0)
    cost[(numbers[bonds] == 1).any(axis=1), 1:] += 100.0
    return cost


def _shape(drawing: Chem.Mol) -> np.ndarray:
    """(2, N) what the shape of each atom tells when hydrogens are missing.

    First row: the cost of a missing hydrogen, high on a flat carbon with three neighbours.
    Second row: how many multiple bonds there may be. Carbon and nitrogen: two on a straight
    line, none on top of a pyramid, else one.
    """
    xyz = drawing.GetConformer().GetPositions()
    cost, most = np.full(len(xyz), 1e-3), np.full(len(xyz), 4)
    for atom in drawing.GetAtoms():
        if atom.GetAtomicNum() not in (6, 7):
            continue
        centre = xyz[atom.GetIdx()]
        arms = xyz[[other.GetIdx() for other in atom.GetNeighbors()]] - centre
        arms /= np.linalg.norm(arms, axis=1, keepdims=True) + 1e-9
        pairs = [(i, j) for i in range(len(arms)) for j in range(i)]
        angles = [float(np.degrees(np.arccos(np.clip(arms[i] @ arms[j], -1, 1)))) for i, j in pairs]
        straight = len(arms) == 2 and angles[0] > _STRAIGHT
        pyramid = len(arms) >= 3 and sum(angles) < _PYRAMID
        flat = atom.GetAtomicNum() == 6 and len(arms) == 3 and sum(angles) > _FLAT
        cost[atom.GetIdx()] = _FLAT_COST if flat else 1e-3
        most[atom.GetIdx()] = 2 if straight else 0 if pyramid else 1
    return np.stack([cost, most])


def _rebuilt(
    drawing: Chem.Mol, orders: np.ndarray, charges: np.ndarray, missing: np.ndarray
) -> Chem.Mol:
    """``drawing`` with these orders, charges and numbers of implicit hydrogens."""
    kinds = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
    mol = Chem.RWMol(drawing)
    for bond, order in zip(mol.GetBonds(), orders.tolist(), strict=True):
        bond.SetBondType(kinds[order - 1])
        bond.SetIsAromatic(False)
    for atom, charge, hydrogens in zip(
        mol.GetAtoms(), charges.tolist(), missing.tolist(), strict=True
    ):
        atom.SetFormalCharge(charge)
        atom.SetNumExplicitHs(hydrogens)
        atom.SetNoImplicit(True)
        atom.SetIsAromatic(False)
    return mol.GetMol()
