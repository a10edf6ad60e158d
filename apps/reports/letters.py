"""The letter (批复) that tells a unit its approved budget, in the layout of official documents (GB/T 9704)."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.budget.models import ExpenditureKind
from apps.codes.models import Code
from apps.ledger.models import Authority, AuthorityDocument
from apps.projects.selectors.settings import setting_of
from apps.regions.models import Region, Unit
from apps.reports.document import Coded, Column, Document, Paragraph, Row, Table
from apps.reports.layers import layered
from apps.reports.selectors import authorities_of
from imbudget.kit.formats import as_text
from imbudget.kit.money import LIMIT, capital_amount, format_yuan

GENERAL, FUNDS, CAPITAL = "11", "12", "13"  # the beginnings of fund types that make the three budgets


def carries_mongolian(document: AuthorityDocument) -> bool:
    """Whether the letters of this approval have their Mongolian layer."""
    return bool(setting_of(document.region).mongolian_documents)


def letter_document(document: AuthorityDocument, unit: Unit, *, mongolian: bool) -> Document:
    """The letter to one unit: what it was approved in all, by kind and by budget, then each authority."""
    lines = authorities_of(document, unit)
    return layered(lambda: _letter(document, unit, lines), mongolian=mongolian)


def _letter(document: AuthorityDocument, unit: Unit, lines: Sequence[Authority]) -> Document:
    issuer = issuer_of(document.region)
    values = {"unit": unit.name, "year": document.year_id}
    return Document(
        title=_("Approval of the departmental budget of %(unit)s for %(year)s") % values,
        unit_note=_("in yuan"),
        sections=[
            Paragraph(_("To %(unit)s:") % values, place="flush"),
            Paragraph(_approved(document, lines)),
            Paragraph(
                _(
                    "Carry the budget out as approved; what changes in the year takes the ways that the law provides for."
                    " Publish it within twenty days of this letter."
                )
            ),
            Paragraph(_("Enclosure: the approved budget, line by line")),
            Paragraph(f"{issuer}\n{as_text(document.dated, 'date')}", place="end"),
            _table(lines),
        ],
        number=document.number,
        language=get_language() or "zh-hans",
        official=True,
        issuer=issuer,
    )


def issuer_of(region: Region) -> str:
    """The finance office of the region by its full name."""
    if region.level == 0:
        return _("Department of Finance of %(region)s") % {"region": region.name}
    return _("Bureau of Finance of %(region)s") % {"region": region.name}


def _approved(document: AuthorityDocument, lines: Sequence[Authority]) -> str:
    """What was approved: the total, basic and project expenditure, the three budgets, and what is in none of them."""
    total = _sum(lines)
    budgets = {name: _sum([line for line in lines if _is_of(line, name)]) for name in (GENERAL, FUNDS, CAPITAL)}
    other = total - sum(budgets.values())
    sentences = [
        _(
            "In accordance with %(basis)s, your departmental budget for %(year)s is approved: %(total)s in all, of which"
            " basic expenditure %(basic)s yuan, project expenditure %(project)s yuan."
        ),
        _(
            "By budget: general public budget %(general)s yuan, government funds %(funds)s yuan, state capital"
            " operations %(capital)s yuan."
        ),
    ]
    if other:
        sentences.append(_("Other funds: %(other)s yuan."))
    values = {
        "basis": document.basis or document.title,
        "year": document.year_id,
        "total": _words(total),
        "basic": format_yuan(_sum([line for line in lines if line.kind == ExpenditureKind.BASIC])),
        "project": format_yuan(_sum([line for line in lines if line.kind == ExpenditureKind.PROJECT])),
        "general": format_yuan(budgets[GENERAL]),
        "funds": format_yuan(budgets[FUNDS]),
        "capital": format_yuan(budgets[CAPITAL]),
        "other": format_yuan(other),
    }
    joint = "" if get_language() == "zh-hans" else " "
    return joint.join(sentence % values for sentence in sentences)


def _words(total: Decimal) -> str:
    """The total in figures, and in capital characters where there are any for it."""
    shown = _("%(amount)s yuan") % {"amount": format_yuan(total)}
    return shown if abs(total) >= LIMIT else f"{shown}（{capital_amount(total)}）"


def _is_of(line: Authority, budget: str) -> bool:
    return line.fund is not None and line.fund.code.startswith(budget)


def _sum(lines: Sequence[Authority]) -> Decimal:
    return sum((line.balance.amount for line in lines), Decimal(0))


def _table(lines: Sequence[Authority]) -> Table:
    columns = (
        Column(_("function"), code_label=_("function code")),
        Column(_("department economic class"), code_label=_("department economic code")),
        Column(_("fund type"), code_label=_("fund code")),
        Column(_("project name"), code_label=_("project code")),
        Column(_("amount"), align="end", kind="money"),
    )
    rows = [
        Row(
            (
                _coded(line.function),
                _coded(line.department_economic),
                _coded(line.fund),
                Coded(line.project_code, line.summary if line.kind == ExpenditureKind.PROJECT else ""),
                line.balance.amount,
            )
        )
        for line in lines
    ]
    if rows:
        rows.append(Row((_("total"), "", "", "", _sum(lines)), kind="total"))
    return Table(columns, rows, title=_("Enclosure: the approved budget, line by line"), apart=True)


def _coded(code: Code | None) -> Coded | str:
    return Coded(code.code, code.name) if code else "–"
