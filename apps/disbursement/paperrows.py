"""Stages of a contract and lines of a plan as tables of fields; what is typed is read, each wrong cell named."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.models import Catalog, Code
from apps.disbursement.models import Contract, ContractStage, PlanLine, UsePlan
from apps.disbursement.pickers import authority_name
from apps.disbursement.services.contracts import StageInput
from apps.disbursement.services.plans import LineInput
from apps.ledger.models import Authority, AuthorityState
from imbudget.kit.money import parse_amount
from imbudget.kit.rowlists import Column, Part, as_written, column_of
from imbudget.kit.tableimport import DAY
from imbudget.kit.text import strip

Errors = dict[tuple[int, str], str]
CODES = reverse_lazy("projects:code_choices")
NUMBER = re.compile(r"№?\s*([0-9]{1,9})(?:\D|$)")
STAGES = Part(
    "stages",
    gettext_lazy("stages of a contract"),
    (
        column_of(ContractStage, "name"),
        column_of(ContractStage, "amount", "amount"),
        column_of(ContractStage, "due", "date"),
    ),
    summed="amount",
    add=gettext_lazy("add a stage"),
)
LINES = Part(
    "lines",
    gettext_lazy("lines of a plan"),
    (
        Column(
            "authority",
            gettext_lazy("authority"),
            "code",
            address=reverse_lazy("disbursement:authority_choices"),
            hint=gettext_lazy("or a fund and a function"),
        ),
        Column("fund", gettext_lazy("fund type"), "code", catalog=Catalog.FUND, address=CODES),
        Column("function", gettext_lazy("function"), "code", catalog=Catalog.FUNCTION, address=CODES),
        column_of(PlanLine, "month"),
        column_of(PlanLine, "amount", "amount", hint=gettext_lazy("below zero: less than planned before")),
    ),
    summed="amount",
    add=gettext_lazy("add a line"),
)


def stored_stages(contract: Contract) -> list[dict[str, str]]:
    """The stages of a contract as text."""
    kinds = {column.name: column.kind for column in STAGES.columns}
    return [
        {name: as_written(getattr(stage, name), kind) for name, kind in kinds.items()}
        for stage in contract.stages.all()
    ]


def read_stages(given: Iterable[Mapping[str, str]]) -> tuple[list[StageInput], Errors]:
    """What the service takes, and what cannot be read."""
    errors: Errors = {}
    stages = []
    for number, row in enumerate(given, 1):
        if not row.get("name"):
            errors[number, "name"] = _("Stage %(number)s has no name.") % {"number": number}
        amount = _amount(errors, number, row.get("amount", ""))
        stages.append(StageInput(row.get("name", ""), amount, _day(errors, number, row.get("due", ""))))
    return stages, errors


def stored_lines(plan: UsePlan) -> list[dict[str, str]]:
    """The lines of a plan as text."""
    related = ("authority__function", "authority__department_economic", "fund", "function")
    return [
        {
            "authority": f"№ {line.authority_id}-{authority_name(line.authority)}" if line.authority else "",
            "fund": str(line.fund or ""),
            "function": str(line.function or ""),
            "month": str(line.month),
            "amount": as_written(line.amount, "amount"),
        }
        for line in plan.lines.select_related(*related)
    ]


def read_lines(unit_id: int, year: int, given: Iterable[Mapping[str, str]]) -> tuple[list[LineInput], Errors]:
    """What the service takes, and what cannot be read; authorities and codes are looked up at once."""
    rows, errors = list(given), {}
    authorities = _authorities(unit_id, year, rows)
    codes = {
        name: _codes(year, catalog, rows, name)
        for name, catalog in (("fund", Catalog.FUND), ("function", Catalog.FUNCTION))
    }
    lines = []
    for number, row in enumerate(rows, 1):
        values: dict[str, Any] = {"authority": authorities.get(_number(row.get("authority", "")))}
        values |= {name: known.get(_code(row.get(name, ""))) for name, known in codes.items()}
        for name, value in values.items():
            if strip(row.get(name, "")) and value is None:
                errors[number, name] = _("This is not known here.")
        month = strip(row.get("month", ""))
        if not (month.isascii() and month.isdecimal() and 1 <= int(month[:3]) <= 12):
            errors[number, "month"] = _("The month is a number from 1 to 12.")
            month = "1"
        amount = _amount(errors, number, row.get("amount", ""), below_zero=True)
        lines.append(LineInput(int(month), amount, **values))
    return lines, errors


def _authorities(unit_id: int, year: int, rows: list[Mapping[str, str]]) -> dict[int, Authority]:
    wanted = {_number(row.get("authority", "")) for row in rows}
    found = Authority.objects.filter(unit=unit_id, year=year, state=AuthorityState.EXECUTABLE, pk__in=wanted)
    return {row.pk: row for row in found}


def _number(text: str) -> int:
    found = NUMBER.match(strip(text))
    return int(found[1]) if found else 0


def _codes(year: int, catalog: str, rows: list[Mapping[str, str]], name: str) -> dict[str, Code]:
    wanted = {_code(row.get(name, "")) for row in rows}
    return {code.code: code for code in Code.objects.filter(year=year, catalog=catalog, code__in=wanted)}


def _code(text: str) -> str:
    return re.split(r"[-\s]", strip(text), maxsplit=1)[0]


def _amount(errors: Errors, number: int, text: str, *, below_zero: bool = False) -> Decimal:
    try:
        amount = parse_amount(text)
    except ValueError:
        errors[number, "amount"] = _("Write an amount in yuan, such as 12,345.60.")
        return Decimal("0.00")
    if amount <= 0 and not (below_zero and amount):
        errors[number, "amount"] = _("The amount must be above zero.")
    return amount


def _day(errors: Errors, number: int, text: str) -> date | None:
    shape = DAY.fullmatch(strip(text))
    if not strip(text):
        return None
    try:
        return date.fromisoformat(shape[1] if shape else "")
    except ValueError:
        errors[number, "due"] = _("%(text)s is not a date like 2027-01-01.") % {"text": text[:40]}
        return None
