"""``python -m engine.conformers "CC(C)Cc1ccc(cc1)C(C)C(=O)O" -n 10 --out ibuprofen.sdf``.

The molecule page on the command line; with a second name, as in ``in.smi out.sdf``, for a list of
molecules of any length. What cannot be done is said in one sentence, with exit code 2.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from engine.chem import Mol
from engine.chem.reading import EXTENSIONS, MAX_BYTES, MoleculeError, from_file, read_text
from engine.chem.writing import ConformerSet, to_sdf_file
from engine.conformers import ConformerOptions, generate
from engine.conformers.library import command as library
from engine.options import add_arguments, from_arguments
from engine.progress import Step, finish
from engine.torsional import MODELS, devices, load

MOST = 1000  #: conformers of one run, which are held in memory
LARGEST_SEED = 2**63 - 1  #: of torch's generators
_FILE_LIKE = re.compile(r".*\.[a-z][a-z0-9]{1,4}", re.DOTALL)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    args = _parser().parse_intermixed_args(arguments)
    try:
        options = _checked(args)
        if args.output:
            print(library.follow(args, options))
            return
        _check_writable(args.out)
        mol, model = _molecule(args.molecule), load(args.model, args.device)
    except (ValueError, FileNotFoundError) as refusal:
        _stop(refusal)
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        sys.exit(130)
    try:
        with tqdm(total=100, unit="%") as bar:
            work = generate(mol, model, args.n, options, args.seed)
            made = finish(work, lambda step: _advance(bar, step))
    except MoleculeError as refusal:
        _stop(refusal)
    written = ConformerSet(mol, made.samples, made.properties(made.samples))
    try:
        args.out.write_text(to_sdf_file(written), encoding="utf-8")
    except OSError as error:
        _stop(_unwritable(args.out, error))
    lowest = ""
    if made.energy_name:
        lowest = f", lowest {made.samples.energies.min():.1f} kcal/mol ({made.energy_name})"
    print(f"{args.n} conformers in {made.seconds:.1f} s{lowest}, written to {_shown(args.out)}.")


def _stop(refusal: object) -> NoReturn:
    """End with a sentence and the exit code of a command that cannot be followed."""
    print(refusal, file=sys.stderr)
    sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.conformers", description=__doc__)
    parser.add_argument("molecule", help="a SMILES or InChI, a molecule file, or a list")
    parser.add_argument("-n", type=int, default=10, help="conformers (default 10)")
    add_arguments(parser, ConformerOptions, ConformerOptions())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", choices=MODELS, default="torus")
    parser.add_argument("--device", choices=devices(), default="cpu")
    parser.add_argument("--out", type=Path, default=Path("conformers.sdf"))
    library.add_arguments(parser)
    return parser


def _checked(args: argparse.Namespace) -> ConformerOptions:
    """The options, where all numbers can be used.

    Raises:
        ValueError: in one sentence, if one cannot.
    """
    if not 1 <= args.n <= MOST:
        raise ValueError(f"-n is the number of conformers, from 1 to {MOST:,}.")
    if abs(args.seed) > LARGEST_SEED:
        raise ValueError("The seed is too large; use one of at most 18 digits.")
    if args.workers is not None and args.workers < 1:
        raise ValueError("--workers is the number of processes, 1 or more.")
    if not args.time_limit > 0:
        raise ValueError("--time-limit is a number of seconds above 0.")
    return from_arguments(ConformerOptions, args)


def _molecule(text: str) -> Mol:
    """The molecule of a file, if ``text`` names one, or of a line of text.

    Raises:
        MoleculeError: if there is no such file, or no molecule in it or in the text.
    """
    path = Path(text)
    if path.suffix and os.path.isfile(text):  # noqa: PTH113  # False also where no path can be so
        return _of_file(path)
    if path.suffix.lower() in EXTENSIONS:
        raise MoleculeError(
            f"There is no file “{_shown(text)}”; check its name and the folder that you are in."
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MoleculeError(
            "The molecule on the command line is not UTF-8 text; write it in plain letters."
        ) from error
    try:
        return read_text(text).mol
    except MoleculeError:
        if not _FILE_LIKE.fullmatch(text):
            raise
        raise MoleculeError(
            f"There is no file “{_shown(text)}”, and as a SMILES it cannot be read; check its name "
            "and the folder that you are in."
        ) from None


def _of_file(path: Path) -> Mol:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise MoleculeError(
            f"The file “{_shown(path)}” cannot be read ({error.strerror}); check its permissions."
        ) from error
    return from_file(_shown(path.name), data)


def _check_writable(out: Path) -> None:
    """Try whether ``out`` can be written, and leave things as they were.

    Raises:
        ValueError: in one sentence, if it cannot.
    """
    there = os.path.lexists(out)
    try:
        with out.open("ab"):
            pass
        if not there:
            out.unlink()
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> ValueError:
    return ValueError(
        f"The conformers cannot be written to “{_shown(out)}” ({error.strerror}); choose another "
        "file with --out."
    )


def _shown(text: str | Path) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 become question marks."""
    return str(text).encode("utf-8", "replace").decode()


def _advance(bar: tqdm, step: Step) -> None:
    bar.set_description(step.message.partition(",")[0], refresh=False)
    bar.update(round(100 * step.fraction) - bar.n)


if __name__ == "__main__":
    main()
