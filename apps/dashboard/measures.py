"""The measures of the apps below: each is one statement over sums that are kept anyway, for all regions at once."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.budget.models import BudgetRound, BudgetSheet
from apps.dashboard import moves
from apps.disbursement.selectors.outflow import Flow
from apps.ledger.selectors.issued import issued_by_unit
from apps.monitoring.models import Alarm
from apps.projects.models import Project, ProjectState
from apps.projects.stages import LIVE
from imbudget.kit.charts import Direction
from imbudget.kit.registry import Measure

Units = Mapping[int, tuple[Decimal, int | None]]

FLOW_COLUMNS = "number,unit,purpose,business,paid_out,held,state,submitted_at"
CURRENT_COLUMNS = "pk,state,unit,function,current,reserved,spent,available,cleared,fund,document_number,region"
# What is issued is what can be used still, what payments on their way hold, what is paid, and what the year's end cleared
# away (a posting for each of the few documents that do): without that a year would seem executed in full once it is closed.
ISSUED = """
SELECT year_id, region_id, sum(value), NULL FROM (
    SELECT t.year_id, t.region_id, t.debit - t.credit AS value
    FROM ledger_accounttotal t JOIN ledger_account a ON a.id = t.account_id
    WHERE a.role IN ('executable', 'reserved', 'spent')
    UNION ALL
    SELECT p.year_id, p.region_id, p.total
    FROM ledger_authoritydocument d JOIN ledger_posting p ON p.document_id = d.id
    WHERE d.kind IN ('carry_over', 'write_off') AND p.event = 'clear_exec'
) s GROUP BY 1, 2
"""
# The same by units, from the requests themselves: a correction leaves the unit that had paid and arrives at its own.
FLOWS_OF_UNITS = """
SELECT unit_id, sum(paid), sum(held), sum(subsidy) FROM (
    SELECT q.unit_id, f.paid_out AS paid, f.held, CASE q.business WHEN 'subsidy' THEN f.paid_out ELSE 0 END AS subsidy
    FROM disbursement_paymentrequest q CROSS JOIN LATERAL disbursement_flow(q.business, q.state, q.total, q.paid) f
    WHERE q.region_id = %(region)s AND q.year_id = %(year)s
    UNION ALL
    SELECT o.unit_id, -q.paid, 0, 0
    FROM disbursement_paymentrequest q JOIN disbursement_paymentrequest o ON o.id = q.about_id
    WHERE q.region_id = %(region)s AND q.year_id = %(year)s AND q.business = 'correct'
) s GROUP BY unit_id
"""
PAID = "SELECT year_id, region_id, sum(paid), NULL FROM disbursement_flowtotal GROUP BY 1, 2"
HELD = "SELECT year_id, region_id, sum(held), NULL FROM disbursement_flowtotal GROUP BY 1, 2"
SUBSIDY = """
SELECT year_id, region_id, sum(paid), NULL FROM disbursement_flowtotal WHERE business = 'subsidy' GROUP BY 1, 2
"""
BUDGET = {
    BudgetRound.FIRST_UP: """
SELECT year_id, region_id, sum(amount), sum(line_count) FROM budget_summary_by_function WHERE round = 'first_up'
GROUP BY 1, 2 HAVING sum(line_count) > 0
""",
    BudgetRound.SECOND_UP: """
SELECT year_id, region_id, sum(amount), sum(line_count) FROM budget_summary_by_function WHERE round = 'second_up'
GROUP BY 1, 2 HAVING sum(line_count) > 0
""",
    BudgetRound.SECOND_DOWN: """
SELECT year_id, region_id, sum(amount), sum(line_count) FROM budget_summary_by_function WHERE round = 'second_down'
GROUP BY 1, 2 HAVING sum(line_count) > 0
""",
}
PROJECTS = f"""
SELECT setup_year, region_id, sum(total), count(*) FROM projects_project
WHERE {moves.IS_COUNTED} GROUP BY 1, 2
"""  # noqa: S608 - fixed words
PROJECT_COUNT = f"""
SELECT setup_year, region_id, count(*), NULL FROM projects_project
WHERE {moves.IS_COUNTED} GROUP BY 1, 2
"""  # noqa: S608 - fixed words
STORED = """
SELECT setup_year, region_id, sum(total), count(*) FROM projects_project WHERE state = 'stored' GROUP BY 1, 2
"""
ALARMS = """
SELECT extract(year FROM raised_at AT TIME ZONE 'Asia/Shanghai')::int, region_id, count(*), NULL
FROM monitoring_alarm WHERE state IN ('suspected', 'violation', 'with_unit', 'answered', 'returned') GROUP BY 1, 2
"""


def _address(name: str, fixed: Mapping[str, Any] | None = None, year_as: str = "year") -> Any:
    """How a list page is asked for the rows behind a figure."""

    def rows(year: int, **place: int) -> str:
        return f"{reverse(name)}?{urlencode({year_as: year, **place, **(fixed or {})})}"

    return rows


def _budget(round_: str, year: int, **place: int) -> str:
    """Of a unit its lines; of a region the summary, whose total no number of lines makes long."""
    if "unit" in place:
        return f"{reverse('budget:lines')}?{urlencode({'year': year, 'round': round_, **place})}"
    return f"{reverse('budget:summary')}?{urlencode({'year': year, 'round': round_, **place})}"


def _by_unit(rows: QuerySet, value: Any, count: Any = None) -> Units:
    sums = rows.order_by().values_list("unit_id").annotate(figure=value, number=count or Count("pk"))
    return {unit: (figure, number if count else None) for unit, figure, number in sums}


def _issued(region: int, year: int) -> Units:
    return {unit: (value, None) for unit, value in issued_by_unit(region, year).items() if unit is not None}


def _flows(place: int, region: int, year: int) -> Units:
    """What `FLOWS_OF_UNITS` says in one of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(FLOWS_OF_UNITS, {"region": region, "year": year})
        return {row[0]: (row[place], None) for row in cursor.fetchall()}


