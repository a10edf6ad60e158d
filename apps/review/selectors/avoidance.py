"""What keeps an expert from projects (回避): ties to the unit or its department, kin, a hand in the application."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.projects.models import Project
from apps.review.employers import employer_key
from apps.review.models import Expert
from apps.review.models.panel import SEATED

YEARS_BACK = 3


class Avoidance(models.TextChoices):
    """Why an expert stays away from a project; all but the last are conflicts of interest."""

    EMPLOYER = "employer", _("works for the unit that applies")
    DEPARTMENT = "department", _("works for its department or another unit of it")
    PAST = "past", _("tied to the unit or its department in the past three years")
    KIN = "kin", _("kin at the unit or its department")
    AUTHOR = "author", _("took part in the application")
    COOLING = "cooling", _("has sat on enough panels this quarter")


@dataclass(frozen=True, slots=True)
class Cooling:
    """From how many panels of the quarter on an expert rests; the panel of `review` itself is not counted."""

    panels: int
    review_id: int | None = None


# Names of the units that apply (old ones too), of their departments with those above, and of all units of these;
# the telephones of the applications, sealed.
NAMES = """
WITH RECURSIVE mine AS (
    SELECT DISTINCT unit_id, department_id FROM projects_project WHERE id = ANY(%(projects)s)
), chain (id, parent_id) AS (
    SELECT d.id, d.parent_id FROM regions_department d JOIN mine ON mine.department_id = d.id
    UNION SELECT d.id, d.parent_id FROM regions_department d JOIN chain ON chain.parent_id = d.id
)
SELECT 'unit', u.id, u.name_zh_hans, u.name_mvf, NULL::bytea
    FROM regions_unit u WHERE u.id IN (SELECT unit_id FROM mine)
UNION ALL
SELECT 'unit', o.unit_id, o.old_name, NULL, NULL
    FROM regions_unitcodechange o WHERE o.unit_id IN (SELECT unit_id FROM mine)
UNION ALL
SELECT 'department', d.id, d.name_zh_hans, d.name_mvf, NULL
    FROM regions_department d WHERE d.id IN (SELECT id FROM chain)
UNION ALL
SELECT 'sister', u.id, u.name_zh_hans, u.name_mvf, NULL
    FROM regions_unit u WHERE u.department_id IN (SELECT id FROM chain)
