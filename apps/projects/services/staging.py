"""The staging tables of an import of projects: good rows by COPY, then sets of SQL that find what is known and write the rest.

Rows are read and worded once, in Python (`importing/rows.py`); everything that concerns more than one row is SQL.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.models import YearState
from apps.projects.codepattern import parse_pattern
from apps.projects.importing.report import CellError
from apps.projects.importing.rows import ReadProject
from apps.projects.models import Project, ProjectState, VersionReason
from apps.projects.selectors.settings import setting_of
from apps.projects.selectors.versions import canonical, imported_body
from apps.projects.services.codes import highest_followed, next_codes, raise_counter
from apps.regions.models import Department, Region
from imbudget.kit import crypto
from imbudget.kit.text import name_key

MAKE = """
DROP TABLE IF EXISTS pg_temp.import_project, pg_temp.import_funding, pg_temp.import_tag, pg_temp.import_known;
CREATE TEMP TABLE import_project (
    row integer NOT NULL, code text NOT NULL, name text NOT NULL, unit_id bigint NOT NULL, region_id bigint NOT NULL,
    league_id bigint, department_id bigint NOT NULL, kind text NOT NULL, category_id bigint, level text NOT NULL,
    origin text NOT NULL, setup_year smallint NOT NULL, start_year smallint NOT NULL, end_year smallint NOT NULL,
    responsible text NOT NULL, phone bytea NOT NULL, total numeric NOT NULL, overview text NOT NULL,
    necessity text NOT NULL, feasibility text NOT NULL, urgency text NOT NULL, state text NOT NULL,
    search_key text NOT NULL, stored_at timestamptz, body text, digest text NOT NULL,
    given integer NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE import_funding (
    row integer NOT NULL, number integer NOT NULL, year smallint NOT NULL, fund_id bigint, amount numeric NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE import_tag (row integer NOT NULL, tag_id bigint NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE import_known (row integer NOT NULL, project_id bigint NOT NULL, own boolean NOT NULL) ON COMMIT DROP;
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
CLOSED = """
SELECT i.row, i.setup_year FROM import_project i JOIN codes_fiscalyear y ON y.year = i.setup_year
WHERE i.state = 'draft' AND y.state = %s ORDER BY i.row
"""
WITHOUT_CODE = """
SELECT region_id, setup_year, kind, department_id, array_agg(row ORDER BY row)
FROM import_project WHERE code = '' GROUP BY region_id, setup_year, kind, department_id ORDER BY 1, 2, 3, 4
"""
GIVE_CODES = """
UPDATE import_project i SET code = n.code, search_key = replace(i.search_key, %s, lower(n.code))
FROM unnest(%s::int[], %s::text[]) AS n (row, code) WHERE i.row = n.row
"""
HIGHEST = """
SELECT left(code, 21 - %(digits)s),
    max(right(code, %(digits)s)::bigint) FILTER (WHERE right(code, %(digits)s)::bigint <= %(followed)s),
    count(*) FILTER (WHERE right(code, %(digits)s)::bigint > %(followed)s)
FROM import_project WHERE region_id = ANY(%(regions)s) AND right(code, %(digits)s) ~ '^[0-9]+$'
GROUP BY 1 ORDER BY 1
"""
BROUGHT = "SELECT code FROM import_project WHERE code = ANY(%s)"
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
            read.given,
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
    return take_out(
        (row, "code" if code else "name", code or name, text % {"row": first})
        for row, first, code, name in rows_of(TWICE)
    )


def refuse_closed() -> list[CellError]:
    """Take out drafts of closed years: nobody could go on with them. What stands in the store already is history."""
    text = _("The year %(year)s is closed.")
    return take_out(
        (row, "setup_year", str(year), text % {"year": year}) for row, year in rows_of(CLOSED, [YearState.CLOSED])
    )


def rows_of(question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows that a question to the staging tables finds."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def take_out(found: Iterable[tuple[int, str, str, str]]) -> list[CellError]:
    """Take rows out for what is wrong with them: row, column, value, reason."""
    errors = [CellError(row, column, value[:100], text) for row, column, value, text in found]
    drop([error.row for error in errors])
    return errors


def drop(rows: list[int]) -> None:
    """Take rows out of the staging tables."""
    if rows:
        with connection.cursor() as cursor:
            for table in COPIES:
                cursor.execute(f"DELETE FROM {table} WHERE row = ANY(%s)", [rows])  # noqa: S608 - names of our own


def give_codes() -> int:
    """Codes for the rows that bring none, by the patterns of their regions; and counters moved past the codes brought.

    Gives how many codes were brought whose numbers are too high for a counter to follow.
    """
    beyond = _raise_counters()
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_CODE)
        groups = cursor.fetchall()
        regions = Region.objects.in_bulk({group[0] for group in groups})
        departments = Department.objects.in_bulk({group[3] for group in groups})
        for region, year, kind, department, rows in groups:
            codes = _free_codes(regions[region], year, kind, len(rows), departments[department])
            cursor.execute(GIVE_CODES, [NO_CODE, rows, codes])
    return beyond


def _free_codes(region: Region, year: int, kind: str, count: int, department: Department) -> list[str]:
    """New codes; none of those that other rows bring, which the library does not know yet."""
    codes = next_codes(region, year, kind, count, department)
    while brought := {code for (code,) in rows_of(BROUGHT, [codes])}:
        codes = [code for code in codes if code not in brought]
        codes += next_codes(region, year, kind, count - len(codes), department)
    return codes


def _raise_counters() -> int:
    """By regions with the same number of digits; in the order of the beginnings, so that two imports never deadlock."""
    by_digits: dict[int, list[int]] = {}
    for (pk,) in rows_of("SELECT DISTINCT region_id FROM import_project WHERE code <> '' ORDER BY 1"):
        pattern = parse_pattern(setting_of(Region.objects.get(pk=pk)).code_pattern)
        by_digits.setdefault(pattern.digits, []).append(pk)
    beyond = 0
    with connection.cursor() as cursor:
        for digits, regions in sorted(by_digits.items()):
            cursor.execute(HIGHEST, {"digits": digits, "regions": regions, "followed": highest_followed(digits)})
            for prefix, highest, too_high in cursor.fetchall():
                beyond += too_high
                if highest is not None:
                    raise_counter(prefix, highest)
    return beyond


def totals() -> tuple[int, Any]:
    """(projects, sum of their totals) that will be written."""
    (found,) = rows_of("SELECT count(*), coalesce(sum(total), 0) FROM import_project")
    return found[0], found[1]


def write(author: int | None) -> None:
    """Write everything that is staged."""
    values = {"author": author, "now": timezone.now(), "reason": str(VersionReason.IMPORTED)}
    with connection.cursor() as cursor:
        cursor.execute(WRITE_PROJECTS, values)
        cursor.execute(f"ANALYZE {Project._meta.db_table}")
        for statement in (WRITE_FUNDING, WRITE_TAGS, WRITE_VERSIONS):
            cursor.execute(statement, values)
