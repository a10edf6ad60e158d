"""The staging tables of an import: a file's rows as text, one pass of SQL that takes what is clean, the rest row by row.

`import_row` holds the rows as they were read, `import_line` the lines that will be written. What SQL takes is only
what the row reader would take with the same values (a test holds that); so each rule is worded once, in Python.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from string import ascii_uppercase
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.budget.importplace import Place
from apps.budget.importrows import KINDS, LIMITS, CellError, RowReader, StagedRow
from apps.budget.workbook import HEADS, Table
from apps.codes.models import Catalog
from imbudget.kit.ahead import read_ahead

CELLS = tuple(HEADS)
BATCH, AHEAD = 2_000, 20
PART = 20_000  # rows that are taken at once, or a quarter of those before: each part looks through all of them
MAKE = f"""
DROP TABLE IF EXISTS pg_temp.import_row, pg_temp.import_line;
CREATE TEMP TABLE import_row (
    row integer NOT NULL, formulas text NOT NULL DEFAULT '',
    {", ".join(f'"{name}" text NOT NULL DEFAULT ' + "''" for name in CELLS)}
) ON COMMIT DROP;
CREATE TEMP TABLE import_line (
    row integer NOT NULL, unit_id bigint NOT NULL, function_id bigint NOT NULL, department_economic_id bigint,
    fund_id bigint NOT NULL, kind text NOT NULL, project_code text NOT NULL, project_name text NOT NULL,
    amount numeric NOT NULL, prior_approved numeric, prior_executed numeric, note text NOT NULL
) ON COMMIT DROP;
SET LOCAL work_mem = '64MB';
SET LOCAL default_statistics_target = 10; -- of these tables the planner needs sizes, not the last percent
"""
COPY_LINES = "COPY import_line FROM STDIN"
# What the row reader would leave as it is: no blanks at the ends, no controls, private-use characters or selectors.
ODD = "[\\u0001-\\u001f\\u007f-\\u009f\\u180b-\\u180d\\u180f\\u200b\\ue000-\\uf8ff\\ufeff\\ufffe\\uffff]|^[= \\u3000]|[ \\u3000]$"
# Bounds like {1,12} would make these ten times as slow: lengths are asked for beside them.
MONEY = "^[0-9]+([.][0-9][0-9]?)?$"
GROUPED_MONEY = "^[0-9][0-9]?[0-9]?(,[0-9][0-9][0-9])+([.][0-9][0-9]?)?$"
DIGITS = "0123456789"


def _is_plain(column: str) -> str:
    return (
        f"(r.{column} = '' OR (r.{column} !~ %(odd)s AND length(r.{column}) <= {LIMITS[column]}"
        f" AND r.{column} IS NFC NORMALIZED))"
    )


def _is_money(column: str) -> str:
    """Empty, or below 10^12 as MAX_AMOUNT has it."""
    whole = f"length(split_part(r.{column}, '.', 1))"
    return (
        f"(r.{column} = '' OR (r.{column} ~ %(money)s AND {whole} <= 12)"
        f" OR (r.{column} ~ %(grouped_money)s AND {whole} <= 15))"
    )


def _code(alias: str, column: str) -> str:
    return (
        f"JOIN codes_code {alias} ON {alias}.year_id = %(year)s AND {alias}.catalog = %(catalog_{column})s"
        f" AND {alias}.is_leaf AND {alias}.code = split_part(r.{column}, '-', 1)"
    )


TAKE_CLEAN = f"""
WITH units AS MATERIALIZED (
    SELECT u.id, u.code, u.name_zh_hans, u.name_mvf, g.code AS region_code
    FROM regions_unit u JOIN regions_region g ON g.id = u.region_id
    WHERE u.region_id = ANY(%(regions)s) AND (%(unit)s::bigint IS NULL OR u.id = %(unit)s)
      AND (u.valid_from IS NULL OR u.valid_from <= %(first_day)s)
      AND (u.valid_to IS NULL OR u.valid_to >= %(first_day)s)
)
INSERT INTO import_line
SELECT r.row, u.id, f.id, d.id, k.id,
       coalesce(%(kinds)s::jsonb ->> r.kind,
                CASE WHEN r.project_code <> '' OR r.project_name <> '' THEN 'project' ELSE 'basic' END),
       r.project_code, r.project_name, replace(r.amount, ',', '')::numeric,
       nullif(replace(r.prior_approved, ',', ''), '')::numeric,
       nullif(replace(r.prior_executed, ',', ''), '')::numeric, r.note
