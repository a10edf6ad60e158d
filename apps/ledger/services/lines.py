"""Lines of a document as people and other apps give them, and the rows made of them.

Rows are plain values by column, written by COPY: a document may have a hundred thousand.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from django.db import connection
from django.utils.translation import gettext as _

from apps.codes.models import Code
from apps.codes.selectors import derive_government_economic
from apps.ledger.models import (
    Authority,
    AuthorityDocument,
    AuthorityState,
    AuthorityType,
    DocumentKind,
    DocumentLine,
    Elements,
    Source,
)
from apps.ledger.services.errors import refuse_odd
from apps.regions.models import Unit
from imbudget.kit.errors import RuleViolation

# What a new authority has from its document or its place, never from who writes the line.
GIVEN = frozenset({"year", "region", "document_number", "source", "government_economic"})
COPIED = tuple(
    field.attname for field in Elements._meta.local_fields if field.name not in GIVEN - {"government_economic"}
)
WRITTEN = tuple(field.attname for field in DocumentLine._meta.local_concrete_fields if not field.primary_key)
COLUMN_OF = {field.name: field.attname for field in Elements._meta.local_fields}
COPY = f"COPY ledger_documentline ({', '.join(WRITTEN)}) FROM STDIN"
CODES = ("fund_id", "function_id", "department_economic_id", "government_economic_id", "transfer_function_id")
SOURCES: dict[str, str] = {
    DocumentKind.ADJUSTMENT: Source.ADJUSTMENT,
    DocumentKind.REALLOCATION: Source.REALLOCATION,
}
NEW_STATE: dict[str, str] = {
    DocumentKind.REVENUE: AuthorityState.UNALLOCATED,
    DocumentKind.ALLOCATION: AuthorityState.PENDING,
    DocumentKind.APPROVAL: AuthorityState.EXECUTABLE,
    DocumentKind.SUPPLEMENT: AuthorityState.EXECUTABLE,
    DocumentKind.CUT: AuthorityState.UNALLOCATED,
    DocumentKind.RECOVERY: AuthorityState.UNALLOCATED,
    DocumentKind.REALLOCATION: AuthorityState.EXECUTABLE,
    DocumentKind.TRANSFER: AuthorityState.SENT,
}


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LineInput:
    """`amount` from `origin` to `target`, or to a new authority: what the origin carries, changed by `elements`.

    `state` says what a new authority becomes where the kind of document leaves it open.
    """

    amount: Decimal
    origin: Authority | None = None
    target: Authority | None = None
    elements: dict[str, Any] = field(default_factory=dict)
    state: str = ""
    summary: str = ""


def write_lines(document: AuthorityDocument, lines: Sequence[LineInput]) -> None:
    """Put the lines into a document that has none."""
    rows = filled(document, lines)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row([row[name] for name in WRITTEN])


def filled(document: AuthorityDocument, lines: Sequence[LineInput]) -> list[Row]:
    """The rows of a document: economic classes are derived, codes of a project copied, codes of next year looked up."""
    plain = _plain(document)
    rows = [_row(document, plain, number, line) for number, line in enumerate(lines, 1)]
    new = [row for row in rows if row["target_id"] is None and row["target_state"]]
    if document.kind == DocumentKind.CARRY_OVER:
        _into_next_year(document, new)
    else:
        _derive(new)
    return rows


def _plain(document: AuthorityDocument) -> Row:
    """What a line has that says nothing of itself."""
    fields = [field for field in DocumentLine._meta.local_concrete_fields if not field.primary_key]
    values = {field.attname: field.get_default() for field in fields}
    return values | {
        "document_id": document.pk,
        "year_id": document.year_id,
        "region_id": document.region_id,
        "source": str(SOURCES.get(document.kind, Source.INITIAL)),
        "document_number": document.number,
    }


def _row(document: AuthorityDocument, plain: Row, number: int, line: LineInput) -> Row:
    refuse_odd(line.amount)
    row = plain | {"number": number, "uid": uuid.uuid4(), "amount": line.amount, "summary": line.summary[:500]}
    pattern = line.target or line.origin
    if pattern is not None:
        row |= {name: getattr(pattern, name) for name in COPIED}
    if line.origin is not None:
        row["origin_id"] = line.origin.pk
    if line.target is not None:
        target = line.target
        row |= {"target_id": target.pk, "year_id": target.year_id, "region_id": target.region_id}
        return row | {"source": target.source, "document_number": target.document_number}
    row["target_state"] = _new_state(document, line)
    row["upper_document_number"] = row["upper_document_number"] or document.upper_number
    for name, value in line.elements.items():
        _put(row, name, value)
    return row


def _put(row: Row, name: str, value: Any) -> None:
    """An element as it is given: a row that it names, or a plain value."""
    if name in GIVEN:
        raise RuleViolation(_("“%(name)s” follows from the document and is not given.") % {"name": name})
    column = COLUMN_OF[name]
    row[column] = value if column == name or value is None else value.pk
    if name == "project" and value is not None:
        row["project_code"] = value.code


def _new_state(document: AuthorityDocument, line: LineInput) -> str:
    if document.kind == DocumentKind.CARRY_OVER:
        return line.origin.state if line.origin is not None else ""
    if document.kind == DocumentKind.ADJUSTMENT and not line.state:
        return AuthorityState.EXECUTABLE if line.origin is not None else AuthorityState.UNALLOCATED
    return line.state or NEW_STATE.get(document.kind, "")


def _derive(rows: Iterable[Row]) -> None:
    """政府经济分类 out of the nature of the unit and 部门经济分类."""
    rows = [row for row in rows if row["unit_id"] is not None and row["department_economic_id"] is not None]
    natures = dict(Unit.objects.filter(pk__in={row["unit_id"] for row in rows}).values_list("pk", "nature"))
    known: dict[tuple[int, str], dict[int, int]] = {}
    for row in rows:
        key = (row["year_id"], natures[row["unit_id"]])
        if key not in known:
            known[key] = derive_government_economic(*key)
        row["government_economic_id"] = known[key].get(row["department_economic_id"])


def _into_next_year(document: AuthorityDocument, rows: Sequence[Row]) -> None:
    """The same elements in the classification of the next year; each year has codes of its own."""
    year = document.year_id + 1
    used = {row[name] for row in rows for name in CODES} - {None}
    old = {code.pk: code for code in Code.objects.filter(pk__in=used)}
    texts = {code.code for code in old.values()}
    new = {
        (code.catalog, code.code): code.pk for code in Code.objects.filter(year_id=year, code__in=texts, is_leaf=True)
    }
    for row in rows:
        row["year_id"], row["authority_type"] = year, str(AuthorityType.CARRIED_OVER)
        for name in CODES:
            if row[name] is None:
                continue
            code = old[row[name]]
            if (code.catalog, code.code) not in new:
                refuse_lost(code, year)
            row[name] = new[code.catalog, code.code]


def refuse_lost(code: Code, year: int) -> NoReturn:
    """Raise RuleViolation: the classification of `year` has no such code."""
    raise RuleViolation(
        _("%(code)s is no code of the last level in %(year)s: re-allocate the line first.")
        % {"code": code, "year": year}
    )
