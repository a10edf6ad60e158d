"""What a request for change would make of its project, as JSON that is compared like two versions."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from apps.codes.models import Code
from apps.projects.models import Project, ProjectChange
from apps.projects.selectors.versions import CODES, FieldDiff, body_of, compare_bodies
from imbudget.kit.money import rounded

LISTS = ("funding", "costs", "milestones", "goals")


def proposal_of(
    project: Project, *, end_year: int, lists: Mapping[str, Iterable[Mapping[str, Any]]], targets: str
) -> dict[str, Any]:
    """The body of a request: what stands there now, and what shall; lists that are not given stay as they are."""
    now = body_of(project)
    before = {"fields": {name: now["fields"][name] for name in ("end_year", "total")}} | {
        name: now[name] for name in LISTS
    }
    after = {name: _as_json(lists[name]) if name in lists else now[name] for name in LISTS}
    total = sum((Decimal(row["amount"]) for row in after["funding"]), Decimal(0))
    after["fields"] = {"end_year": end_year, "total": f"{total:.2f}"}
    return {"before": before, "after": after, "targets": targets}


def _as_json(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as `read_rows` gives them, in the form of a version."""
    found = list(rows)
    keys = {row[f"{column}_id"] for row in found for column in CODES if row.get(f"{column}_id")}
    codes = Code.objects.in_bulk(keys)
    return [_row(row, codes) for row in found]


def _row(row: Mapping[str, Any], codes: Mapping[int, Code]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, value in row.items():
        name = column.removesuffix("_id")
        if name in CODES:
            code = codes.get(value)
            values[name] = {"code": code.code, "name": code.name} if code else None
        else:
            values[name] = str(value) if isinstance(value, Decimal | date) else value
    if "price" in row:
        values["amount"] = f"{rounded(row['quantity'] * row['price']):.2f}"
    return values


def differences_of(change: ProjectChange) -> list[FieldDiff]:
    """What the request changes, row by row; nothing for a termination."""
    body = change.body
    return compare_bodies(body["before"], body["after"]) if "after" in body else []


def milestones_after(change: ProjectChange) -> list[Mapping[str, Any]]:
    """The schedule as it will stand; a request drawn up before it could touch the schedule leaves that as it is."""
    after = change.body["after"]
    found: list[Mapping[str, Any]] = (
        after["milestones"] if "milestones" in after else body_of(change.project)["milestones"]
    )
    return found


def by_year(rows: Iterable[Mapping[str, Any]]) -> dict[int, Decimal]:
    """The sum of each year of a list of a body."""
    sums: dict[int, Decimal] = {}
    for row in rows:
        sums[row["year"]] = sums.get(row["year"], Decimal(0)) + Decimal(row["amount"])
    return sums
