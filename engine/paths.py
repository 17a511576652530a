"""Where the files lie that the engine ships: weights, data, fonts, scripts, example molecules."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent

#: Beside the engine in the repository, inside it where the package is installed.
ASSETS = next(
    (folder for folder in (_HERE / "assets", _HERE.parent / "assets") if folder.is_dir()),
    _HERE.parent / "assets",
)

#: What to do about a file that is missing or damaged.
AGAIN = "take it again from the repository of the app"


class AssetError(ValueError):
    """One sentence that says which file of the engine is damaged and what to do about it."""


class MissingAssetError(AssetError, FileNotFoundError):
    """The same for a file that is not there."""


def needed(path: Path) -> Path:
    """``path``, which is a file.

    Raises:
        MissingAssetError: if it is not.
    """
    if not path.is_file():
        raise MissingAssetError(f"There is no {path.name} in {path.parent.name}; {AGAIN}.")
    return path


def damaged(path: Path, why: str) -> AssetError:
    """The error for a file that cannot be used; ``why`` ends the sentence "The file ..."."""
    return AssetError(f"The file {path.name} in {path.parent.name} {why}; {AGAIN}.")
