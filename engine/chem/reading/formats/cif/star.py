"""The STAR syntax of CIF files, as far as tables of a few categories need it.

A table is a loop or a list of items with one common category; both become rows of name and
value. Specification: Hall 1991, doi:10.1021/ci00002a020. Every character is read once, so the
time is proportional to the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.chem.errors import MoleculeError

Row = dict[str, str]
Tables = dict[str, list[Row]]

#: Rows of one category in one data block; a text of ten megabytes of atoms has about 100,000.
MAX_ROWS = 300_000
#: Data blocks with rows; ten megabytes of component definitions are about 1,000.
MAX_BLOCKS = 5000

#: Where a quoted word can end: its mark, then white space or the end of the line.
_CLOSING = {mark: re.compile(rf"{mark}(?=\s|$)") for mark in "'\""}
_PLAIN = re.compile(r"\S+")


def blocks(text: str, categories: Iterable[str]) -> list[Tables]:
    """The rows of each of ``categories`` (as "_atom_site"), data block by data block.

    A row is item name without category to value; "?" and "." become "". A last row
    that is cut off is dropped. Blocks without such rows are left out, but one stays.

    Raises:
        MoleculeError: if a table has more than ``MAX_ROWS`` rows, or there are more than
            ``MAX_BLOCKS`` blocks.
    """
    wanted = {name.lower(): name for name in categories}
    found = [_empty(wanted.values())]
    heads: list[str] = []
    values: list[str] = []
    loop = False

    def close() -> None:
        if heads and (category := wanted.get(_category(heads[0]))) is not None:
            found[-1][category] += _rows(heads, values)

    for word, quoted in _words(text):
        first = "" if quoted else word[:1]
        if first == "_":
            same = heads and _category(heads[0]) == _category(word)
            if (values and loop) or (heads and not loop and not same):
                close()
                heads, values, loop = [], [], False
            heads.append(word)
        elif first and first in "lLdDsS" and _is_reserved(plain := word.lower()):
            close()
            heads, values, loop = [], [], plain == "loop_"
            if plain.startswith("data_") and any(found[-1].values()):
                found.append(_empty(wanted.values()))
                _check_blocks(len(found))
        else:
            values.append("" if not quoted and word in ("?", ".") else word)
    close()
    return found


def tables(text: str, categories: Iterable[str]) -> Tables:
    """``blocks``, all data blocks together."""
    return merged(blocks(text, categories))


def merged(found: list[Tables]) -> Tables:
    """The rows of several data blocks as those of one."""
    return {name: [row for block in found for row in block[name]] for name in found[0]}


def written(rows: Tables) -> str:
    """The STAR text of these tables; the rows of each have the same items."""
    parts = ["data_ligand"]
    for category, table in rows.items():
        if table:
            items = list(table[0])
            parts += ["loop_", *(f"{category}.{item}" for item in items)]
            parts += [" ".join(_quoted(row.get(item, "")) for item in items) for row in table]
    return "\n".join([*parts, ""])


def _empty(categories: Iterable[str]) -> Tables:
    return {name: [] for name in categories}


def _check_blocks(count: int) -> None:
    if count > MAX_BLOCKS:
        raise MoleculeError(
            f"This CIF file has more than {MAX_BLOCKS:,} data blocks; save the molecule that you "
            "want into a file of its own."
        )


def _category(item: str) -> str:
    return item.partition(".")[0].lower()


def _rows(heads: list[str], values: list[str]) -> list[Row]:
    """The rows that a loop's or a list's items and values make."""
    items, width = [head.partition(".")[2] for head in heads], len(heads)
    if len(values) // width > MAX_ROWS:
        raise MoleculeError(
            f"A table of this CIF file has more than {MAX_ROWS:,} rows; save the molecule that "
            "you want into a file of its own."
        )
    whole = range(0, len(values) - width + 1, width)
    return [dict(zip(items, values[start : start + width], strict=True)) for start in whole]


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """The words of the text, and whether each was quoted; a text field is one word."""
    field: list[str] | None = None
    for line in text.split("\n"):
        if line.startswith(";"):
            if field is None:
                field = [line[1:]]
                continue
            yield "\n".join(field), True
            field, line = None, line[1:]  # noqa: PLW2901  # what stands behind the mark
        if field is not None:
            field.append(line)
        elif "'" not in line and '"' not in line and "#" not in line:
            for word in line.split():
                yield word, False
        else:
            yield from _with_quotes(line)


def _with_quotes(line: str) -> Iterator[tuple[str, bool]]:
    """The words of a line that may hold quotes and a comment.

    A mark that nothing closes is a letter like any other. Once a search for a closing mark has
    come to the end of the line, none is made for that mark again.
    """
    unclosed: set[str] = set()
    at = 0
    while (start := _PLAIN.search(line, at)) is not None:
        at, mark = start.start(), line[start.start()]
        if mark == "#":
            return
        if mark in _CLOSING and mark not in unclosed:
            closing = _CLOSING[mark].search(line, at + 1)
            if closing is not None:
                yield line[at + 1 : closing.start()], True
                at = closing.end()
                continue
            unclosed.add(mark)
        yield start[0], False
        at = start.end()


def _quoted(value: str) -> str:
    """``value`` as a word of STAR; marks that it needs both of are left out."""
    if not value:
        return "?"
    if "\n" in value:
        value = value.replace("\n", " ")
    plain = value not in ("?", ".") and not _is_reserved(value.lower())
    if plain and _PLAIN.fullmatch(value) and value[0] not in "'\"_#;$[]":
        return value
    mark = "'" if '"' in value else '"'
    return f"{mark}{value.replace(mark + ' ', ' ')}{mark}"


def _is_reserved(word: str) -> bool:
    """Whether a word in small letters begins a loop, a data block or a frame."""
    return word == "loop_" or word.startswith(("data_", "save_"))
