"""Screens: for each check an SQL question that names every sheet in which the check may find an error, and maybe more.

A sheet that no screen names is right without being read into Python. A check that has no screen is asked of every sheet,
so a screen is only ever a matter of speed; a test holds that none of them misses an error.
"""

from collections.abc import Callable, Iterable

from django.db import connection

from apps.budget.basicchecks import COMPUTED
from apps.budget.calculationchecks import ASSETS, GOALS, LISTED, WITHIN_STANDARD
from apps.budget.controlchecks import WITHIN
from apps.budget.datachecks import FUND, LAST_YEAR, WATCHED
from apps.budget.projectchecks import EVALUATED, IN_STORE, WITHIN_TOTAL
from apps.budget.selectors.rules import raised
from imbudget.kit import registry

Screen = Callable[[list[int]], set[int]]


def suspects(sheet_ids: list[int]) -> set[int]:
    """The sheets of these that must be checked one by one."""
    screens = dict(registry.check_screens.items())
    if any(name not in screens for name, _check in registry.checks.items()):
        return set(sheet_ids)
    screens |= {name: WIDE_SCREENS[name] for name in raised() if name in WIDE_SCREENS}
    return set().union(*(screen(sheet_ids) for screen in screens.values()))


def findable(name: str, sheet_ids: list[int]) -> set[int]:
    """The sheets of these in which a check may find anything, an error or a warning."""
    screens = dict(registry.check_screens.items()) | WIDE_SCREENS
    return screens[name](sheet_ids) if name in screens else set(sheet_ids)


def _screen(question: str) -> Screen:
    """A screen of one SELECT that gives sheet keys; `%(sheets)s` are the sheets asked about."""

    def ask(sheet_ids: list[int]) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(question, {"sheets": sheet_ids})
            return {row[0] for row in cursor.fetchall()}

    return ask


def _unfit(code: str) -> str:
    """Whether a code (by its alias) may not stand in a line of the sheet `s`."""
    return (
        f"NOT {code}.is_leaf OR {code}.year_id <> s.year_id"
        f" OR {code}.valid_from > make_date(s.year_id, 1, 1) OR {code}.valid_to < make_date(s.year_id, 1, 1)"
    )


# The standard that decides for each sheet, class and category: what `selectors.basic.standards_for` chooses.
_STANDARDS = (
    "WITH held AS (SELECT DISTINCT ON (s.id, e.economic, e.category_id) s.id, s.unit_id, s.year_id, e.economic,"
    " e.category_id, e.amount FROM budget_budgetsheet s JOIN regions_unit u ON u.id = s.unit_id"
    " JOIN regions_region r ON r.id = s.region_id"
    " JOIN budget_expenditurestandard e ON s.year_id BETWEEN e.valid_from AND e.valid_to AND e.nature IN ('', u.nature)"
    " LEFT JOIN budget_staffcategory g ON g.id = e.category_id LEFT JOIN regions_region a ON a.id = e.region_id"
    " WHERE s.id = ANY(%(sheets)s) AND (g.id IS NULL OR g.is_active)"
    " AND (a.id IS NULL OR a.tree_id = r.tree_id AND a.lft <= r.lft AND a.rght >= r.rght)"
    " ORDER BY s.id, e.economic, e.category_id, coalesce(a.level, -1) DESC, e.nature DESC, e.valid_from DESC)"
)


# The asset standards in force for the unit of each sheet.
_ASSETS = (
    "WITH ruled AS (SELECT s.id, e.item FROM budget_budgetsheet s JOIN regions_unit u ON u.id = s.unit_id"
    " JOIN regions_region r ON r.id = s.region_id"
    " JOIN budget_assetstandard e ON s.year_id BETWEEN e.valid_from AND e.valid_to AND e.nature IN ('', u.nature)"
    " LEFT JOIN regions_region a ON a.id = e.region_id WHERE s.id = ANY(%(sheets)s)"
    " AND (a.id IS NULL OR a.tree_id = r.tree_id AND a.lft <= r.lft AND a.rght >= r.rght))"
)
# The projects of the library that the lines of sheets name, and their costs of the year.
_PROJECTS = (
    "SELECT DISTINCT l.sheet_id FROM budget_budgetline l"
    " JOIN projects_project p ON p.code = l.project_code AND p.unit_id = l.unit_id"
)
_COSTS = f"{_PROJECTS} JOIN projects_costline c ON c.project_id = p.id AND c.year = l.year_id"
_ASKED = " WHERE l.sheet_id = ANY(%(sheets)s) AND l.project_code <> ''"
_PROJECT_LINES = (
    "EXISTS (SELECT FROM budget_budgetline o WHERE o.sheet_id = s.id AND o.kind = 'project') AND NOT EXISTS ("
)


