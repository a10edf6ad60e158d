"""The rows of a CSV file as offices save it: UTF-8, GB18030 or Excel's "Unicode text", with commas, semicolons or tabs."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from imbudget.kit.sheetxml import MAX_FORMULAS, SheetMarks
from imbudget.kit.zipparts import CHUNK, Unreadable

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"
SAMPLE = 20
ENDS_EARLY = {"unexpected end of data", "truncated data"}
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # Excel's "Unicode text"
MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<table|<head|<style|<meta|<div|mime-version:)", re.IGNORECASE)
NO_TABLE = (b"%PDF-", b"{\\rtf")  # documents that begin as text does
# A cell that begins with "=" (Excel runs it as a formula), after any of the delimiters or at the beginning of a line.
EQUALS = re.compile(rb'(?:^|[,;\t]) *"?=', re.MULTILINE)


class CsvFile:
    """An opened CSV file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding, equals = _encoding(path)
        self.delimiter = self._delimiter()
        self.marks = SheetMarks()
        if equals:
            self._find_formulas()

    def _find_formulas(self) -> None:
        found = self.marks.formulas
        for number, row in enumerate(self.rows(), 1):
            found.update((number, place) for place, cell in enumerate(row) if cell.lstrip().startswith("="))
            if len(found) > MAX_FORMULAS:
                raise Unreadable("cells")

    def rows(self) -> Iterator[list[str]]:
        """Every row from the first one on. Raises Unreadable."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            try:
                yield from reader
            except csv.Error as error:
                raise Unreadable(f"row {reader.line_num}") from error

    def _delimiter(self) -> str:
        with self.path.open(encoding=self.encoding, newline="") as file:
            lines = [file.readline(CHUNK) for _number in range(SAMPLE)]
        counts = {delimiter: sum(delimiter in line for line in lines) for delimiter in DELIMITERS}
        return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def _encoding(path: Path) -> tuple[str, bool]:
    """(encoding, whether a cell may begin with "=") of a text file."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    wide = start.startswith(WIDE)
    if MARKUP.match(start[2:].replace(b"\0", b"") if wide else start.removeprefix(codecs.BOM_UTF8)):
        raise Unreadable("markup")
    if start.startswith(NO_TABLE):
        raise Unreadable("text")
    for encoding in ("utf-16",) if wide else ENCODINGS:
        try:
            return encoding, _decode(path, encoding)
        except UnicodeDecodeError as error:
            if error.reason in ENDS_EARLY:
                raise Unreadable("cut") from error
    raise Unreadable("text")


def _decode(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    equals, tail = False, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if "\0" in text or "\uffff" in text:
                raise Unreadable("text")
            if encoding == "utf-16":
                chunk = text.encode("utf-8", "replace")
            equals = equals or (b"=" in chunk and bool(EQUALS.search(tail + chunk)))
            tail = chunk[-3:]
        decoder.decode(b"", final=True)
    return equals
