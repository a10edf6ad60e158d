"""What the product's documents say: built from selectors, language and amounts of the reader."""

from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.budget import selectors
from apps.budget.models import BudgetRound, BudgetSheet, ExpenditureKind
from apps.budget.selectors import Dimension, SummaryQuery, SummaryRow
from apps.budget.selectors.rollup import CATALOGS, NO_CLASS
from apps.codes.models import Catalog
from apps.codes.selectors import names_of
from apps.reports.document import Column, Document, Facts, Row, Table
from apps.reports.expenditure import by_function, by_line, by_project
from imbudget.kit.actor import Actor
from imbudget.kit.money import LIMIT, capital_amount


def summary_document(actor: Actor, query: SummaryQuery) -> Document:
    """The summary of a region: its question as facts, then the rows and their total."""
    rows = selectors.summary_rows(actor, query)
    total = selectors.summary_total(actor, query)
    columns = (
        Column(_("code"), kind="code"),
        Column(_("name")),
        Column(_("amount"), align="end", kind="money"),
        Column(_("approved last year"), align="end", kind="money"),
        Column(pgettext("difference of amounts", "change"), align="end", kind="money", adds=(2,), takes=(3,)),
        Column(_("executed last year"), align="end", kind="money"),
    )
    body = [_summary_row(query, row, below) for row, below in zip_longest(rows, rows[1:])]
    body.append(Row(("", _("total"), *_figures(total)), kind="total"))
    title = _("%(region)s budget summary %(year)s") % {"region": query.region, "year": query.year}
    facts = Facts([*_question(query), *capitals(total.amount)])
    return _document(title, f"{query.region.finance_code}", [facts, Table(columns, body if rows else [])])


def _summary_row(query: SummaryQuery, row: SummaryRow, below: SummaryRow | None) -> Row:
    """A row is a subtotal where what is below it follows."""
    heads = below is not None and below.depth > row.depth
    depth = row.depth if row.key else 0  # amounts without a class have nothing above them
    code = "" if query.by == Dimension.KIND else row.key  # kinds have names only
    return Row((code or "–", row.label or "–", *_figures(row)), kind="subtotal" if heads else "line", indent=depth)


def _figures(row: SummaryRow) -> tuple[Decimal, ...]:
    return row.amount, row.prior_approved, row.change, row.prior_executed


def _question(query: SummaryQuery) -> list[tuple[str, str]]:
    """What the summary was asked: without it nobody could tell a part from the whole."""
    labels = {
        Dimension.FUNCTION: _("function"),
        Dimension.FUND: _("fund type"),
        Dimension.GOVERNMENT: _("government economic class"),
        Dimension.DEPARTMENT: _("department economic class"),
        Dimension.KIND: _("kind of expenditure"),
    }
    facts = [
        (_("round"), str(BudgetRound(query.round).label)),
        (_("scope"), _("own level") if query.own_level else _("whole area")),
        (_("basis"), _("accepted sheets") if query.accepted_only else _("all sheets")),
    ]
    return facts + [
        (labels[dimension], _narrowed(query.year, dimension, prefix)) for dimension, prefix in query.prefixes
    ]


def _narrowed(year: int, dimension: Dimension, prefix: str) -> str:
    """What a prefix of the question keeps to, as the reader knows it."""
    if dimension == Dimension.KIND:
        return str(ExpenditureKind(prefix).label)
    if prefix == NO_CLASS:
        return _("without a class")
    return f"{prefix} {names_of(year, CATALOGS[dimension]).get(prefix, '')}".strip()


def sheet_document(sheet: BudgetSheet) -> Document:
    """The budget of one unit: who, then expenditure by function and by project, then each line."""
    lines = list(
        sheet.lines.select_related("function", "department_economic", "government_economic", "fund").order_by("number")
    )
    facts = Facts(
        [
            (_("unit code"), sheet.unit.code),
            (_("nature of unit"), sheet.unit.get_nature_display()),
            (_("region"), str(sheet.region)),
            (_("state"), str(sheet.get_state_display())),
            *capitals(sheet.total),
        ]
    )
    title = _("%(unit)s budget %(year)s") % {"unit": sheet.unit, "year": sheet.year_id}
    tables = [by_function(lines, names_of(sheet.year_id, Catalog.FUNCTION)), by_project(lines), by_line(lines)]
    return _document(title, str(sheet.get_round_display()), [facts, *tables])


def capitals(total: Decimal) -> list[tuple[str, str]]:
    """The total in capital characters; there are none for more than all budgets of the country together."""
    return [(_("total in capitals"), capital_amount(total))] if abs(total) < LIMIT else []


def _document(title: str, subtitle: str, sections: list[Any]) -> Document:
    return Document(
        title=title,
        subtitle=subtitle,
        unit_note=_("in yuan"),
        sections=sections,
        language=get_language() or "zh-hans",
    )