def never(sheet_ids: Iterable[int]) -> set[int]:
    """The screen of a check that only warns, or whose errors the database refuses."""
    return set()


OWN_SCREENS: dict[str, Screen] = {
    "budget.has_lines": _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s)"
        " AND NOT EXISTS (SELECT FROM budget_budgetline l WHERE l.sheet_id = s.id)"
    ),
    "budget.codes_are_leaves": _screen(
        "SELECT DISTINCT s.id FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id"  # noqa: S608
        " JOIN codes_code f ON f.id = l.function_id JOIN codes_code k ON k.id = l.fund_id"
        " LEFT JOIN codes_code d ON d.id = l.department_economic_id"
        f" WHERE s.id = ANY(%(sheets)s) AND ({_unfit('f')} OR {_unfit('k')} OR {_unfit('d')})"
    ),
    "budget.economic_is_there": _screen(
        "SELECT DISTINCT s.id FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id"
        " WHERE s.id = ANY(%(sheets)s) AND l.department_economic_id IS NULL"
        " AND NOT EXISTS (SELECT FROM budget_regionsetting t WHERE t.region_id = s.region_id AND t.function_level_lines)"
    ),
    "budget.economic_fits_nature": _screen(
        "SELECT DISTINCT s.id FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id"
        " JOIN regions_unit u ON u.id = s.unit_id"
        " LEFT JOIN codes_economicderivation e ON e.year_id = s.year_id AND e.nature = u.nature"
        " AND e.department_economic_id = l.department_economic_id"
        " WHERE s.id = ANY(%(sheets)s) AND l.department_economic_id IS NOT NULL"
        " AND (e.id IS NULL OR e.government_economic_id IS DISTINCT FROM l.government_economic_id)"
    ),
    "budget.totals_tie": _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND s.declared_total IS NOT NULL"
        " AND s.declared_total <> (SELECT coalesce(sum(l.amount), 0) FROM budget_budgetline l WHERE l.sheet_id = s.id)"
    ),
    "budget.amounts_are_money": never,  # the table's own constraint holds what would be an error
    "budget.amounts_are_there": never,
    "budget.lines_are_not_doubled": never,
    WITHIN: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND s.round = 'second_up'"
        " AND NOT EXISTS (SELECT FROM budget_roundplan p WHERE p.region_id = s.region_id AND p.year_id = s.year_id"
        " AND NOT p.has_first_down)"
        " AND (NOT EXISTS (SELECT FROM budget_controlfigure f WHERE f.unit_id = s.unit_id AND f.year_id = s.year_id"
        " AND f.state = 'issued')"
        " OR EXISTS (SELECT FROM budget_budgetline l WHERE l.sheet_id = s.id GROUP BY l.fund_id HAVING sum(l.amount) >"
        " (SELECT coalesce(sum(f.amount), 0) FROM budget_controlfigure f WHERE f.unit_id = s.unit_id"
        " AND f.year_id = s.year_id AND f.state = 'issued' AND f.fund_id = l.fund_id)))"
    ),
    COMPUTED: never,
    IN_STORE: _screen(
        "SELECT DISTINCT s.id FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id"
        " JOIN budget_regionsetting t ON t.region_id = s.region_id AND t.projects_from_store"
        " WHERE s.id = ANY(%(sheets)s) AND l.kind = 'project' AND NOT EXISTS (SELECT FROM projects_project p"
        " WHERE p.code = l.project_code AND p.unit_id = s.unit_id AND p.state = 'stored'"
        " AND s.year_id BETWEEN p.start_year AND p.end_year)"
    ),
    WITHIN_TOTAL: _screen(
        "SELECT DISTINCT s.id FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id"
        " JOIN projects_project p ON p.code = l.project_code AND p.unit_id = s.unit_id AND p.state = 'stored'"
        " WHERE s.id = ANY(%(sheets)s) GROUP BY s.id, p.id HAVING sum(l.amount) > least(p.total, p.reviewed) - ("
        "SELECT coalesce(sum(o.amount), 0) FROM budget_budgetline o JOIN (SELECT DISTINCT ON (b.year_id) b.id"
        " FROM budget_budgetsheet b WHERE b.unit_id = s.unit_id AND b.year_id < s.year_id AND b.state = 'accepted'"
        " ORDER BY b.year_id, array_position('{first_up,first_down,second_up,second_down}'::text[], b.round::text) DESC"
        ") a ON a.id = o.sheet_id WHERE o.project_code = p.code)"
    ),
    EVALUATED: never,
    GOALS: never,
    LISTED: never,
    WITHIN_STANDARD: never,
    WATCHED: never,
    FUND: never,
    LAST_YEAR: never,
}