FROM import_row r
JOIN units u ON u.code = coalesce(nullif(r.unit_code, ''), %(unit_code)s)
    AND u.region_code = coalesce(nullif(r.region_code, ''), %(region_code)s)
{_code("f", "function")}
{_code("d", "department_economic")}
{_code("k", "fund")}
WHERE r.row > %(after)s AND r.formulas = '' AND r.year IN ('', %(year)s::text) AND r.basic = '' AND r.project = ''
  AND r.unit_name IN ('', u.name_zh_hans, u.name_mvf)
  AND (r.kind = '' OR %(kinds)s::jsonb ->> r.kind IS NOT NULL)
  AND r.amount <> '' AND {_is_money("amount")} AND {_is_money("prior_approved")} AND {_is_money("prior_executed")}
  AND (r.project_code = '' OR (length(r.project_code) = 21 AND translate(left(r.project_code, 8), %(digits)s, '') = ''
                               AND translate(r.project_code, %(signs)s, '') = ''))
  AND {_is_plain("project_name")} AND {_is_plain("note")}
"""
LEFT_OVER = f"""
SELECT r.row, r.formulas, {", ".join(f'r."{name}"' for name in CELLS)} FROM import_row r
WHERE NOT EXISTS (SELECT FROM import_line l WHERE l.row = r.row) ORDER BY r.row
"""
KEY = "unit_id, function_id, department_economic_id, fund_id, kind, project_code, project_name"
TWICE = f"""
WITH known AS (SELECT {KEY}, min(row) AS first FROM import_line GROUP BY {KEY} HAVING count(*) > 1)
SELECT DISTINCT ON (l.row) l.row, k.first, r.function, l.unit_id
FROM import_line l
JOIN known k ON k.unit_id = l.unit_id AND k.function_id = l.function_id AND k.fund_id = l.fund_id AND k.kind = l.kind
    AND k.project_code = l.project_code AND k.project_name = l.project_name
    AND k.department_economic_id IS NOT DISTINCT FROM l.department_economic_id
