"""The folder that a front serves from: Streamlit's own files and ours, compressed beforehand."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Folders below ``assets`` that pages load from.
_LOADED = ("fonts", "vendor")
#: What gains nothing from compression.
_COMPRESSED = {".woff2", ".woff", ".png", ".jpg", ".gz", ".br"}


def prepare(streamlit: Path, folder: Path) -> None:
    """Fill ``folder`` with ``static`` and ``assets``: links to all files, and their ``.gz``.

    streamlit: the folder with the files that Streamlit serves.
    """
    _linked(streamlit / "static", folder / "static")
    for name in _LOADED:
        _linked(ROOT / "assets" / name, folder / "assets" / name)


def streamlit_folder() -> Path:
    """The folder that Streamlit serves; found without importing it, which takes a second.

    Raises:
        SystemExit: There is no Streamlit.
    """
    found = importlib.util.find_spec("streamlit")
    if found is None or found.origin is None:
        raise SystemExit("Streamlit is missing: python -m pip install -r requirements.txt")
    return Path(found.origin).parent / "static"


def _linked(source: Path, folder: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_dir():
            continue
        link = folder / path.relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
        if path.suffix not in _COMPRESSED:
            packed = gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)
            link.with_name(f"{link.name}.gz").write_bytes(packed)
