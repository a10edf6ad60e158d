"""Rows of an import whose project the library has: equal ones are left alone, the others are named cell by cell.

A row is held against the library in everything it says. What is left empty says nothing.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.projects.importing.columns import year_name
from apps.projects.importing.report import CellError
from apps.projects.importing.rows import GIVEN
from apps.projects.services.staging import PHONE_COLUMN, drop, rows_of, take_out
from imbudget.kit import crypto

# By its code; without one by unit, year and name, among those that are still alive.
FIND = """
INSERT INTO import_known (row, project_id, own)
SELECT i.row, p.id, p.unit_id = i.unit_id FROM import_project i JOIN projects_project p ON p.code = i.code
WHERE i.code <> ''
UNION ALL
SELECT i.row, p.id, true FROM import_project i
JOIN projects_project p ON p.unit_id = i.unit_id AND p.setup_year = i.setup_year AND p.name = i.name
WHERE i.code = '' AND p.state NOT IN ('refused', 'terminated', 'abandoned')
"""
INDEX = """
CREATE INDEX ON import_funding (row); CREATE INDEX ON import_tag (row); ANALYZE import_known;
"""
STRANGE = "SELECT i.row, i.code FROM import_known k JOIN import_project i USING (row) WHERE NOT k.own ORDER BY i.row"
EQUAL = (
    *("name", "kind", "level", "origin", "setup_year", "start_year", "end_year", "responsible"),
    *("overview", "necessity", "feasibility", "urgency", "total"),
)
YEARLY = "(SELECT array_agg(({0}.year, {0}.amount) ORDER BY {0}.year) FROM ({1}) AS {0})"
OF_FILE = "SELECT year, sum(amount)::numeric(20, 2) AS amount FROM import_funding WHERE row = i.row GROUP BY year"
OF_LIBRARY = """SELECT year, sum(amount)::numeric(20, 2) AS amount FROM projects_fundingline
    WHERE project_id = p.id GROUP BY year HAVING sum(amount) <> 0"""
# Column → when the library says the same. A draft in a file stands for its project wherever that has come since.
SAME = {name: f"p.{name} = i.{name}" for name in EQUAL} | {
    "category": "p.category_id IS NOT DISTINCT FROM i.category_id",
    "state": "i.state = 'draft' OR p.state = i.state",
    "stored_on": "i.stored_at IS NULL OR p.stored_at >= i.stored_at AND p.stored_at < i.stored_at + interval '1 day'",
    "tags": """(SELECT array_agg(tag_id ORDER BY tag_id) FROM import_tag WHERE row = i.row) IS NOT DISTINCT FROM
        (SELECT array_agg(tag_id ORDER BY tag_id) FROM projects_projecttag WHERE project_id = p.id)""",
    "fund": """NOT EXISTS (SELECT FROM import_funding f JOIN projects_fundingline l ON l.project_id = p.id
        WHERE f.row = i.row AND f.fund_id IS DISTINCT FROM l.fund_id)""",
    "years": f"{YEARLY.format('f', OF_FILE)} IS NOT DISTINCT FROM {YEARLY.format('l', OF_LIBRARY)}",
}
# What stands in a cell that differs, as far as it is not kept as it was written; telephones are not repeated.
WRITTEN = {name: f"i.{name}::text" for name in (*EQUAL, "state")} | {
    "category": "(SELECT code || '-' || name_zh_hans FROM projects_projectcategory WHERE id = i.category_id)",
    "stored_on": "(i.stored_at AT TIME ZONE %(zone)s)::date::text",
    "tags": """(SELECT string_agg(t.name_zh_hans, '、' ORDER BY t.code) FROM import_tag g
        JOIN projects_policytag t ON t.id = g.tag_id WHERE g.row = i.row)""",
    "fund": """(SELECT min(c.code) FROM import_funding f JOIN codes_code c ON c.id = f.fund_id WHERE f.row = i.row)""",
    "years": "(SELECT string_agg(year || ': ' || amount, ', ' ORDER BY year) FROM import_funding WHERE row = i.row)",
}
COMPARE = f"""
SELECT k.row, k.project_id, array_remove(ARRAY[{
    ", ".join(
        f"CASE WHEN i.given & {GIVEN[name]} <> 0 AND NOT coalesce(({same}), false) THEN '{name}' END"
        for name, same in SAME.items()
    )
}], NULL)
FROM import_known k JOIN import_project i USING (row) JOIN projects_project p ON p.id = k.project_id
WHERE k.own ORDER BY k.row, k.project_id
"""  # noqa: S608 - text of our own
PHONES = f"""
SELECT k.row, k.project_id, i.phone, p.phone
FROM import_known k JOIN import_project i USING (row) JOIN projects_project p ON p.id = k.project_id
WHERE k.own AND i.given & {GIVEN["phone"]} <> 0
"""  # noqa: S608 - text of our own
CELLS = f"""
SELECT i.row, ARRAY[{", ".join(f"coalesce({value}, '')" for value in WRITTEN.values())}]
FROM import_project i WHERE i.row = ANY(%(rows)s)
"""  # noqa: S608 - text of our own


def refuse_known() -> tuple[list[CellError], int]:
    """Take out what stands in the library already: equal rows in silence (gives their number), others as errors."""
    with connection.cursor() as cursor:
        cursor.execute(FIND)
        if not cursor.rowcount:
            return [], 0
        cursor.execute(INDEX)
    same, differing = _compared()
    text = _("Another unit has a project with this code.")
    errors = take_out((row, "code", code, text) for row, code in rows_of(STRANGE))
    errors += take_out(list(_said(differing)))
    drop(same)
    return errors, len(same)


def _compared() -> tuple[list[int], dict[int, list[str]]]:
    """Rows that say what the library says; and the columns in which the others differ.

    A row without a code may stand for several projects: it is held against the one that is most like it.
    """
    phones = {(row, project) for row, project, given, kept in rows_of(PHONES) if _clear(given) != _clear(kept)}
    least: dict[int, list[str]] = {}
    for row, project, columns in rows_of(COMPARE):
        found = [*columns, "phone"] if (row, project) in phones else columns
        if row not in least or len(found) < len(least[row]):
            least[row] = found
    return [row for row, found in least.items() if not found], {row: found for row, found in least.items() if found}


def _clear(stored: bytes) -> str | None:
    """A telephone; None where its key was taken out of the ring, which is no telephone that a file gives."""
    try:
        return crypto.decrypt(bytes(stored), PHONE_COLUMN) if stored else ""
    except crypto.DecryptionError:
        return None


def _said(differing: dict[int, list[str]]) -> Iterator[tuple[int, str, str, str]]:
    """Each cell that differs, with what stands in it; amounts by year at the first of them."""
    text = _("The library has another value here. Change it there: an import overwrites nothing.")
    for row, values in _cells(list(differing)):
        for column in differing[row]:
            value = values.get(column, "")
            yield row, year_name(int(value[:4])) if column == "years" else column, value, text


def _cells(rows: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"rows": rows, "zone": timezone.get_default_timezone_name()})
        for row, values in cursor.fetchall():
            yield row, dict(zip(WRITTEN, values, strict=True))
