"""The staging tables of an import of projects: good rows by COPY, then sets of SQL that find what is known and write the rest.

Rows are read and worded once, in Python (`importing/rows.py`); everything that concerns more than one row is SQL.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.projects.codepattern import parse_pattern
from apps.projects.importing.report import CellError
from apps.projects.importing.rows import ReadProject
from apps.projects.models import Project, ProjectState, VersionReason
from apps.projects.selectors.settings import setting_of
from apps.projects.selectors.versions import canonical, imported_body
from apps.projects.services.codes import next_codes, raise_counter
from apps.regions.models import Department, Region
from imbudget.kit import crypto
from imbudget.kit.text import name_key

MAKE = """
DROP TABLE IF EXISTS pg_temp.import_project, pg_temp.import_funding, pg_temp.import_tag;
CREATE TEMP TABLE import_project (
    row integer NOT NULL, code text NOT NULL, name text NOT NULL, unit_id bigint NOT NULL, region_id bigint NOT NULL,
    league_id bigint, department_id bigint NOT NULL, kind text NOT NULL, category_id bigint, level text NOT NULL,
    origin text NOT NULL, setup_year smallint NOT NULL, start_year smallint NOT NULL, end_year smallint NOT NULL,
    responsible text NOT NULL, phone bytea NOT NULL, total numeric NOT NULL, overview text NOT NULL,
    necessity text NOT NULL, feasibility text NOT NULL, urgency text NOT NULL, state text NOT NULL,
    search_key text NOT NULL, stored_at timestamptz, body text, digest text NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE import_funding (
    row integer NOT NULL, number integer NOT NULL, year smallint NOT NULL, fund_id bigint, amount numeric NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE import_tag (row integer NOT NULL, tag_id bigint NOT NULL) ON COMMIT DROP;
SET LOCAL work_mem = '64MB';
"""
INDEX = """
CREATE INDEX ON import_project (row); CREATE INDEX ON import_project (code);
ANALYZE import_project; ANALYZE import_funding; ANALYZE import_tag;
"""
COPIES = ("import_project", "import_funding", "import_tag")
BATCH = 2_000
# The same project twice: by its code, or without one by unit, year and name.
TWICE = """
WITH keyed AS (
    SELECT row, code, name, CASE WHEN code <> '' THEN code ELSE unit_id || '/' || setup_year || '/' || name END AS key
    FROM import_project
), firsts AS (SELECT key, min(row) AS first FROM keyed GROUP BY key HAVING count(*) > 1)
SELECT k.row, f.first, k.code, k.name FROM keyed k JOIN firsts f USING (key) WHERE k.row > f.first ORDER BY k.row
"""
SAME = """p.name = i.name AND p.unit_id = i.unit_id AND p.kind = i.kind AND p.setup_year = i.setup_year
    AND p.start_year = i.start_year AND p.end_year = i.end_year AND p.total = i.total"""
KNOWN = f"""
SELECT i.row, i.code, i.name, ({SAME}) AS same, p.unit_id = i.unit_id AS own
FROM import_project i JOIN projects_project p ON p.code = i.code WHERE i.code <> ''
UNION ALL
SELECT i.row, i.code, i.name, bool_or({SAME}), true
FROM import_project i
JOIN projects_project p ON p.unit_id = i.unit_id AND p.setup_year = i.setup_year AND p.name = i.name
WHERE i.code = '' AND p.state NOT IN ('refused', 'terminated', 'abandoned') GROUP BY i.row, i.code, i.name
ORDER BY 1
"""  # noqa: S608 - text of our own
WITHOUT_CODE = """
SELECT region_id, setup_year, kind, department_id, array_agg(row ORDER BY row)
FROM import_project WHERE code = '' GROUP BY region_id, setup_year, kind, department_id ORDER BY 1, 2, 3, 4
"""
GIVE_CODES = """
UPDATE import_project i SET code = n.code, search_key = replace(i.search_key, %s, lower(n.code))
FROM unnest(%s::int[], %s::text[]) AS n (row, code) WHERE i.row = n.row
"""
HIGHEST = """
SELECT region_id, left(code, 21 - %(digits)s), max(right(code, %(digits)s)::bigint)
FROM import_project WHERE region_id = ANY(%(regions)s) AND right(code, %(digits)s) ~ '^[0-9]+$'
GROUP BY 1, 2 ORDER BY 2
"""
WRITE_PROJECTS = """
INSERT INTO projects_project (code, name, unit_id, region_id, league_id, department_id, kind, category_id, level, origin,
    setup_year, start_year, end_year, responsible, phone, total, overview, necessity, feasibility, organisation, risks,
    is_capital, is_research, is_procurement, is_service, urgency, state, return_reason, version, revision, author_id,
    search_key, stored_at, created_at, updated_at)
SELECT code, name, unit_id, region_id, league_id, department_id, kind, category_id, level, origin, setup_year, start_year,
    end_year, responsible, phone, total, overview, necessity, feasibility, '', '', false, false, false, false, urgency,
    state, '', CASE WHEN body IS NULL THEN 0 ELSE 1 END, 1, %(author)s, search_key, stored_at, %(now)s, %(now)s
FROM import_project ORDER BY row
"""
WRITE_FUNDING = """
INSERT INTO projects_fundingline (project_id, number, year, fund_id, amount)
SELECT p.id, f.number, f.year, f.fund_id, f.amount
FROM import_funding f JOIN import_project i ON i.row = f.row JOIN projects_project p ON p.code = i.code
ORDER BY p.id, f.number
"""
WRITE_TAGS = """
INSERT INTO projects_projecttag (project_id, tag_id)
SELECT p.id, t.tag_id FROM import_tag t JOIN import_project i ON i.row = t.row JOIN projects_project p ON p.code = i.code
ORDER BY 1, 2
"""
WRITE_VERSIONS = """
INSERT INTO projects_projectversion (project_id, number, reason, body, digest, user_id, made_at)
SELECT p.id, 1, %(reason)s, i.body::jsonb, i.digest, %(author)s, %(now)s
FROM import_project i JOIN projects_project p ON p.code = i.code WHERE i.body IS NOT NULL ORDER BY p.id
"""
PHONE_COLUMN = "projects_project.phone"
NO_CODE = "~~~~~"  # what stands in a search key until the code is given


def stage(batches: Iterable[list[ReadProject]]) -> int:
    """COPY good rows into the staging tables, batch by batch; returns how many there were."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
        for batch in batches:
            count += len(batch)
            for table, rows in zip(COPIES, (_projects(batch), _funding(batch), _tags(batch)), strict=True):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        cursor.execute(INDEX)
    return count


def _projects(batch: list[ReadProject]) -> Iterator[tuple[Any, ...]]:
    now = timezone.now()
    for read in batch:
        unit, texts, years = read.unit, read.texts, read.years
        stored = read.state == ProjectState.STORED
        body = canonical(imported_body(read)) if stored else None
        yield (
            read.row,
            read.code,
            texts["name"],
            unit.pk,
            unit.region_id,
            unit.league_id,
            unit.department_id,
            read.kind,
            read.category.pk if read.category else None,
            read.level,
            read.origin,
            *years.values(),
            texts["responsible"],
            crypto.encrypt(texts["phone"], PHONE_COLUMN) if texts["phone"] else b"",
            read.total,
            texts["overview"],
            texts["necessity"],
            texts["feasibility"],
            read.urgency,
            read.state,
            name_key(texts["name"], read.code or NO_CODE, limit=500),
            _moment(read.stored_on, now) if stored else None,
            body,
            crypto.sm3_hex(body.encode()) if body else "",
        )


def _moment(day: datetime.date | None, now: datetime.datetime) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time())) if day else now


