"""The tables of a unit's budget, as published budgets have them: by function, by project, and line by line."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.models import BudgetLine, ExpenditureKind
from apps.codes.models import Code
from apps.reports.document import Coded, Column, Row, Table

LEVELS = (3, 5, 7)  # digits of 类, 款 and 项 of the functional classification
AMOUNTS = ("amount", "prior_approved", "prior_executed")
NONE = "–"  # printed where a line states no class


def by_function(lines: Sequence[BudgetLine], names: dict[str, str]) -> Table:
    """Basic and project expenditure beside each other for each 类, 款 and 项; `names` by code."""
    columns = (
        Column(_("code"), kind="code"),
        Column(_("name")),
        Column(_("total"), align="end", kind="money", adds=(3, 4)),
        Column(_("basic expenditure"), align="end", kind="money"),
        Column(_("project expenditure"), align="end", kind="money"),
    )
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in lines:
        place = 1 if line.kind == ExpenditureKind.PROJECT else 0
        for code in {*_above(line.function.code), line.function.code, ""}:
            sums[code][place] += line.amount
    leaves = {line.function.code: line.function.name for line in lines}
    rows = [
        Row(
            (code, leaves.get(code) or names.get(code, ""), *_both(sums[code])),
            kind="line" if code in leaves else "subtotal",
            indent=len(_above(code)),
        )
        for code in sorted(filter(None, sums))
    ]
    if rows:
        rows.append(Row(("", _("total"), *_both(sums[""])), kind="total"))
    return Table(columns, rows, title=_("expenditure by function"), derived=True)


def _above(code: str) -> list[str]:
    return [code[:length] for length in LEVELS if length < len(code)]


def _both(sums: list[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    basic, project = sums
    return basic + project, basic, project


def by_project(lines: Sequence[BudgetLine]) -> Table:
    """One row a project; a line of project expenditure that names none stands under a dash."""
    columns = (
        Column(_("project code"), kind="code"),
        Column(_("project name")),
        *_amount_columns(),
    )
    found: dict[tuple[str, str], list[BudgetLine]] = defaultdict(list)
    for line in lines:
        if line.kind == ExpenditureKind.PROJECT:
            found[line.project_code, line.project_name].append(line)
    rows = [Row((code or NONE, name or NONE, *_stated(found[code, name]))) for code, name in sorted(found)]
    if rows:
        rows.append(Row(("", _("total"), *_sums([line for group in found.values() for line in group])), kind="total"))
    return Table(columns, rows, title=_("project expenditure"), derived=True)


def by_line(lines: Sequence[BudgetLine]) -> Table:
    """Every line as it was entered; notes have a column when there are any."""
    noted = any(line.note for line in lines)
    columns = (
        Column(_("line number"), kind="code"),
        Column(_("function"), code_label=_("function code")),
        Column(_("department economic class"), code_label=_("department economic code")),
        Column(_("government economic class"), code_label=_("government economic code")),
        Column(_("fund type"), code_label=_("fund code")),
        Column(_("kind of expenditure")),
        Column(_("project name"), code_label=_("project code")),
        *_amount_columns(),
        *([Column(_("note"))] if noted else []),
    )
    rows = [Row((*_words(line), *_amounts(line), *([line.note] if noted else []))) for line in lines]
    if rows:
        total = (_("total"), "", "", "", "", "", "", *_sums(lines), *([""] if noted else []))
        rows.append(Row(total, kind="total"))
    return Table(columns, rows, title=_("budget lines"))


def _amount_columns() -> list[Column]:
    labels = (_("amount"), _("approved last year"), _("executed last year"))
    return [Column(label, align="end", kind="money") for label in labels]


def _words(line: BudgetLine) -> tuple[Any, ...]:
    return (
        str(line.number),
        _coded(line.function),
        _coded(line.department_economic),
        _coded(line.government_economic),
        _coded(line.fund),
        line.get_kind_display(),
        Coded(line.project_code, line.project_name),
    )


def _coded(code: Code | None) -> Coded | str:
    return Coded(code.code, code.name) if code else NONE


def _amounts(line: BudgetLine) -> tuple[Decimal | None, ...]:
    return line.amount, line.prior_approved, line.prior_executed


def _sums(lines: Sequence[BudgetLine]) -> tuple[Decimal, ...]:
    return tuple(sum((getattr(line, name) or Decimal(0) for line in lines), Decimal(0)) for name in AMOUNTS)


def _stated(lines: Sequence[BudgetLine]) -> tuple[Decimal | None, ...]:
    """Sums, but nothing where no line states anything."""
    known = [any(getattr(line, name) is not None for line in lines) for name in AMOUNTS]
    return tuple(total if is_known else None for total, is_known in zip(_sums(lines), known, strict=True))
