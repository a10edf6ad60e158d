"""Opening a year: what projects are to reach in it is frozen out of their approved goals, for all of a region at once."""

from typing import Any

from django.db import connection

from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.models import Scheme
from apps.performance.selectors.schemes import scheme_of
from apps.performance.selectors.years import HELD, STATED, TAKEN_OVER, UNUSED
from apps.projects.models.goals import GROUP_OF, GoalGroup
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import require

# Stored, within its term, and asked for beside the standards (or with goals of its own).
YEARS = """
INSERT INTO performance_projectyear (project_id, year_id, region_id, league_id, unit_id, department_id, category_id, version,
    initial, budget, executed, carried_over, goal_lamp, budget_lamp, grade, state, opened_at)
SELECT p.id, %(year)s, p.region_id, p.league_id, p.unit_id, p.department_id, p.category_id, p.version,
    0, 0, 0, 0, '', '', '', 'running', now()
FROM projects_project p
WHERE p.region_id = %(region)s AND p.state = 'stored' AND %(year)s BETWEEN p.start_year AND p.end_year
  AND (p.kind IN ('22', '3') OR EXISTS (SELECT FROM projects_goalindicator g WHERE g.project_id = p.id))
ON CONFLICT (project_id, year_id) DO NOTHING
RETURNING id
"""
# Years of goals that were approved after they had been opened, where `TAKEN_OVER` says that nothing stands in the way.
CHANGED = f"""
UPDATE performance_projectyear y SET version = p.version
FROM projects_project p
WHERE p.id = y.project_id AND y.region_id = %(region)s AND y.year_id = %(year)s AND y.state = 'running' AND p.state = 'stored'
  AND (p.version > y.version OR NOT EXISTS ({HELD})) AND EXISTS ({STATED}) AND {TAKEN_OVER}
RETURNING y.id
"""  # noqa: S608 - constants
CLEAR = f"""
DELETE FROM performance_target d USING performance_projectyear y WHERE y.id = d.of_id AND y.id = ANY(%(ids)s) AND {UNUSED}
"""  # noqa: S608 - constants
# Points: as the application states them where it states all of them, otherwise those of the scheme's group, shared
# equally; the last indicator of a group takes what rounding leaves.
TARGETS = r"""
WITH goal AS (
    SELECT y.id AS of_id, g.*, groups.name AS of_group,
        CASE WHEN btrim(replace(CASE WHEN g.annual <> '' THEN g.annual ELSE g.value END, ',', '')) ~ '^-?\d{1,15}(\.\d{1,4})?$'
             AND g.nature <> 'qualitative'
             THEN btrim(replace(CASE WHEN g.annual <> '' THEN g.annual ELSE g.value END, ',', ''))::numeric END AS number_of,
        bool_and(g.weight IS NOT NULL) OVER (PARTITION BY y.id) AS is_weighed
    FROM performance_projectyear y
    JOIN projects_goalindicator g ON g.project_id = y.project_id
    JOIN unnest(%(kinds)s::text[], %(groups)s::text[]) AS groups(kind, name) ON groups.kind = g.kind
    WHERE y.id = ANY(%(ids)s) AND g.nature <> ''
), held AS (
    SELECT of_id, array_agg(DISTINCT of_group) AS names FROM goal GROUP BY of_id
), share AS (
    SELECT h.of_id, s.name, s.points
        + CASE WHEN s.name = %(heir)s AND NOT 'satisfaction' = ANY(h.names) THEN %(satisfaction)s ELSE 0 END AS points
    FROM held h CROSS JOIN unnest(%(names)s::text[], %(points)s::numeric[]) AS s(name, points)
    WHERE s.name = ANY(h.names)
), counted AS (
    SELECT g.*, s.points, count(*) OVER w AS count_of, row_number() OVER (w ORDER BY g.number) AS place
    FROM goal g JOIN share s ON s.of_id = g.of_id AND s.name = g.of_group
    WINDOW w AS (PARTITION BY g.of_id, g.of_group)
)
INSERT INTO performance_target (of_id, number, kind, content, nature, value, words, measure, weight, source, scoring, is_core,
    library)
SELECT of_id, number, kind, content, nature, number_of, CASE WHEN annual <> '' THEN annual ELSE value END, measure,
    CASE WHEN is_weighed THEN weight
         WHEN place < count_of THEN round(points / count_of, 2)
         ELSE points - (count_of - 1) * round(points / count_of, 2) END,
    CASE WHEN source = '' THEN 'manual' ELSE source END, scoring, is_core, library
FROM counted
ON CONFLICT (of_id, number) DO UPDATE SET nature = EXCLUDED.nature, value = EXCLUDED.value, words = EXCLUDED.words,
    measure = EXCLUDED.measure, weight = EXCLUDED.weight, source = EXCLUDED.source, scoring = EXCLUDED.scoring,
    is_core = EXCLUDED.is_core, library = EXCLUDED.library
"""


@act
def open_years(actor: Actor, region: Region, year: FiscalYear) -> int:
    """Open the year for the projects of a region that are in it; returns how many. A second run opens only what is new.

    It also brings goals that were changed or stated since into years that nobody evaluates yet (目标调整), and counts them.

    Weights that an application leaves open come from the scheme of self-evaluation (财预〔2020〕10号); groups without an
    indicator leave their points to nobody, so that what is missing shows. RuleViolation where the region has no scheme.
    """
    require(policies.may_configure(actor, region.pk))
    scheme = scheme_of(region, year.pk)
    with connection.cursor() as cursor:
        cursor.execute(YEARS, {"region": region.pk, "year": year.pk})
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(CHANGED, {"region": region.pk, "year": year.pk})
        changed = sorted({row[0] for row in cursor.fetchall()} - set(ids))
        cursor.execute(CLEAR, {"ids": changed})
        if ids or changed:
            cursor.execute(TARGETS, {"ids": [*ids, *changed], **_weights(scheme)})
    if ids or changed:
        facts = {"count": len(ids), "changed": changed, "scheme": str(scheme)}
        evidence.append("performance.years_opened", region, actor, year=year.pk, **facts)
    return len(ids) + len(changed)


def _weights(scheme: Scheme) -> dict[str, Any]:
    """The points of the groups; where the scheme knows no cost of its own, its indicators count with the output."""
    groups = dict(GROUP_OF)
    if not scheme.cost:
        groups = {kind: GoalGroup.OUTPUT if group == GoalGroup.COST else group for kind, group in groups.items()}
    names = [GoalGroup.COST, GoalGroup.OUTPUT, GoalGroup.BENEFIT, GoalGroup.SATISFACTION]
    return {
        "kinds": [str(kind) for kind in groups],
        "groups": [str(group) for group in groups.values()],
        "names": [str(name) for name in names],
        "points": [getattr(scheme, name) for name in names],
        "heir": scheme.without_satisfaction,
        "satisfaction": scheme.satisfaction,
    }
