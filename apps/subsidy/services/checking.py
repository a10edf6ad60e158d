"""Checks of a roster: each is one statement over all its lines; what they find stands beside the line."""

from typing import Any

from django.db import connection

from apps.subsidy.models import FindingLevel, FindingRule, Measure, Roster
from apps.subsidy.services.calculating import standard_of

STOP, WARN = FindingLevel.STOP, FindingLevel.WARN
LINES = "FROM subsidy_rosterline l WHERE l.roster_id = %(roster)s AND l.outcome <> 'stopped'"
LISTED = """
SELECT DISTINCT ON (l.id) l.id, coalesce(to_char(p.since, 'YYYY-MM-DD'), '')
FROM subsidy_rosterline l JOIN subsidy_listedperson p ON p.id_index = l.id_index AND p.list = '{list}'
WHERE l.roster_id = %(roster)s AND l.outcome <> 'stopped' AND p.region_id = ANY(%(regions)s) AND l.id_index <> ''
ORDER BY l.id, p.since
"""
# What is looked up line by line stands behind OFFSET 0: a join of whole tables would read all rosters for each of them.
# Rule → level and a statement that gives (line, detail). A detail names lines and numbers, never a person.
RULES: dict[str, tuple[str, str]] = {
    FindingRule.TWICE: (
        STOP,
        """
        SELECT DISTINCT ON (l.id) l.id, u.name_zh_hans || ' № ' || o.number
        FROM subsidy_rosterline l
        CROSS JOIN LATERAL (SELECT o.id, o.number, o.roster_id FROM subsidy_rosterline o
                            WHERE o.id_index = l.id_index AND o.id <> l.id AND o.outcome <> 'stopped' OFFSET 0) o
        JOIN subsidy_roster r ON r.id = o.roster_id AND r.subsidy_id = %(subsidy)s AND r.year_id = %(year)s
            AND r.instalment = %(instalment)s AND r.state <> 'abandoned'
        JOIN regions_unit u ON u.id = r.unit_id
        WHERE l.roster_id = %(roster)s AND l.outcome <> 'stopped' AND l.id_index <> '' ORDER BY l.id, o.id""",
    ),
    FindingRule.DEAD: (STOP, LISTED.format(list="dead")),
    FindingRule.EMPLOYEE: (STOP, LISTED.format(list="employee")),
    FindingRule.SHARED_CARD: (
        STOP,
        """
        SELECT l.id, '№ ' || CASE WHEN s.first = l.number THEN s.last ELSE s.first END
        FROM subsidy_rosterline l
        JOIN (SELECT card_index, min(number) AS first, max(number) AS last FROM subsidy_rosterline
              WHERE roster_id = %(roster)s AND card_index <> '' AND outcome <> 'stopped'
              GROUP BY card_index HAVING count(*) > 1) s ON s.card_index = l.card_index
        WHERE l.roster_id = %(roster)s AND l.outcome <> 'stopped'""",
    ),
    FindingRule.OTHER_CARD: (
        STOP,
        """
        SELECT DISTINCT ON (l.id) l.id, h.code
        FROM subsidy_rosterline l
        CROSS JOIN LATERAL (
            SELECT h.id, h.code FROM subsidy_household h
            WHERE h.card_index = l.card_index AND h.id_index <> l.id_index AND h.state <> 'void' OFFSET 0
        ) h
        WHERE l.roster_id = %(roster)s AND l.card_index <> '' AND l.outcome <> 'stopped' ORDER BY l.id, h.id""",
    ),
    FindingRule.AREA: (
        STOP,
        f"SELECT l.id, (l.calculation ->> 'register') {LINES} AND %(land)s"
        " AND l.quantity > (l.calculation ->> 'register')::numeric * 1.1",
    ),
    FindingRule.NO_NAME: (STOP, f"SELECT l.id, '' {LINES} AND btrim(l.name) = ''"),
    FindingRule.NO_CARD: (STOP, f"SELECT l.id, '' {LINES} AND l.card_index = ''"),
    FindingRule.BAD_ID: (STOP, f"SELECT l.id, '' {LINES} AND NOT l.id_sound"),
    FindingRule.BAD_CARD: (WARN, f"SELECT l.id, '' {LINES} AND l.card_index <> '' AND NOT l.card_sound"),
    FindingRule.STATE: (
        STOP,
        "SELECT l.id, '' FROM subsidy_rosterline l JOIN subsidy_household h ON h.id = l.household_id"
        " WHERE l.roster_id = %(roster)s AND l.outcome <> 'stopped' AND h.state <> 'normal'",
    ),
    FindingRule.UNKNOWN: (STOP, f"SELECT l.id, '' {LINES} AND l.household_id IS NULL"),
    FindingRule.ABOVE_CAP: (
        STOP,
        f"SELECT l.id, %(cap)s::text {LINES} AND %(cap)s::numeric IS NOT NULL"
        " AND l.amount + coalesce((l.calculation ->> 'earlier')::numeric, 0) > %(cap)s::numeric",
    ),
    FindingRule.NOTHING: (STOP, f"SELECT l.id, '' {LINES} AND l.amount = 0"),
    FindingRule.OTHER_AMOUNT: (
        WARN,
        f"SELECT l.id, l.calculation ->> 'due' {LINES} AND l.calculation ? 'due'"
        " AND l.amount <> (l.calculation ->> 'due')::numeric",
    ),
}
CLEAR = (
    "DELETE FROM subsidy_rosterfinding f USING subsidy_rosterline l WHERE l.id = f.line_id AND l.roster_id = %(roster)s"
)
INSERT = "INSERT INTO subsidy_rosterfinding (line_id, rule, level, detail) SELECT f.id, '{rule}', '{level}', f.detail FROM ({found}) f (id, detail)"
COUNT = """
SELECT count(*) FILTER (WHERE f.level = 'stop'), count(*) FILTER (WHERE f.level = 'warn')
FROM subsidy_rosterfinding f JOIN subsidy_rosterline l ON l.id = f.line_id WHERE l.roster_id = %(roster)s
"""


def find(roster: Roster) -> tuple[int, int]:
    """Look through the lines anew; returns how many findings stop the roster and how many warn."""
    values = _values(roster)
    with connection.cursor() as cursor:
        cursor.execute(CLEAR, values)
        for rule, (level, found) in RULES.items():
            cursor.execute(INSERT.format(rule=str(rule), level=str(level), found=found), values)
        cursor.execute(COUNT, values)
        stops, warns = cursor.fetchone()
    return stops, warns


def _values(roster: Roster) -> dict[str, Any]:
    regions = roster.region.get_ancestors(include_self=True).values_list("pk", flat=True)
    return {
        "roster": roster.pk,
        "subsidy": roster.subsidy_id,
        "year": roster.year_id,
        "instalment": roster.instalment,
        "land": roster.subsidy.measure == Measure.MU,
        "cap": standard_of(roster).cap,
        "regions": list(regions),
    }
