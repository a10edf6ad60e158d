"""Checks of whole regions and between tables, each one question in SQL over all regions asked about."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy as _

from apps.budget.models import BudgetRound, ControlState, RegionSetting
from apps.budget.regionfacts import Asked, RegionFinding, RegionResult, yuan
from apps.budget.selectors.control import overdrawn
from apps.budget.selectors.plans import without_round
from apps.budget.selectors.rules import number
from apps.budget.transferchecks import TRANSFERS, transfers_matched
from imbudget.kit.findings import Level

SUMMARY, CLASSES, RESERVE = "budget.summary_ties", "budget.classes_tie", "budget.reserve_share"
CONTROL = "budget.control_totals"
BASIS_TOTALS = _("Every total is the sum of its lines")
BASIS_CLASSES = _("Budget Law, article 32: budgets are compiled by function and by economic class.")
BASIS_RESERVE = _(
    "Budget Law, article 40: a reserve fund of 1 to 3 percent of general public expenditure is set aside."
)
BASIS_CONTROL = _("Budget Law, article 32: budgets are compiled within the figures that the finance office has given.")

TOTALS = """
SELECT r.id,
    (SELECT coalesce(sum(l.amount), 0) FROM budget_budgetline l
        WHERE l.region_id = r.id AND l.year_id = %(year)s AND l.round = %(round)s),
    (SELECT coalesce(sum(s.total), 0) FROM budget_budgetsheet s
        WHERE s.region_id = r.id AND s.year_id = %(year)s AND s.round = %(round)s),
    (SELECT coalesce(sum(v.amount), 0) FROM budget_summary v
        WHERE v.region_id = r.id AND v.year_id = %(year)s AND v.round = %(round)s),
    (SELECT coalesce(sum(s.total), 0) FROM budget_budgetsheet s
        WHERE s.region_id = r.id AND s.year_id = %(year)s AND s.round = %(round)s AND s.state = 'accepted'),
    (SELECT coalesce(sum(w.amount), 0) FROM budget_compilation c JOIN budget_snapshotrow w ON w.snapshot_id = c.snapshot_id
        WHERE c.region_id = r.id AND c.year_id = %(year)s AND c.round = %(round)s AND w.region_id = r.id
        AND c.state NOT IN ('open', 'returned') HAVING count(*) > 0)
FROM regions_region r WHERE r.id = ANY(%(regions)s)
"""
BY_CLASS = """
SELECT r.id, coalesce(f.total, 0), coalesce(f.basic, 0) + coalesce(f.project, 0), coalesce(e.total, 0), coalesce(e.without, 0)
FROM regions_region r
LEFT JOIN (
    SELECT region_id, sum(amount) AS total, sum(amount) FILTER (WHERE kind = 'basic') AS basic,
        sum(amount) FILTER (WHERE kind = 'project') AS project
    FROM budget_summary_by_function WHERE year_id = %(year)s AND round = %(round)s AND region_id = ANY(%(regions)s)
    GROUP BY region_id
) f ON f.region_id = r.id
LEFT JOIN (
    SELECT region_id, sum(amount) AS total, sum(amount) FILTER (WHERE government_economic_id IS NULL) AS without
    FROM budget_summary_by_economic WHERE year_id = %(year)s AND round = %(round)s AND region_id = ANY(%(regions)s)
    GROUP BY region_id
) e ON e.region_id = r.id
WHERE r.id = ANY(%(regions)s)
"""
SHARE = """
SELECT v.region_id, sum(v.amount), coalesce(sum(v.amount) FILTER (WHERE f.code LIKE %(function)s || '%%'), 0)
FROM budget_summary_by_function v JOIN codes_code f ON f.id = v.function_id JOIN codes_code k ON k.id = v.fund_id
WHERE v.year_id = %(year)s AND v.round = %(round)s AND v.region_id = ANY(%(regions)s) AND k.code LIKE %(fund)s || '%%'
GROUP BY v.region_id HAVING sum(v.amount) > 0
"""
POOLS = """
SELECT f.region_id, k.code, sum(f.amount), coalesce((
    SELECT sum(v.amount) FROM budget_summary_by_function v
    WHERE v.region_id = f.region_id AND v.year_id = %(year)s AND v.round = %(round)s AND v.fund_id = f.fund_id), 0)
