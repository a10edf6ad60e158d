"""Files of the registers brought into a staging table: rows sealed by other processes, come in by COPY."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import Copy

from apps.subsidy.importing.cells import Done, Wrong, prepared, sealers_of
from apps.subsidy.importing.columns import FILES, staging_columns
from apps.subsidy.models import CARD, ID_NUMBER
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tablefile import cell_text, rows_of
from imbudget.kit.text import strip

TOP = 15  # rows among which the head is looked for
MOST_ERRORS = 200
# Where the numbers of each file are bound to: what lies in one table cannot be read as another's.
BOUND = {
    "households": {"person": ID_NUMBER, "card": CARD},
    "members": {"person": "subsidy_member.id_number"},
    "persons": {"person": "subsidy_listedperson.id_number"},
    "roster": {"person": ID_NUMBER, "card": CARD},
}
INDEXED = {"person": ID_NUMBER, "card": CARD}


@dataclass(slots=True)
class RegisterReport:
    """What became of a file; with errors nothing was written."""

    rows: int = 0
    written: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)
    error_count: int = 0
    is_broken: bool = False  # a cell cannot be taken

    def add(self, row: int, text: str) -> None:
        """Count an error; the first ones are told."""
        self.error_count += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((row, text))


def sentence(wrong: Wrong) -> str:
    """What is wrong with a cell."""
    sentences = {
        "empty": _("%(head)s is empty."),
        "long": _("%(head)s is too long."),
        "formula": _("%(head)s holds a formula: write its value."),
        "word": _("%(head)s is none of the words that may stand there."),
        "count": _("%(head)s is not a whole number."),
        "amount": _("%(head)s is not a number with at most two decimals."),
        "day": _("%(head)s is not a date like 2027-01-01."),
        "flag": _("%(head)s is neither 是 nor 否."),
        "private": _("%(head)s holds characters of an old Mongolian input method. Type it with a Unicode keyboard."),
    }
    return sentences[wrong.rule] % {"head": wrong.head}


def stage(file: str, path: Path, report: RegisterReport, name: str = "", most: int = 0) -> Iterator[str]:
    """Fill a temporary table of this transaction with the file, about `most` rows at a time, without it all at once.

    Yields the table's name each time it is filled: what is done with it goes on while the next rows are read and sealed.
    Cells that cannot be taken go into the report; from the first of them on rows are looked at and no longer kept.
    """
    table = f"staged_{file}"
    columns = staging_columns(file)
    listed = ", ".join(f'"{column}" {type_}' for column, type_ in columns)
    names = ", ".join(f'"{column}"' for column, _type in columns)
    order = f"COPY {table} (row, {names}) FROM STDIN"
    batches = prepared(file, read(file, path, name), sealers_of(file, BOUND.get(file, {}), INDEXED))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} (row integer NOT NULL, {listed}) ON COMMIT DROP")
        for piece, first in enumerate(batches):
            cursor.execute(f"TRUNCATE {table}")
            with cursor.copy(order) as copy:
                _fill(copy, chain([first], batches), report, most)
            if not piece:  # the others are like it
                cursor.execute(f"ANALYZE {table}")
            yield table
    if not report.rows:
        raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": name or path.name})


def _fill(copy: Copy, batches: Iterator[Done], report: RegisterReport, most: int) -> None:
    filled = 0
    for done in batches:
        filled += done.size
        report.rows += done.size
        report.is_broken |= bool(done.wrong)
        for wrong in done.wrong:
            report.add(wrong.row, sentence(wrong))
        if not report.is_broken:
            copy.write(done.text)
        if most and filled >= most:
            return


def read(file: str, path: Path, name: str = "") -> Iterator[tuple[int, Sequence[str]]]:
    """(row number, texts in the order of the file's columns) below the head. Raises RuleViolation."""
    cells = FILES[file]
    heads = [cell.head for cell in cells]
    rows = enumerate(rows_of(path, name, partial(_is_head, heads)), 1)
    places = _places(heads, [cell.head for cell in cells if cell.required], rows, name or path.name)
    wanted = [places.get(head) for head in heads]
    for number, row in rows:
        width = len(row)
        texts = [
            ""
            if place is None or place >= width
            else row[place]
            if isinstance(row[place], str)
            else cell_text(row[place])
            for place in wanted
        ]
        if any(texts):
            yield number, texts


def _is_head(heads: list[str], row: Sequence[object]) -> bool:
    return len(set(heads) & {strip(str(cell or "")) for cell in row}) >= 2


def _places(
    heads: list[str], required: list[str], rows: Iterator[tuple[int, Sequence[object]]], name: str
) -> dict[str, int]:
    for _number, row in islice(rows, TOP):
        if _is_head(heads, row):
            found = [strip(str(cell or "")) for cell in row]
            missing = [head for head in required if head not in found]
            if missing:
                raise RuleViolation(_("The file lacks the column %(name)s.") % {"name": missing[0]})
            return {head: place for place, head in reversed(list(enumerate(found))) if head}
    text = _("%(name)s has no head with the columns %(wanted)s.")
    raise RuleViolation(text % {"name": name, "wanted": "、".join(required)})
