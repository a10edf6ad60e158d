"""Last year's accepted lines as the beginning of this year's sheet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.selectors.entry import EntryRow, codes_written, entry_rows
from apps.budget.selectors.lastyear import last_accepted
from apps.budget.services.lines import rewrite
from apps.budget.services.locks import lock_sheet, refuse_closed_year
from apps.budget.services.sheets import LineInput, filled
from apps.codes.models import Code
from apps.codes.selectors import derive_government_economic
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

SAME = ("function", "department_economic", "fund", "kind", "project_code", "project_name")
Codes = dict[str, dict[str, Code]]
Key = tuple[str, ...]


@dataclass(slots=True)
class CopyReport:
    """What was copied from which sheet, and what could not be: (line number there, code) of each retired code."""

    source: BudgetSheet
    added: int = 0
    filled: int = 0
    retired: list[tuple[int, str]] = field(default_factory=list)


@act
def copy_from_last_year(actor: Actor, sheet: BudgetSheet, with_amounts: bool = True) -> CopyReport:
    """Add last year's lines that the sheet has not got, and last year's amounts beside those that it has.

    Codes are carried over by their text; a code that this year does not have (or has no more as a leaf) is reported,
    never replaced. Lines of last year with the same codes and project become one. What stands in the sheet stays.
    """
    require(policies.may_enter(actor, sheet))
    refuse_closed_year(sheet.year_id)
    lock_sheet(sheet)
    require(policies.may_enter(actor, sheet))
    source = last_accepted(sheet)
    if source is None:
        raise RuleViolation(_("There is no accepted budget of this unit in %(year)s.") % {"year": sheet.year_id - 1})
    report = CopyReport(source)
    before, here = _joined(entry_rows(source)), entry_rows(sheet)
    report.filled = _fill_approved(here, before)
    missing = [row for key, row in before.items() if key not in {_key(row) for row in here}]
    report.added = _add(sheet, missing, report, with_amounts)
    if report.added or report.filled:
        sheet.version += 1
        BudgetSheet.objects.filter(pk=sheet.pk).update(version=sheet.version, updated_at=timezone.now())
        evidence.append(
            "budget.lines_copied",
            sheet,
            actor,
            source=str(source),
            added=report.added,
            filled=report.filled,
            retired=[code for _number, code in report.retired],
        )
    return report


def _key(row: EntryRow) -> Key:
    return tuple(row.values[name] for name in SAME)


def _joined(rows: Iterable[EntryRow]) -> dict[Key, EntryRow]:
    joined: dict[Key, EntryRow] = {}
    for row in rows:
        first = joined.setdefault(_key(row), row)
        if first is not row:
            first.values["amount"] = str(Decimal(first.values["amount"]) + Decimal(row.values["amount"]))
    return joined


def _fill_approved(here: list[EntryRow], before: dict[Key, EntryRow]) -> int:
    """Put last year's amount beside the first line of each kind that states none; what was typed stays."""
    given, seen = {}, {_key(row) for row in here if row.values["prior_approved"]}
    for row in here:
        key = _key(row)
        if key in before and key not in seen:
            given[row.pk] = Decimal(before[key].values["amount"])
            seen.add(key)
    lines = BudgetLine.objects.in_bulk(given)
    for pk, line in lines.items():
        line.prior_approved = given[pk]
    rewrite(lines.values())
    return len(lines)


def _add(sheet: BudgetSheet, rows: list[EntryRow], report: CopyReport, with_amounts: bool) -> int:
    codes: Codes = codes_written(sheet.year_id)
    derived = derive_government_economic(sheet.year_id, sheet.unit.nature)
    number = sheet.lines.aggregate(last=Max("number"))["last"] or 0
    lines = []
    for row in rows:
        retired = [
            row.values[name] for name in codes if not _lives(codes[name].get(row.values[name]), row, name, sheet)
        ]
        report.retired += [(row.number, code) for code in retired]
        if not retired:
            number += 1
            lines.append(filled(BudgetLine(sheet=sheet), sheet, _carried(row, codes, with_amounts), number, derived))
    BudgetLine.objects.bulk_create(lines, batch_size=500)
    return len(lines)


def _lives(code: Code | None, row: EntryRow, name: str, sheet: BudgetSheet) -> bool:
    if code is None:
        return not row.values[name]  # a line by function alone has no economic class to lose
    return code.is_leaf and code.is_valid_in(sheet.year_id)


def _carried(row: EntryRow, codes: Codes, with_amounts: bool) -> LineInput:
    values, amount = row.values, Decimal(row.values["amount"])
    return LineInput(
        function=codes["function"][values["function"]],
        department_economic=codes["department_economic"].get(values["department_economic"]),
        fund=codes["fund"][values["fund"]],
        amount=amount if with_amounts else Decimal(0),
        kind=values["kind"],
        project_code=values["project_code"],
        project_name=values["project_name"],
        prior_approved=amount,
        note=values["note"],
    )