JOIN import_row r ON r.row = l.row
WHERE l.row > k.first ORDER BY l.row
"""


def stage(table: Table, tell: Any, take: Callable[[int], None] | None = None) -> int:
    """COPY the rows of an opened file as text into `import_row`; returns how many there were.

    Another thread reads on meanwhile. After each part `take` is called with the number of the row before it.
    """
    count, before = 0, 0
    columns = ", ".join(f'"{name}"' for name in ("row", "formulas", *table.columns))
    with connection.cursor() as cursor, closing(read_ahead(_batches(table), AHEAD)) as batches:
        cursor.execute(MAKE)
        while part := next(batches, None):
            enough = count + max(PART, count // 4)
            with cursor.copy(f"COPY import_row ({columns}) FROM STDIN") as copy:
                while part:
                    last, size, text = part
                    copy.write(text)
                    count += size
                    tell(min(29, count // 30_000), 100, _("reading the rows"))
                    part = next(batches, None) if count < enough else None
            if take is not None:
                take(before)
            before = last
        cursor.execute("ANALYZE import_row")
    return count


def _batches(table: Table) -> Iterator[tuple[int, int, bytes]]:
    """(last row number, rows, text for COPY) of some rows at a time."""
    lines = _as_text(table)
    while batch := list(islice(lines, BATCH)):
        yield int(batch[-1].partition("\t")[0]), len(batch), "".join(batch).encode("utf-8", "replace")


def _as_text(table: Table) -> Iterator[str]:
    """Rows in the text form of COPY; the escapes are rare, so whole rows are looked at first."""
    formulas: dict[int, str] = {}
    for number, column in sorted(table.formulas):
        formulas[number] = f"{formulas.get(number, '')} {column}"
    tabs = len(table.columns) - 1
    for number, cells in table.rows():
        text = "\t".join(cells)
        if "\\" in text or "\n" in text or "\r" in text or "\0" in text or text.count("\t") != tabs:
            text = "\t".join(map(_escaped, cells))
        found = formulas.get(number, "") if "=" not in text else _formulas(table, number, cells, formulas)
        yield f"{number}\t{found}\t{text}\n"


def _escaped(cell: str) -> str:
    plain = cell.replace("\0", "").replace("\\", "\\\\")
    return plain.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _formulas(table: Table, number: int, cells: list[str], known: dict[int, str]) -> str:
    """A cell of text that begins like a formula is one to the next spreadsheet that opens it."""
    seen = dict.fromkeys(known.get(number, "").split())
    seen |= {name: None for name, cell in zip(table.columns, cells, strict=True) if cell.startswith("=")}
    return " ".join(seen)


def take_clean(place: Place, columns: tuple[str, ...], after: int = 0) -> None:
    """Turn the clean rows after this one into lines in one statement; a file that lacks columns is left to the row reader."""
    if {"function", "department_economic", "fund", "amount"} - set(columns):
        return
    own = place.unit
    values: dict[str, Any] = {
        "after": after,
        "year": place.year,
        "first_day": f"{place.year}-01-01",
        "regions": [region.pk for region in place.regions.values()],
        "region_code": place.region.code,
        "unit": own.pk if own else None,
        "unit_code": own.code if own else "",
        "kinds": json.dumps({word: str(kind) for word, kind in KINDS.items()}),
        "odd": ODD,
        "money": MONEY,
        "grouped_money": GROUPED_MONEY,
        "digits": DIGITS,
        "signs": DIGITS + ascii_uppercase,
        "catalog_function": str(Catalog.FUNCTION),
        "catalog_department_economic": str(Catalog.DEPARTMENT_ECONOMIC),
        "catalog_fund": str(Catalog.FUND),
    }
    with connection.cursor() as cursor:
        # A planner that takes the conditions for rare would look each row up in loops.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(TAKE_CLEAN, values)
        cursor.execute("SET LOCAL enable_nestloop = on")


def read_left_over(reader: RowReader) -> Iterator[list[CellError]]:
    """Read what SQL did not take; gives the errors found in each batch, so that nobody holds a million of them."""
    with connection.chunked_cursor() as rows, connection.cursor() as cursor:
        rows.execute(LEFT_OVER)
        while batch := rows.fetchmany(BATCH):
            found = [line for row in batch for line in reader.read(_row_of(row))]
            with cursor.copy(COPY_LINES) as copy:
                for line in found:
                    copy.write_row(line.as_row())
            yield reader.errors
            reader.errors = []


def _row_of(row: tuple[Any, ...]) -> StagedRow:
    number, formulas, *cells = row
    return StagedRow(number, dict(zip(CELLS, cells, strict=True)), tuple(formulas.split()))


def refuse_repeated() -> tuple[list[CellError], Counter[int]]:
    """Take out lines that repeat another one; gives their errors and how many rows of each unit they were."""
    text = _("This line repeats row %(row)s: same unit, codes and project.")
    with connection.cursor() as cursor:
        cursor.execute(TWICE)
        found = cursor.fetchall()
        errors = [CellError(row, "function", value[:100], text % {"row": first}) for row, first, value, _unit in found]
        if found:
            cursor.execute("DELETE FROM import_line WHERE row = ANY(%s)", [[row for row, *_rest in found]])
    return errors, Counter(unit for *_rest, unit in found)


def leave_out(units: list[int]) -> dict[int, tuple[int, int]]:
    """Take the lines of these units out; gives the first row of each and how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM import_line WHERE unit_id = ANY(%s) RETURNING unit_id, row)"
            " SELECT unit_id, min(row), count(DISTINCT row) FROM gone GROUP BY unit_id",
            [units],
        )
        return {unit: (first, count) for unit, first, count in cursor.fetchall()}


def units_staged() -> list[tuple[int, int, Any]]:
    """(unit, lines, sum of their amounts) of everything that will be written, in the order of the units' keys."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX IF NOT EXISTS import_line_unit ON import_line (unit_id)")
        cursor.execute("ANALYZE import_line")
        cursor.execute("SELECT unit_id, count(*), sum(amount) FROM import_line GROUP BY unit_id ORDER BY unit_id")
        return cursor.fetchall()
