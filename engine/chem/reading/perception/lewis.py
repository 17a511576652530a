"""The most probable Lewis structures of a molecule whose hydrogens are missing.

The network (``network``) gives every atom a probability for each of its states and every bond one
for each of its orders, but looks at them one by one. An integer program takes the most probable
combination in which the orders round each atom add up to its state. The same program without the
states just found gives the runner-up, and so says how sure the answer is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from engine.chem.reading.perception.network import STATES, log_probabilities
from engine.chem.reading.perception.skeleton import Skeleton

_UNLIKELY = 12.0  # -log probability beyond which a state is not tried first
_SECONDS = 2.0
#: How far the probabilities of neighbouring atoms and bonds tell the same thing twice.
_SHARED = 0.5


@dataclass(frozen=True, eq=False)
class Known:
    """What a file states of its atoms; -1 hydrogens and charge ``UNSTATED`` where it does not.

    Attributes:
        hydrogens: (N,), those of each atom.
        charges: (N,), the formal charge of each atom.
        net: the net charge, or None.
    """

    hydrogens: np.ndarray
    charges: np.ndarray
    net: int | None = None


UNSTATED = 99


@dataclass(frozen=True, eq=False)
class Lewis:
    """One Lewis structure.

    Attributes:
        orders: (E,) bond orders.
        charges: (N,) formal charges.
        hydrogens: (N,) missing hydrogens.
        cost: minus the logarithm of its probability, up to a constant.
    """

    orders: np.ndarray
    charges: np.ndarray
    hydrogens: np.ndarray
    cost: float


def structures(skeleton: Skeleton, xyz: np.ndarray, known: Known) -> Iterator[Lewis]:
    """Lewis structures from the most probable on, each with other states of its atoms.

    Args:
        skeleton: atoms and neighbours.
        xyz: (N, 3) Angstrom.
        known: what the file states.
    """
    states, kinds = log_probabilities(skeleton, xyz)
    program = _Program.of(skeleton, -states, -kinds, known)
    if program is None:
        return
    while (found := program.solve()) is not None:
        lewis, chosen = found
        yield lewis
        program = program.without(chosen)


@dataclass(frozen=True, eq=False)
class _Program:
    """An integer program: a variable for each double bond, triple bond and state of an atom.

    Attributes:
        bonds: the number of bonds, E; the first 2 E variables are theirs.
        owner: (S,) the atom of each state.
        state: (S,) its index in ``STATES``.
        cost: (2 E + S,).
        rows, low, high: the constraints.
    """

    bonds: int
    owner: np.ndarray
    state: np.ndarray
    cost: np.ndarray
    rows: coo_array
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(
        cls, skeleton: Skeleton, states: np.ndarray, kinds: np.ndarray, known: Known
    ) -> _Program | None:
        """From the costs of ``states`` (N, S) and of the ``kinds`` of bonds (E, 4).

        None if what is known leaves an atom without any state.
        """
        allowed = (states < _UNLIKELY) & _agree(known)
        if not allowed.any(axis=1).all():
            return None
        owner, state = np.nonzero(allowed)
        n, e = len(states), len(kinds)
        single, double = (np.logaddexp(-kinds[:, k], -kinds[:, 3]) for k in (0, 1))
        second = single - double
        third = double + kinds[:, 2]
        cost = _SHARED * np.concatenate([second, third, states[owner, state]])
        table = np.array(STATES)[state]
        first, last = skeleton.bonds.T
        bond, at = np.arange(e), 2 * e + np.arange(len(owner))
        entries = [
            *((atom, place, np.ones(e)) for atom in (first, last) for place in (bond, e + bond)),
            (owner, at, -table[:, 2]),
            (n + owner, at, np.ones(len(at))),
            (2 * n + bond, bond, -np.ones(e)),
            (2 * n + bond, e + bond, np.ones(e)),
            (np.full(len(at), 2 * n + e), at, table[:, 1]),
        ]
        rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
        shape = (2 * n + e + 1, len(cost))
        low = np.concatenate([np.zeros(n), np.ones(n), np.full(e, -1.0), [-np.inf]])
        high = np.concatenate([np.zeros(n), np.ones(n), np.zeros(e), [np.inf]])
        if known.net is not None:
            low[-1] = high[-1] = known.net
        table_of_rows = coo_array((values.astype(float), (rows, columns)), shape=shape)
        return cls(e, owner, state, cost, table_of_rows, low, high)

    def solve(self) -> tuple[Lewis, np.ndarray] | None:
        """The best structure, and the variables of its states; None where there is none."""
        result = milp(
            self.cost,
            integrality=np.ones(len(self.cost)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(self.rows.tocsr(), self.low, self.high),
            options={"time_limit": _SECONDS},
        )
        if result.x is None:
            return None
        x = np.rint(result.x).astype(int)
        second, third, of_states = np.split(x, [self.bonds, 2 * self.bonds])
        chosen = np.flatnonzero(of_states)
        table = np.array(STATES)[self.state[chosen]]  # in the order of the atoms
        lewis = Lewis(1 + second + third, table[:, 1], table[:, 0], float(self.cost @ x))
        return lewis, 2 * self.bonds + chosen

    def without(self, chosen: np.ndarray) -> _Program:
        """The same program, but at least one atom has another state than in ``chosen``."""
        row = coo_array(
            (np.ones(len(chosen)), (np.zeros(len(chosen), dtype=int), chosen)),
            shape=(1, len(self.cost)),
        )
        return _Program(
            self.bonds,
            self.owner,
            self.state,
            self.cost,
            vstack([self.rows, row], format="coo"),
            np.append(self.low, -np.inf),
            np.append(self.high, len(chosen) - 1),
        )


def _agree(known: Known) -> np.ndarray:
    """(N, S) whether each state has the hydrogens and the charge that are known of the atom."""
    table = np.array(STATES)
    hydrogens, charges = known.hydrogens[:, None], known.charges[:, None]
    return ((hydrogens < 0) | (table[:, 0] == hydrogens)) & (
        (charges == UNSTATED) | (table[:, 1] == charges)
    )
