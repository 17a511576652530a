"""Files that a user uploads: which are tables and which images, and how large they may be.

A table is CSV, TSV or other separated text (``separated``), or NumPy's NPY and NPZ (``arrays``).
"""

from __future__ import annotations

from pathlib import PurePath

from engine.data.own.arrays import holds_arrays, read_arrays
from engine.data.own.errors import OwnDataError
from engine.data.own.separated import read_separated
from engine.data.own.table import OPEN, Layout, Table

TABLES = (".csv", ".tsv", ".txt", ".dat", ".npy", ".npz")
IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
MEGABYTES = 10  #: of a file, as of every upload: ``server.maxUploadSize``
MAX_BYTES = MEGABYTES * 1024**2


def kind(name: str) -> str:
    """ "table" or "image", by the end of the file's name.

    Raises:
        OwnDataError: if it is neither.
    """
    end = PurePath(name).suffix.lower()
    if end in TABLES:
        return "table"
    if end in IMAGES:
        return "image"
    raise OwnDataError(
        f"{name!r} is neither a table (CSV, TSV, TXT, NPY, NPZ) nor an image (PNG, JPEG, WebP, "
        "GIF, BMP, TIFF)."
    )


def read_table(name: str, data: bytes, layout: Layout = OPEN) -> Table:
    """The table in the file ``name`` with the content ``data``.

    Args:
        layout: answers to what the file may leave open; the file's own suggestion where None.

    Raises:
        OwnDataError: in one sentence, if there are not two columns to be found.
    """
    if not data.strip():
        raise OwnDataError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise OwnDataError(
            f"The file has {len(data) / 1024**2:.1f} MB and the limit is {MEGABYTES} MB; please "
            "keep fewer rows or columns."
        )
    binary = PurePath(name).suffix.lower() in (".npy", ".npz") or holds_arrays(data)
    table = read_arrays(data, layout) if binary else read_separated(data, layout)
    if len(table.columns) < 2:
        raise OwnDataError(
            "The file has a single column; two are needed, with a comma, semicolon, tab or blank "
            "between them."
        )
    if not len(next(iter(table.columns.values()))):
        raise OwnDataError("The file has a header and no rows.")
    return table