# The same for warnings: asked where a rule lets a check stop the hand-in, and by a run over a whole region.
WIDE_SCREENS: dict[str, Screen] = {
    "budget.amounts_are_money": _screen(
        "SELECT DISTINCT l.sheet_id FROM budget_budgetline l WHERE l.sheet_id = ANY(%(sheets)s) AND l.prior_approved < 0"
    ),
    "budget.amounts_are_there": _screen(
        "SELECT DISTINCT l.sheet_id FROM budget_budgetline l WHERE l.sheet_id = ANY(%(sheets)s) AND l.amount = 0"
    ),
    "budget.lines_are_not_doubled": _screen(
        "SELECT DISTINCT l.sheet_id FROM budget_budgetline l WHERE l.sheet_id = ANY(%(sheets)s)"
        " GROUP BY l.sheet_id, l.function_id, l.department_economic_id, l.fund_id, l.kind, l.project_code,"
        " l.project_name HAVING count(*) > 1"
    ),
    WITHIN: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND s.round = 'second_up'"
        " AND NOT EXISTS (SELECT FROM budget_roundplan p WHERE p.region_id = s.region_id AND p.year_id = s.year_id"
        " AND NOT p.has_first_down)"
        " AND (NOT EXISTS (SELECT FROM budget_controlfigure f WHERE f.unit_id = s.unit_id AND f.year_id = s.year_id"
        " AND f.state = 'issued')"
        " OR EXISTS (SELECT FROM budget_budgetline l WHERE l.sheet_id = s.id GROUP BY l.fund_id, l.kind"
        " HAVING sum(l.amount) > (SELECT coalesce(sum(f.amount), 0) FROM budget_controlfigure f"
        " WHERE f.unit_id = s.unit_id AND f.year_id = s.year_id AND f.state = 'issued' AND f.fund_id = l.fund_id"
        " AND f.kind = l.kind)))"
    ),
    COMPUTED: _screen(
        _STANDARDS  # noqa: S608 - no text of strangers
        + ", computed AS (SELECT h.id, h.economic, sum(h.amount * CASE WHEN h.category_id IS NULL THEN 1"
        " ELSE coalesce(c.people, 0) END) AS amount FROM held h LEFT JOIN budget_staffcount c"
        " ON c.unit_id = h.unit_id AND c.year_id = h.year_id AND c.category_id = h.category_id GROUP BY h.id, h.economic)"
        " SELECT DISTINCT k.id FROM computed k JOIN budget_budgetsheet s ON s.id = k.id WHERE k.amount > 0"
        " AND EXISTS (SELECT FROM budget_staffcount c WHERE c.unit_id = s.unit_id AND c.year_id = s.year_id)"
        " AND k.amount <> (SELECT coalesce(sum(l.amount), 0) FROM budget_budgetline l"
        " JOIN codes_code d ON d.id = l.department_economic_id"
        " WHERE l.sheet_id = k.id AND l.kind = 'basic' AND d.code = k.economic)"
    ),
    EVALUATED: _screen(
        "SELECT DISTINCT l.sheet_id FROM budget_budgetline l JOIN projects_project p ON p.code = l.project_code"
        " WHERE l.sheet_id = ANY(%(sheets)s) AND l.project_code <> '' AND p.origin = 'new'"
        " AND NOT EXISTS (SELECT FROM projects_projectattachment a WHERE a.project_id = p.id AND a.kind = 'evaluation')"
    ),
    GOALS: _screen(
        f"{_PROJECTS}{_ASKED} AND p.kind IN ('22', '3') AND ((SELECT count(DISTINCT CASE"  # noqa: S608
        " WHEN g.kind IN ('quantity', 'quality', 'timeliness', 'cost') THEN 1"
        " WHEN g.kind IN ('economic', 'social', 'ecological', 'lasting') THEN 2 WHEN g.kind = 'satisfaction' THEN 3 END)"
        " FROM projects_goalindicator g WHERE g.project_id = p.id) < 3"
        # A group of costs of its own is asked for by few regions: then whoever has none is looked at.
        " OR EXISTS (SELECT FROM budget_checkrule r WHERE r.code = 'budget.goals_are_there'"
        " AND coalesce((r.parameters->>'cost')::numeric, 0) > 0)"
        " AND NOT EXISTS (SELECT FROM projects_goalindicator g WHERE g.project_id = p.id"
        " AND g.kind IN ('cost_money', 'cost_social', 'cost_nature')))"
    ),
    LISTED: _screen(f"{_COSTS}{_ASKED} AND (c.is_procurement OR c.procurement_item_id IS NOT NULL)"),
    WITHIN_STANDARD: _screen(f"{_COSTS}{_ASKED} AND c.procurement_item_id IS NOT NULL"),
    WATCHED: _screen(
        "SELECT DISTINCT l.sheet_id FROM budget_budgetline l JOIN codes_watchedcode w ON w.code_id = l.department_economic_id"
        " WHERE l.sheet_id = ANY(%(sheets)s) GROUP BY l.sheet_id, w.item"
        " HAVING sum(l.amount) > coalesce(sum(l.prior_approved), -1)"
        " UNION SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND NOT EXISTS ("
        "SELECT FROM codes_watchedcode w WHERE w.year_id = s.year_id)"
    ),
    FUND: _screen(
        "SELECT DISTINCT l.sheet_id FROM budget_budgetline l JOIN codes_code f ON f.id = l.function_id"
        " JOIN codes_code k ON k.id = l.fund_id"
        " JOIN LATERAL (SELECT r.code, array_agg(m.code) AS funds FROM codes_fundrule e"
        " JOIN codes_code r ON r.id = e.function_id JOIN codes_code m ON m.id = e.fund_id"
        " WHERE e.year_id = l.year_id AND f.code LIKE r.code || '%%' GROUP BY r.code"
        " ORDER BY length(r.code) DESC LIMIT 1) d ON true"
        " WHERE l.sheet_id = ANY(%(sheets)s) AND NOT EXISTS (SELECT FROM unnest(d.funds) m WHERE k.code LIKE m || '%%')"
    ),
    LAST_YEAR: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s)"
        " AND EXISTS (SELECT FROM budget_budgetline l WHERE l.sheet_id = s.id)"
        " AND NOT EXISTS (SELECT FROM budget_budgetline l WHERE l.sheet_id = s.id AND l.prior_approved IS NOT NULL)"
        " AND EXISTS (SELECT FROM budget_budgetsheet o WHERE o.unit_id = s.unit_id AND o.year_id = s.year_id - 1"
        " AND o.state = 'accepted')"
    ),
}
# Sheets at which a check cannot look, as far as SQL can tell: they are neither right nor wrong.
GAP_SCREENS: dict[str, Screen] = {
    COMPUTED: _screen(
        _STANDARDS  # noqa: S608 - no text of strangers
        + " SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s)"
        " AND (NOT EXISTS (SELECT FROM held h WHERE h.id = s.id)"
        " OR NOT EXISTS (SELECT FROM budget_staffcount c WHERE c.unit_id = s.unit_id AND c.year_id = s.year_id))"
    ),
    GOALS: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s)"  # noqa: S608 - no text of strangers
        f" AND {_PROJECT_LINES}{_PROJECTS} WHERE l.sheet_id = s.id AND l.project_code <> '')"
    ),
    LISTED: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND (NOT EXISTS ("  # noqa: S608
        "SELECT FROM codes_code k WHERE k.catalog = 'procurement' AND k.year_id = s.year_id)"
        f" OR {_PROJECT_LINES}{_COSTS} WHERE l.sheet_id = s.id AND l.project_code <> ''))"
    ),
    WITHIN_STANDARD: _screen(
        _ASSETS  # noqa: S608 - no text of strangers
        + " SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s)"  # noqa: S608
        " AND (NOT EXISTS (SELECT FROM ruled h WHERE h.id = s.id)"
        " OR EXISTS (SELECT FROM budget_budgetline o JOIN codes_code d ON d.id = o.department_economic_id"
        f" WHERE o.sheet_id = s.id AND d.code LIKE '{ASSETS}%%') AND NOT EXISTS ({_COSTS}"
        " JOIN codes_code i ON i.id = c.procurement_item_id"
        " JOIN ruled h ON h.id = l.sheet_id AND i.code LIKE h.item || '%%'"
        " WHERE l.sheet_id = s.id AND l.project_code <> ''))"
    ),
    WITHIN: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND (s.round <> 'second_up'"
        " OR EXISTS (SELECT FROM budget_roundplan p WHERE p.region_id = s.region_id AND p.year_id = s.year_id"
        " AND NOT p.has_first_down))"
    ),
    IN_STORE: _screen(
        "SELECT s.id FROM budget_budgetsheet s WHERE s.id = ANY(%(sheets)s) AND NOT EXISTS ("
        "SELECT FROM budget_regionsetting t WHERE t.region_id = s.region_id AND t.projects_from_store)"
    ),
}