FROM budget_controlfigure f JOIN codes_code k ON k.id = f.fund_id
WHERE f.region_id = ANY(%(regions)s) AND f.year_id = %(year)s AND f.state = 'issued' AND f.department_id IS NULL
GROUP BY f.region_id, f.fund_id, k.code ORDER BY f.region_id, k.code
"""


def summary_ties(asked: Asked) -> RegionResult:
    """Lines, totals of sheets, summary, and what was compiled, are the same money."""
    result = RegionResult()
    for region, lines, sheets, summary, accepted, compiled in asked.rows(TOTALS):
        for other, text in (
            (sheets, _("The lines come to %(lines)s, the totals of the sheets to %(other)s: %(gap)s apart.")),
            (summary, _("The lines come to %(lines)s, the summary to %(other)s: %(gap)s apart.")),
        ):
            if lines != other:
                values = yuan(lines=lines, other=other, gap=lines - other)
                result.findings.append(RegionFinding(region, Level.ERROR, text, BASIS_TOTALS, values))
        if compiled is not None and compiled != accepted:
            text = _("The accepted sheets come to %(accepted)s, the compiled figures to %(compiled)s: %(gap)s apart.")
            values = yuan(accepted=accepted, compiled=compiled, gap=accepted - compiled)
            result.findings.append(RegionFinding(region, Level.ERROR, text, BASIS_TOTALS, values))
    return result


def classes_tie(asked: Asked) -> RegionResult:
    """Total by function = total by economic class = basic + project expenditure."""
    settings = RegionSetting.objects.filter(region__in=asked.regions, function_level_lines=True)
    by_function_alone = set(settings.values_list("region_id", flat=True))
    result = RegionResult(reason=_("Lines stand by function alone there."))
    for region, function, kinds, economic, without in asked.rows(BY_CLASS):
        classed = economic - without
        if without and region in by_function_alone:
            result.uncovered.add(region)
            classed = economic
        if not function == classed == kinds:
            text = _("By function %(function)s, by economic class %(economic)s, basic and project %(kinds)s.")
            values = yuan(function=function, economic=classed, kinds=kinds)
            result.findings.append(RegionFinding(region, Level.ERROR, text, BASIS_CLASSES, values))
    return result


def reserve_share(asked: Asked) -> RegionResult:
    """预备费 is set aside within its share of general public expenditure."""
    result = RegionResult(reason=_("The region has no general public expenditure in this round."))
    result.uncovered = set(asked.regions)
    for group, names in asked.by_parameters(RESERVE, "function", "fund"):
        for region, total, reserve in group.rows(SHARE, **names):
            result.uncovered.discard(region)
            rules = asked.rules[region]
            least, most = number(rules, RESERVE, "least"), number(rules, RESERVE, "most")
            if not least * total <= reserve * 100 <= most * total:
                text = _(
                    "The reserve fund is %(reserve)s, %(share)s %% of %(total)s; it should be %(least)s to %(most)s %%."
                )
                values = yuan(reserve=reserve, total=total) | {"share": f"{reserve * 100 / total:.2f}"}
                values |= {"least": f"{least:f}", "most": f"{most:f}"}
                result.findings.append(RegionFinding(region, Level.WARNING, text, BASIS_RESERVE, values))
    return result


def control_totals(asked: Asked) -> RegionResult:
    """Σ units ≤ department ≤ pool, and the second submission of the region stays within its pool."""
    result = RegionResult(reason=_("No control figures are in force for the region."))
    result.uncovered = set(asked.regions)
    idle = without_round(asked.regions, asked.year, BudgetRound.FIRST_DOWN)
    for region, fund, pool, used in asked.rows(POOLS):
        if region in idle:
            continue
        if region in result.uncovered:
            result.uncovered.discard(region)
            result.findings += _overdrawn(region, asked.year)
        if asked.round == BudgetRound.SECOND_UP and used > pool:
            text = _("%(fund)s: the second submission asks for %(used)s, the pool is %(pool)s: %(gap)s too much.")
            values = yuan(used=used, pool=pool, gap=used - pool) | {"fund": fund}
            result.findings.append(RegionFinding(region, Level.ERROR, text, BASIS_CONTROL, values))
    return result


def _overdrawn(region: int, year: int) -> Iterator[RegionFinding]:
    for row in overdrawn(region, year, [ControlState.ISSUED]):
        text = _("Control figures of %(given)s are given out of %(limit)s: %(gap)s too much.")
        values = yuan(given=row.given, limit=row.held, gap=row.given - row.held)
        yield RegionFinding(region, Level.ERROR, text, BASIS_CONTROL, values)


REGION_CHECKS: dict[str, Callable[[Asked], RegionResult]] = {
    SUMMARY: summary_ties,
    CLASSES: classes_tie,
    RESERVE: reserve_share,
    TRANSFERS: transfers_matched,
    CONTROL: control_totals,
}
