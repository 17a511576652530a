"""Extract the PDB's dictionary of components: ``python -m engine.train components``.

The dictionary (CC0 1.0) is taken from the package ``biotite``, which has to be installed for this
alone. With ``--learn MINUTES`` the network that reads bond orders off shapes is trained on it too
(``engine.train.bonds``).
"""

from __future__ import annotations

import argparse
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import numpy as np

from engine.chem.reading.perception import components, network
from engine.chem.reading.perception.extraction import Component, Example, example_of, part_of
from engine.networks import checkpoint
from engine.train import bonds

_COORDINATES = ("pdbx_model_Cartn_{}_ideal", "model_Cartn_{}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--learn", type=float, metavar="MINUTES", help="train the network as well")


def run(options: argparse.Namespace) -> None:
    """Write the file of components and, where asked for, the weights of the network."""
    lines: list[str] = []
    examples: list[Example] = []
    for name, component in rows():
        mol = component.molecule()
        if mol is None:
            continue
        lines.append(components.line(name, mol))
        example = example_of(mol) if options.learn and part_of(mol) else None
        if example is not None:
            examples.append(example)
    text = "".join(sorted(lines)).encode()
    components.PATH.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(lines):,} components, {components.PATH.stat().st_size:,} bytes")
    if options.learn:
        weights, shown = bonds.train(examples, options.learn)
        half = {name: value.half() for name, value in weights.items()}
        checkpoint.save(network.WEIGHTS, half, _card(options.learn, len(examples), shown))


def rows() -> Iterator[tuple[str, Component]]:
    """Name and content of every component of the dictionary."""
    block = import_module("biotite.structure.info.ccd").get_ccd()
    atoms, pairs = block["chem_comp_atom"], block["chem_comp_bond"]
    names, symbols = (atoms[key].as_array() for key in ("atom_id", "type_symbol"))
    charges = atoms["charge"].as_array(int, masked_value=0)
    shapes = np.stack([_positions(atoms, pattern) for pattern in _COORDINATES])
    ends = [pairs[f"atom_id_{k}"].as_array() for k in (1, 2)]
    orders = pairs["value_order"].as_array()
    of_bonds = _spans(pairs["comp_id"].as_array())
    for name, span in _spans(atoms["comp_id"].as_array()).items():
        index = {atom: k for k, atom in enumerate(names[span])}
        bond = of_bonds.get(name, slice(0, 0))
        yield (
            name,
            Component(
                symbols[span].tolist(),
                charges[span].tolist(),
                [
                    (index[i], index[j], str(order))
                    for i, j, order in zip(ends[0][bond], ends[1][bond], orders[bond], strict=True)
                ],
                shapes[:, span],
            ),
        )


def _positions(atoms: Any, pattern: str) -> np.ndarray:
    columns = [atoms[pattern.format(axis)].as_array(float, masked_value=np.nan) for axis in "xyz"]
    return np.stack(columns, axis=1)


def _spans(names: np.ndarray) -> dict[str, slice]:
    """The rows of each name, which stand together."""
    starts = np.flatnonzero(np.r_[True, names[1:] != names[:-1]])
    ends = np.r_[starts[1:], len(names)]
    return {str(names[i]): slice(i, j) for i, j in zip(starts, ends, strict=True)}


def _card(minutes: float, count: int, shown: int) -> dict[str, Any]:
    return {
        "name": "bonds",
        "network": "bond orders",
        "width": network.WIDTH,
        "rounds": network.ROUNDS,
        "data": "ideal and model coordinates of the PDB's chemical component dictionary (CC0 1.0)",
        "components": count,
        "held_out": "one in ten skeletons",
        "shown": shown,
        "date": datetime.now(UTC).date().isoformat(),
        "command": f"python -m engine.train components --learn {minutes:g}",
    }
