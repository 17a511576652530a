"""The formats of molecules: files of one or many records, and lines of text."""

from engine.chem.reading.formats.files import READERS, Found, names, read
from engine.chem.reading.formats.line_notation import parse
from engine.chem.reading.formats.records import MAX_RECORDS

__all__ = ["MAX_RECORDS", "READERS", "Found", "names", "parse", "read"]
