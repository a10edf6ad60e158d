"""What the product's documents say: built from selectors, language and amounts of the reader."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.budget import selectors
from apps.budget.models import BudgetRound, BudgetSheet
from apps.budget.selectors import Dimension, SummaryQuery
from apps.reports.document import Column, Document, Facts, Row, Table
from imbudget.kit.actor import Actor
from imbudget.kit.money import capital_amount


def summary_document(actor: Actor, query: SummaryQuery) -> Document:
    """The summary of a region: its question as facts, then the rows and their total."""
    rows = selectors.summary_rows(actor, query)
    total = selectors.summary_total(actor, query)
    columns = (
        Column(_("code"), width=None, kind="code"),
        Column(_("name"), width=None),
        Column(_("amount"), width=None, align="end", kind="money"),
        Column(_("approved last year"), width=None, align="end", kind="money"),
        Column(_("change"), width=None, align="end", kind="money"),
        Column(_("executed last year"), width=None, align="end", kind="money"),
    )
    body = [
        Row(
            (row.key, row.label, row.amount, row.prior_approved, row.change, row.prior_executed),
            kind="subtotal" if row.depth == 0 and query.by != Dimension.REGION else "line",
            indent=row.depth,
        )
        for row in rows
    ]
    foot = ("", _("total"), total.amount, total.prior_approved, total.change, total.prior_executed)
    body.append(Row(foot, kind="total"))
    scope = _("own level") if query.own_level else _("whole area")
    basis = _("accepted sheets") if query.accepted_only else _("all sheets")
    title = _("%(region)s budget summary %(year)s") % {"region": query.region, "year": query.year}
    facts = Facts(
        [
            (_("round"), str(BudgetRound(query.round).label)),
            (_("scope"), scope),
            (_("basis"), basis),
            (_("total in capitals"), capital_amount(total.amount)),
        ]
    )
    return _document(title, f"{query.region.finance_code}", [facts, Table(columns, body if rows else [])])


def sheet_document(sheet: BudgetSheet) -> Document:
    """The budget of one unit: who, then each line, then the total in figures and in capitals."""
    lines = list(
        sheet.lines.select_related("function", "department_economic", "government_economic", "fund").order_by("number")
    )
    columns = (
        Column(_("function"), width=None),
        Column(_("department economic class"), width=None),
        Column(_("government economic class"), width=None),
        Column(_("fund type"), width=None),
        Column(_("project name"), width=None),
        Column(_("amount"), width=None, align="end", kind="money"),
        Column(_("approved last year"), width=None, align="end", kind="money"),
        Column(_("executed last year"), width=None, align="end", kind="money"),
    )
    body = [
        Row(
            (
                str(line.function),
                str(line.department_economic or ""),
                str(line.government_economic or ""),
                str(line.fund),
                line.project_name,
                line.amount,
                line.prior_approved,
                line.prior_executed,
            )
        )
        for line in lines
    ]
    body.append(Row((_("total"), "", "", "", "", *_sums(lines)), kind="total"))
    facts = Facts(
        [
            (_("unit code"), sheet.unit.code),
            (_("nature of unit"), sheet.unit.get_nature_display()),
            (_("region"), str(sheet.region)),
            (_("state"), str(sheet.get_state_display())),
            (_("total in capitals"), capital_amount(sheet.total)),
        ]
    )
    title = _("%(unit)s budget %(year)s") % {"unit": sheet.unit, "year": sheet.year_id}
    return _document(title, str(sheet.get_round_display()), [facts, Table(columns, body if lines else [])])


def _sums(lines: list[Any]) -> tuple[Decimal, ...]:
    return tuple(
        sum((getattr(line, name) or Decimal(0) for line in lines), Decimal(0))
        for name in ("amount", "prior_approved", "prior_executed")
    )


def _document(title: str, subtitle: str, sections: list[Any]) -> Document:
    return Document(
        title=title,
        subtitle=subtitle,
        unit_note=_("in yuan"),
        sections=sections,
        language=get_language() or "zh-hans",
    )
