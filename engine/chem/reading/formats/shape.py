"""Whether a record's coordinates are a shape in space or the drawing on a page.

Coordinates that leave the plane z = 0 are a shape. A flat molecule such as benzene may lie in it as
well: that is asked of the record's own mark (line 2 of a MOL block), then of the format (XYZ, PDB
and mmCIF hold shapes only), then of the bond lengths, which are all alike in a drawing.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem

_FLAT = 1e-3  # Angstrom
_STRETCH = 0.4  # Angstrom, more than this and a bond has been broken
#: Ratios of a bond's length to the sum of covalent radii (Cordero et al. 2008,
#: doi:10.1039/b801115j), by its order; bonds between unsaturated atoms lie between two of them.
_RATIOS = {1.0: 1.0, 1.5: 0.92, 2.0: 0.87, 3.0: 0.78}
#: Root mean square deviation of these ratios that a shape may have, and one marked as 3D.
_DEVIATION, _DEVIATION_MARKED = 0.06, 0.15
#: Relative spread of bond lengths: less is a drawing's, if what is usual for its bonds differs by
#: more. Without a mark the middle half counts, since drawings of large rings have odd bonds.
_DRAWN_SPREAD, _REAL_SPREAD = 0.015, 0.02
#: Medians of the ratios between which coordinates can be Angstrom.
_SCALES = 0.75, 1.3


def is_solid(mol: Chem.Mol, mark: str) -> bool:
    """Whether the first conformer of an unsanitised ``mol`` is a whole shape in space.

    Args:
        mol: the record as it stands there.
        mark: "2D" or "3D" if the record or its format says so, else "".
    """
    positions = mol.GetConformer().GetPositions()
    if not np.isfinite(positions).all():
        return False
    if np.ptp(positions[:, 2]) >= _FLAT:
        return True
    if mark == "2D" or not np.ptp(positions[:, :2], axis=0).any() or _cannot_be_flat(mol):
        return False
    if mol.GetNumBonds() == 0:
        return mark == "3D"
    lengths, least, most = _lengths(mol, positions)
    off = np.maximum(lengths / most - 1, 0) + np.maximum(1 - lengths / least, 0)
    deviation = float(np.sqrt((off**2).mean()))
    several_kinds = (least + most).std() >= _REAL_SPREAD * (least + most).mean()
    limit = _DRAWN_SPREAD * lengths.mean()
    if mark == "3D":
        drawn = several_kinds and lengths.std() < limit
        return bool(deviation < _DEVIATION_MARKED and not drawn)
    even = np.ptp(np.quantile(lengths, (0.25, 0.75))) < limit
    return bool(deviation < _DEVIATION and several_kinds and not even)


def scale(mol: Chem.Mol) -> float:
    """How many times as long as real ones the bonds of the first conformer are; 1 if about right.

    The median over all bonds, so that a few broken ones do not count.
    """
    if mol.GetNumBonds() == 0:
        return 1.0
    lengths, least, most = _lengths(mol, mol.GetConformer().GetPositions())
    ratio = float(np.median(lengths / ((least + most) / 2)))
    return 1.0 if _SCALES[0] <= ratio <= _SCALES[1] else ratio


def _cannot_be_flat(mol: Chem.Mol) -> bool:
    """Whether there are wedges, or atoms whose four neighbours cannot lie in one plane."""
    wedges = (Chem.BondDir.BEGINWEDGE, Chem.BondDir.BEGINDASH)
    return any(atom.GetDegree() > 3 or atom.GetChiralTag() for atom in mol.GetAtoms()) or any(
        bond.GetBondDir() in wedges for bond in mol.GetBonds()
    )


def _lengths(mol: Chem.Mol, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(E,) lengths of the bonds, and the shortest and longest that is usual, Angstrom."""
    table = Chem.GetPeriodicTable()
    multiple = {
        atom.GetIdx()
        for bond in mol.GetBonds()
        if bond.GetBondTypeAsDouble() > 1
        for atom in (bond.GetBeginAtom(), bond.GetEndAtom())
    }
    rows = []
    for bond in mol.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        i, j = (end.GetIdx() for end in ends)
        radii = sum(table.GetRcovalent(end.GetAtomicNum()) for end in ends)
        order = bond.GetBondTypeAsDouble()
        between = order <= 2 and {i, j} <= multiple
        ratios = (_RATIOS[2.0], _RATIOS[1.0]) if between else (_RATIOS.get(order, 1.0),) * 2
        length = np.linalg.norm(positions[i] - positions[j])
        rows.append((length, radii * ratios[0], radii * ratios[1]))
    lengths, least, most = np.array(rows).T
    return lengths, least, most


def keeps_lengths(mol: Chem.Mol, bonds: np.ndarray, xyz: np.ndarray) -> bool:
    """Whether ``bonds`` (E, 2) are about as long in ``xyz`` (N, 3) Angstrom as in ``mol``."""
    ends = mol.GetConformer().GetPositions()[bonds], xyz[bonds]
    one, two = (np.linalg.norm(place[:, 0] - place[:, 1], axis=1) for place in ends)
    return bool((np.abs(one - two) < _STRETCH).all())