UNION ALL
SELECT 'phone', p.id, NULL, NULL, p.phone FROM projects_project p WHERE p.id = ANY(%(projects)s)
"""

# (expert, code) for all rows of `people`: id, user_id, employer_key, employer_unit_id, phone_index.
HITS = """
hands AS (
    SELECT author_id AS user_id FROM projects_project WHERE id = ANY(%(projects)s)
    UNION SELECT user_id FROM projects_projectversion WHERE project_id = ANY(%(projects)s)
    UNION SELECT e.user_id FROM lowcode_caseevent e JOIN lowcode_case c ON c.id = e.case_id
        WHERE c.subject = 'projects.application' AND c.document_id = ANY(%(projects)s)
    UNION SELECT nullif(actor_id, '')::bigint FROM evidence_entry
        WHERE subject_type = 'projects.Project' AND subject_id = ANY(%(subjects)s)
), hits (expert_id, code) AS (
    SELECT p.id, CASE WHEN p.employer_unit_id = ANY(%(units)s) OR p.employer_key = ANY(%(unit_keys)s)
        THEN 'employer' ELSE 'department' END
    FROM people p LEFT JOIN regions_unit u ON u.id = p.employer_unit_id
    WHERE p.employer_unit_id = ANY(%(units)s) OR u.department_id = ANY(%(departments)s)
        OR p.employer_key = ANY(%(keys)s)
    UNION ALL
    SELECT p.id, CASE WHEN t.valid_to < %(on)s THEN 'past' WHEN t.unit_id = ANY(%(units)s)
        THEN 'employer' ELSE 'department' END
    FROM people p JOIN accounts_post t ON t.user_id = p.user_id LEFT JOIN regions_unit u ON u.id = t.unit_id
    WHERE t.valid_from <= %(on)s AND (t.valid_to IS NULL OR t.valid_to >= %(since)s)
        AND (t.unit_id = ANY(%(units)s) OR t.department_id = ANY(%(departments)s)
            OR u.department_id = ANY(%(departments)s))
    UNION ALL
    SELECT p.id, 'past'
    FROM people p JOIN review_employment m ON m.expert_id = p.id LEFT JOIN regions_unit u ON u.id = m.unit_id
    WHERE m.since <= %(on)s AND (m.until IS NULL OR m.until >= %(since)s)
        AND (m.unit_id = ANY(%(units)s) OR u.department_id = ANY(%(departments)s) OR m.employer_key = ANY(%(keys)s))
    UNION ALL
    SELECT p.id, 'kin'
    FROM people p JOIN review_kinship k ON k.expert_id = p.id LEFT JOIN regions_unit u ON u.id = k.unit_id
    WHERE k.unit_id = ANY(%(units)s) OR u.department_id = ANY(%(departments)s) OR k.employer_key = ANY(%(keys)s)
    UNION ALL
    SELECT p.id, 'author' FROM people p
    WHERE p.user_id IN (SELECT user_id FROM hands) OR p.phone_index = ANY(%(phones)s)
    UNION ALL
    SELECT m.expert_id, 'cooling' FROM people p JOIN review_panelmember m ON m.expert_id = p.id
    WHERE m.state = ANY(%(seated)s) AND m.review_id IS DISTINCT FROM %(review)s
        AND m.invited_at >= %(quarter)s AND m.invited_at < %(quarter_end)s
    GROUP BY m.expert_id HAVING count(*) >= %(panels)s
)
"""
OF_EXPERTS = (
    "WITH people AS (SELECT id, user_id, employer_key, employer_unit_id, phone_index FROM review_expert"  # noqa: S608 - text of our own
    " WHERE id = ANY(%(experts)s)), "
    + HITS
    + "SELECT expert_id, array_agg(DISTINCT code ORDER BY code) FROM hits GROUP BY expert_id"
)


def reasons(
    expert_ids: Iterable[int], projects: Iterable[int], on: date | None = None, *, cooling: Cooling | None = None
) -> dict[int, list[str]]:
    """What keeps each of these experts from any of these projects on a day (today): codes of `Avoidance`, [] for none.

    An employment or post that ended up to three years before the day counts; resting from panels (`cooling`) only when
    asked, since it is a rule of drawing and no conflict of interest. Two statements, however many experts.
    """
    wanted = list(dict.fromkeys(expert_ids))
    values = facts_of(projects, on, cooling) | {"experts": wanted}
    with connection.cursor() as cursor:
        cursor.execute(OF_EXPERTS, values)
        found: dict[int, list[str]] = dict(cursor.fetchall())
    return {expert_id: found.get(expert_id, []) for expert_id in wanted}


def facts_of(projects: Iterable[int], on: date | None = None, cooling: Cooling | None = None) -> dict[str, Any]:
    """The parameters of `HITS`: what the projects have that an expert may be tied to."""
    ids, day = list(projects), on or timezone.localdate()
    units, departments, unit_keys, keys, phones = _names(ids)
    start, end = quarter_of(day)
    return {
        "projects": ids,
        "subjects": [str(pk) for pk in ids],
        "units": units,
        "departments": departments,
        "unit_keys": unit_keys,
        "keys": keys,
        "phones": phones,
        "on": day,
        "since": years_before(day, YEARS_BACK),
        "seated": [str(state) for state in SEATED],
        "quarter": start,
        "quarter_end": end,
        "panels": cooling.panels if cooling else None,
        "review": cooling.review_id if cooling else None,
    }


def _names(ids: list[int]) -> tuple[list[int], list[int], list[str], list[str], list[bytes]]:
    """Units and departments by id, the units' names as keys, all names as keys, and the telephones' indexes."""
    phones = []
    found: dict[str, set[int]] = {"unit": set(), "department": set(), "sister": set()}
    keys: dict[str, set[str]] = {kind: set() for kind in found}
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {"projects": ids})
        for kind, pk, *names, phone in cursor.fetchall():
            if kind == "phone":
                phones += _index_of(phone)
                continue
            found[kind].add(pk)
            keys[kind] |= {key for name in names if name and (key := employer_key(name))}
    every = set().union(*keys.values())
    return sorted(found["unit"]), sorted(found["department"]), sorted(keys["unit"]), sorted(every), phones


def _index_of(sealed: bytes) -> list[bytes]:
    """The index under which the pool would hold the telephone named in an application; none for none."""
    sealed_as: Any = Project._meta.get_field("phone")
    index: Any = Expert._meta.get_field("phone_index")
    phone = sealed_as.from_db_value(sealed, None, connection)
    return [index.value_of(phone)] if phone else []


def quarter_of(day: date) -> tuple[datetime, datetime]:
    """The first moment of the day's quarter, and of the one after it."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    after = first.replace(year=first.year + 1, month=1) if first.month == 10 else first.replace(month=first.month + 3)
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 1 March for a leap day that the year does not have."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