def _funding(batch: list[ReadProject]) -> Iterator[tuple[Any, ...]]:
    for read in batch:
        fund = read.fund.pk if read.fund else None
        for number, (year, amount) in enumerate(read.money, 1):
            yield read.row, number, year, fund, amount


def _tags(batch: list[ReadProject]) -> Iterator[tuple[int, int]]:
    for read in batch:
        for tag in read.tags:
            yield read.row, tag.pk


def refuse_repeated() -> list[CellError]:
    """Take out rows that repeat another one."""
    text = _("This line repeats row %(row)s: the same project.")
    return _take_out(
        (row, "code" if code else "name", code or name, text % {"row": first})
        for row, first, code, name in _rows_of(TWICE)
    )


def refuse_known() -> tuple[list[CellError], int]:
    """Take out what stands in the library already: equal rows in silence (gives their number), others as errors."""
    differs = _("The library has this project with other values. Change it there: an import overwrites nothing.")
    strange = _("Another unit has a project with this code.")
    same, errors = [], []
    for row, code, name, is_same, own in _rows_of(KNOWN):
        if is_same:
            same.append(row)
        else:
            errors.append((row, "code" if code else "name", code or name, differs if own else strange))
    _drop(same)
    return _take_out(errors), len(same)


def _rows_of(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def _take_out(found: Iterable[tuple[int, str, str, str]]) -> list[CellError]:
    errors = [CellError(row, column, value[:100], text) for row, column, value, text in found]
    _drop([error.row for error in errors])
    return errors


def _drop(rows: list[int]) -> None:
    if rows:
        with connection.cursor() as cursor:
            for table in COPIES:
                cursor.execute(f"DELETE FROM {table} WHERE row = ANY(%s)", [rows])  # noqa: S608 - names of our own


def give_codes() -> None:
    """Codes for the rows that bring none, by the patterns of their regions; and counters moved past the codes brought."""
    _raise_counters()
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_CODE)
        groups = cursor.fetchall()
        regions = Region.objects.in_bulk({group[0] for group in groups})
        departments = Department.objects.in_bulk({group[3] for group in groups})
        for region, year, kind, department, rows in groups:
            codes = next_codes(regions[region], year, kind, len(rows), departments[department])
            cursor.execute(GIVE_CODES, [NO_CODE, rows, codes])


def _raise_counters() -> None:
    """By regions with the same number of digits; in the order of the beginnings, so that two imports never deadlock."""
    by_digits: dict[int, list[int]] = {}
    for (pk,) in _rows_of("SELECT DISTINCT region_id FROM import_project WHERE code <> '' ORDER BY 1"):
        pattern = parse_pattern(setting_of(Region.objects.get(pk=pk)).code_pattern)
        by_digits.setdefault(pattern.digits, []).append(pk)
    with connection.cursor() as cursor:
        for digits, regions in sorted(by_digits.items()):
            cursor.execute(HIGHEST, {"digits": digits, "regions": regions})
            for _region, prefix, highest in cursor.fetchall():
                raise_counter(prefix, highest)


def totals() -> tuple[int, Any]:
    """(projects, sum of their totals) that will be written."""
    (found,) = _rows_of("SELECT count(*), coalesce(sum(total), 0) FROM import_project")
    return found[0], found[1]


def write(author: int | None) -> None:
    """Write everything that is staged."""
    values = {"author": author, "now": timezone.now(), "reason": str(VersionReason.IMPORTED)}
    with connection.cursor() as cursor:
        cursor.execute(WRITE_PROJECTS, values)
        cursor.execute(f"ANALYZE {Project._meta.db_table}")
        for statement in (WRITE_FUNDING, WRITE_TAGS, WRITE_VERSIONS):
            cursor.execute(statement, values)
