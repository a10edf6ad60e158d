"""What the approval engine is told of budget sheets and of the reports of regions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.budget.checks import check_sheet
from apps.budget.models import BudgetRound, BudgetSheet, Compilation
from apps.budget.selectors.differences import moved_since
from apps.budget.services import handing, reporting
from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.regions.models import Unit, UnitNature
from imbudget.kit.findings import Finding, Level

ROUND = Fact(
    "round", gettext_lazy("round"), Kind.CHOICE, tuple((str(value), label) for value, label in BudgetRound.choices)
)
AMOUNT = Fact("amount", gettext_lazy("total amount"), Kind.MONEY)
REGION_LEVEL = Fact(
    "region_level", gettext_lazy("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER
)
NATURE = Fact(
    "nature",
    gettext_lazy("nature of unit"),
    Kind.CHOICE,
    tuple((str(value), label) for value, label in UnitNature.choices),
)
BY_OFFICE = Fact("by_office", gettext_lazy("brought in by the finance office"), Kind.BOOLEAN)
MISSING = Fact("missing_units", gettext_lazy("units missing"), Kind.INTEGER)
# Acts by which people change the lines of a sheet.
SAVES = ("budget.sheet_opened", "budget.lines_saved", "budget.lines_copied", "budget.basic_computed")


def _sheet_facts(sheet: BudgetSheet) -> dict[str, Any]:
    return {
        "round": sheet.round,
        "amount": sheet.total,
        "nature": sheet.unit.nature,
        "region_level": sheet.region.level,
        "by_office": sheet.by_office,
    }


def _sheet_makers(sheet: BudgetSheet) -> Iterable[int]:
    """Who entered the lines: they sign nowhere, whoever hands the sheet in."""
    known = sheet.__dict__.get("known_makers")
    return makers_of([sheet])[sheet.pk] if known is None else known


def _gather_sheets(sheets: Sequence[BudgetSheet]) -> None:
    makers = makers_of(sheets)
    for sheet in sheets:
        sheet.__dict__["known_makers"] = makers[sheet.pk]


def makers_of(sheets: Sequence[BudgetSheet]) -> dict[int, list[int]]:
    """Sheet → who entered its lines, by the record of it and of the unit's own workbooks; one query."""
    by_unit = {(str(sheet.unit_id), sheet.year_id, sheet.round): sheet.pk for sheet in sheets}
    saved = Q(subject_type=BudgetSheet._meta.label, subject_id__in=[str(sheet.pk) for sheet in sheets], event__in=SAVES)
    uploaded = Q(
        subject_type=Unit._meta.label, subject_id__in=[unit for unit, _y, _r in by_unit], event="budget.imported"
    )
    rows = Entry.objects.filter(saved | uploaded).exclude(actor_id="").order_by()
    makers: dict[int, set[int]] = defaultdict(set)
    columns = ("subject_type", "subject_id", "actor_id", "facts__year", "facts__round")
    for kind, subject, user, year, round_ in rows.values_list(*columns).distinct():
        pk = int(subject) if kind == BudgetSheet._meta.label else by_unit.get((subject, year, round_))
        if pk is not None:
            makers[pk].add(int(user))
    return {sheet.pk: sorted(makers[sheet.pk]) for sheet in sheets}


def sheet_binding() -> Binding:
    """A unit's sheet of a round."""
    return Binding(
        subject=handing.SUBJECT,
        label=gettext_lazy("budget sheet"),
        model="budget.BudgetSheet",
        facts=(ROUND, AMOUNT, NATURE, REGION_LEVEL, BY_OFFICE),
        read=_sheet_facts,
        makers=_sheet_makers,
        gather=_gather_sheets,
        approved=handing.accept_sheet,
        approved_many=handing.accept_sheets,
        returned=handing.return_sheet,
        withdrawn=handing.withdrawn_sheet,
        findings=check_sheet,
        fields=lambda: {
            "lines": gettext_lazy("lines"),
            "declared_total": gettext_lazy("declared total"),
            "projects": gettext_lazy("projects"),
            "basic": gettext_lazy("basic expenditure"),
        },
    )


def _report_facts(compilation: Compilation) -> dict[str, Any]:
    snapshot = compilation.snapshot
    return {
        "round": compilation.round,
        "amount": snapshot.total if snapshot else 0,
        "region_level": compilation.region.level,
        "missing_units": snapshot.missing_units if snapshot else 0,
    }


def _report_findings(compilation: Compilation) -> Iterator[Finding]:
    """What stands beside the frozen figures: who is missing in them, and whether something has moved since."""
    snapshot = compilation.snapshot
    if snapshot is None:
        return
    if snapshot.missing_units:
        text = ngettext(
            "%(count)d unit or region has not handed in: %(reason)s",
            "%(count)d units or regions have not handed in: %(reason)s",
            snapshot.missing_units,
        )
        words = {"count": snapshot.missing_units, "reason": snapshot.missing_reason}
        yield Finding(Level.WARNING, "budget.missing_units", text % words, "")
    moved = moved_since(compilation)
    if moved:
        text = _("The sheets differ by %(amount)s from the reported figures.")
        yield Finding(Level.WARNING, "budget.moved", text % {"amount": f"{moved:,.2f}"}, "")


def report_binding() -> Binding:
    """A region's report to the one above it."""
    return Binding(
        subject=reporting.SUBJECT,
        label=gettext_lazy("report of a region"),
        model="budget.Compilation",
        facts=(ROUND, AMOUNT, REGION_LEVEL, MISSING),
        read=_report_facts,
        approved=reporting.accept_report,
        returned=reporting.return_report,
        withdrawn=reporting.withdrawn_report,
        findings=_report_findings,
        fields=lambda: {
            "figures": gettext_lazy("figures"),
            "missing_units": gettext_lazy("units missing"),
        },
    )