def _sheets(round_: str, region: int, year: int) -> Units:
    return _by_unit(BudgetSheet.objects.filter(region=region, year=year, round=round_), Sum("total"))


def _projects(stored: bool, counted: bool, region: int, year: int) -> Units:
    rows = Project.objects.filter(region=region, setup_year=year)
    rows = rows.filter(state=ProjectState.STORED) if stored else rows.exclude(state__in=moves.OUT)
    return _by_unit(rows, Count("pk")) if counted else _by_unit(rows, Sum("total"), Count("pk"))


def _open_alarms(region: int, year: int) -> Units:
    rows = Alarm.objects.filter(region=region).open().alias(year=ExtractYear("raised_at")).filter(year=year)
    return _by_unit(rows, Count("pk"))


def _of_rounds() -> dict[str, Measure]:
    labels = {
        BudgetRound.FIRST_UP: _("budget asked for, first submission"),
        BudgetRound.SECOND_UP: _("budget asked for, second submission"),
        BudgetRound.SECOND_DOWN: _("budget approved"),
    }
    return {
        f"budget_{round_.value}": Measure(
            labels[round_],
            "money",
            "budget.see",
            statement=BUDGET[round_],
            rows=partial(_budget, round_.value),
            units=partial(_sheets, round_.value),
            moves=moves.budget(round_.value),
        )
        for round_ in BUDGET
    }


MEASURES: dict[str, Measure] = {
    "execution": Measure(
        _("execution rate"),
        "percent",
        "disbursement.see",
        unit="%",
        direction=Direction.GOOD,
        part_of=("paid", "issued"),
        rows=_address("ledger:authorities", {"state": "executable", "columns": CURRENT_COLUMNS}),
    ),
    "issued": Measure(
        _("authority issued"),
        "money",
        "ledger.see",
        statement=ISSUED,
        rows=_address("ledger:authorities", {"state": "executable", "columns": CURRENT_COLUMNS}),
        units=_issued,
        moves=moves.ISSUED,
    ),
    "paid": Measure(
        pgettext_lazy("reconciliation", "paid"),
        "money",
        "disbursement.see",
        statement=PAID,
        rows=_address("disbursement:requests", {"flow": Flow.PAID, "columns": FLOW_COLUMNS}),
        units=partial(_flows, 1),
        moves=moves.PAID,
        grows=True,
    ),
    "held": Measure(
        _("on its way"),
        "money",
        "disbursement.see",
        statement=HELD,
        rows=_address("disbursement:requests", {"flow": Flow.HELD, "columns": FLOW_COLUMNS}),
        units=partial(_flows, 2),
        moves=moves.HELD,
    ),
    "subsidy_paid": Measure(
        _("subsidies paid to people"),
        "money",
        "subsidy.see",
        statement=SUBSIDY,
        rows=_address("disbursement:requests", {"business": "subsidy", "flow": Flow.PAID}),
        units=partial(_flows, 3),
        moves=moves.SUBSIDY,
        grows=True,
    ),
    **_of_rounds(),
    "projects": Measure(
        _("projects in the library"),
        "count",
        "projects.see",
        unit=pgettext_lazy("unit of figures", "projects"),
        statement=PROJECT_COUNT,
        rows=_address("projects:projects", {"stage": LIVE}),
        units=partial(_projects, False, True),
        moves=moves.PROJECT_COUNT,
    ),
    "projects_total": Measure(
        _("money asked for by projects"),
        "money",
        "projects.see",
        statement=PROJECTS,
        rows=_address("projects:projects", {"stage": LIVE}),
        units=partial(_projects, False, False),
        moves=moves.PROJECTS,
    ),
    "projects_stored": Measure(
        _("money of projects in the store"),
        "money",
        "projects.see",
        statement=STORED,
        rows=_address("projects:projects", {"stage": "stored"}),
        units=partial(_projects, True, False),
        moves=moves.STORED,
    ),
    "alarms": Measure(
        _("open alarms"),
        "count",
        "monitoring.see",
        unit=pgettext_lazy("unit of figures", "alarms"),
        direction=Direction.BAD,
        statement=ALARMS,
        rows=_address("monitoring:alarms", {"state": "open"}),
        units=_open_alarms,
        moves=moves.ALARMS,
    ),
}
