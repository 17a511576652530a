"""The STAR syntax of CIF files, as far as tables of a few categories need it.

A table is a loop or a list of items with one common category; both become rows of name and
value. Specification: Hall 1991, doi:10.1021/ci00002a020.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Row = dict[str, str]

_WORD = re.compile(r"'(?:[^']|'(?=\S))*'(?=\s|$)|\"(?:[^\"]|\"(?=\S))*\"(?=\s|$)|\S+")


def tables(text: str, categories: Iterable[str]) -> dict[str, list[Row]]:
    """The rows of each of ``categories`` (as "_atom_site"), of all data blocks together.

    A row is item name without category to value; "?" and "." become "". A last row
    that is cut off is dropped.
    """
    wanted = {name.lower(): name for name in categories}
    out: dict[str, list[Row]] = {name: [] for name in categories}
    heads: list[str] = []
    values: list[str] = []
    loop = False

    def close() -> None:
        if not heads or (category := wanted.get(heads[0].partition(".")[0].lower())) is None:
            return
        items = [head.partition(".")[2] for head in heads]
        for start in range(0, len(values) - len(items) + 1, len(items)):
            out[category].append(dict(zip(items, values[start:], strict=False)))

    for word, quoted in _words(text):
        plain = "" if quoted else word.lower()
        if plain == "loop_" or plain.startswith("data_"):
            close()
            heads, values, loop = [], [], plain == "loop_"
        elif plain.startswith("_"):
            same = heads and heads[0].partition(".")[0] == word.partition(".")[0]
            if (values and loop) or (heads and not loop and not same):
                close()
                heads, values, loop = [], [], False
            heads.append(word)
        else:
            values.append("" if not quoted and word in ("?", ".") else word)
    close()
    return out


def written(rows: dict[str, list[Row]]) -> str:
    """The STAR text of these tables; the rows of each have the same items."""
    parts = ["data_ligand"]
    for category, table in rows.items():
        if table:
            items = list(table[0])
            parts += ["loop_", *(f"{category}.{item}" for item in items)]
            parts += [" ".join(_quoted(row.get(item, "")) for item in items) for row in table]
    return "\n".join([*parts, ""])


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """The words of the text, and whether each was quoted; a text field is one word."""
    field: list[str] | None = None
    for line in text.split("\n"):
        if line.startswith(";"):
            if field is None:
                field = [line[1:]]
                continue
            yield "\n".join(field), True
            field, line = None, line[1:]
        if field is not None:
            field.append(line)
        elif "'" not in line and '"' not in line and "#" not in line:
            for word in line.split():
                yield word, False
        else:
            yield from _with_quotes(line)


def _with_quotes(line: str) -> Iterator[tuple[str, bool]]:
    for word in _WORD.findall(line):
        if word.startswith("#"):
            return
        quoted = len(word) > 1 and word[0] in "'\"" and word[0] == word[-1]
        yield (word[1:-1] if quoted else word), quoted


def _quoted(value: str) -> str:
    if not value:
        return "?"
    if "'" in value or " " in value:
        return f'"{value}"'
    return value
