"""Open data as files: CSV, workbook, JSON, and the descriptor (Fiscal Data Package 1.0) that says what they mean."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.performance.models import Disclosure
from apps.reports.document import Column, Document, Facts, Row, Table
from apps.reports.open.fields import EXPENDITURE, OWN, TAXONOMY, YUAN, Field
from apps.reports.open.rows import RESOURCES, Resource
from apps.reports.xlsx import render_xlsx
from imbudget.kit.csvsafe import safe_text
from imbudget.kit.export import book_file
from imbudget.kit.tables import Column as TableColumn

PIECE = 64_000  # characters or bytes sent at a time
# What may be done with the data: the operator chooses by what the region has decided (OPEN_LICENCE).
LICENCES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": ("Open Data Commons Attribution License 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
}
MIME = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def licence() -> dict[str, str]:
    """Name, title and address of the licence in force."""
    title, path = LICENCES[settings.OPEN_LICENCE]
    return {"name": settings.OPEN_LICENCE, "title": title, "path": path}


def render(made: Disclosure, resource: str, kind: str) -> bytes:
    """One table of the package as a file."""
    return b"".join(pieces(made, resource, kind))


def pieces(made: Disclosure, resource: str, kind: str) -> Iterator[bytes]:
    """The same in pieces, which together need the memory of one; in the language in force where each is taken."""
    chosen = RESOURCES[resource]
    if kind == "xlsx":
        return _xlsx_long(made, chosen) if chosen.is_long else iter([_xlsx(made, chosen)])
    return in_pieces(_csv(made, chosen) if kind == "csv" else _json(made, chosen))


def in_language(language: str, found: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces in this language, though they are taken when the page is done and the language of the request forgotten."""
    while True:
        with translation.override(language):
            piece = next(found, None)
        if piece is None:
            return
        yield piece


def in_pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Texts joined until they are worth sending."""
    gathered: list[str] = []
    size = 0
    for text in texts:
        gathered.append(text)
        size += len(text)
        if size > PIECE:
            yield "".join(gathered).encode()
            gathered, size = [], 0
    yield "".join(gathered).encode()


def _csv(made: Disclosure, resource: Resource) -> Iterator[str]:
    """UTF-8 with a byte order mark; heads are the names for machines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([field.name for field in resource.fields])
    for cells in resource.rows(made):
        writer.writerow([_csv_cell(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _csv_cell(cell: Any) -> str:
    """Nothing is run by a spreadsheet; what is not known is empty."""
    return safe_text(cell) if isinstance(cell, str) else "" if cell is None else f"{cell}"


def _json(made: Disclosure, resource: Resource) -> Iterator[str]:
    """The rows as objects, one a line; amounts as texts with two decimals, because a reader's numbers may lose cents."""
    names = [field.name for field in resource.fields]
    head = {"title": title_of(made), "licence": licence(), "source": made.source, "as_of": made.as_of.isoformat()}
    said = json.dumps(head | {"digest": f"SM3 {made.digest}"}, ensure_ascii=False, indent=1)
    yield said.removesuffix("\n}") + ',\n "rows": ['
    for number, cells in enumerate(resource.rows(made)):
        values = (f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in cells)
        yield (",\n  " if number else "\n  ") + json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
    yield "\n ]\n}\n"


def _xlsx_long(made: Disclosure, resource: Resource) -> Iterator[bytes]:
    """A plain sheet, written to disk row by row; long workbooks have no facts above their rows."""
    names = [field.name for field in resource.fields]
    kinds = {True: "money", False: "text"}  # a score has two decimals, as money has
    columns = [TableColumn(field.name, field.label, kind=kinds[field.type == "number"]) for field in resource.fields]
    rows = (dict(zip(names, cells, strict=True)) for cells in resource.rows(made))
    with book_file([(str(resource.label), columns, rows)]) as file:
        while piece := file.read(PIECE):
            yield piece


def _xlsx(made: Disclosure, resource: Resource) -> bytes:
    columns = [_column(field) for field in resource.fields]
    rows = [
        Row(
            tuple(
                str(cell) if field.type == "integer" else cell
                for field, cell in zip(resource.fields, cells, strict=True)
            )
        )
        for cells in resource.rows(made)
    ]
    facts = Facts([(_("licence"), licence()["title"]), (_("source"), made.source)])
    document = Document(
        title_of(made),
        unit_note=_("in yuan"),
        sections=[facts, Table(columns, rows, str(resource.label))],
        language=get_language() or "zh-hans",
        digest=made.digest,
    )
    return render_xlsx(document)


def _column(field: Field) -> Column:
    if field.type == "number":
        return Column(str(field.label), kind="money", align="end")
    return Column(str(field.label), kind="code" if field.key else "text")


def title_of(made: Disclosure) -> str:
    """What the data are."""
    values = {"region": made.region, "year": made.year_id}
    return _("Budget, execution and results of %(region)s for %(year)s") % values


def descriptor(made: Disclosure, home: str) -> dict[str, Any]:
    """The datapackage.json; `home` is the address of the page. Its paths are beside it."""
    return {
        "profile": "fiscal-data-package",
        "name": f"budget-{made.region.code}-{made.year_id}",
        "title": title_of(made),
        "description": _(
            "Amounts in yuan of the region's own level. Approved: what the approval gave its own units. Adjusted and"
            " executed: authority and payments as of the moment that is stated. Results: settled evaluations of projects."
        ),
        "version": f"{made.number}.0.0",
        "created": made.as_of.isoformat(),
        "homepage": home,
        "countryCode": "CN",
        "licenses": [licence()],
        "sources": [{"title": made.source}],
        "contributors": [{"title": str(made.region), "role": "publisher"}],
        "columnTypes": [TAXONOMY, list(OWN)],
        "resources": [_resource(made, name) for name in RESOURCES],
        "model": _model(),
    }


def _model() -> dict[str, Any]:
    """The same mapping in the words of the specification before 1.0, which many readers still ask for."""
    measures = {
        "value": {"source": "value", "resource": "budget", "currency": YUAN, "direction": EXPENDITURE},
        **{
            name: {"source": name, "resource": "results", "currency": YUAN, "direction": EXPENDITURE}
            for name in ("budget", "executed")
        },
    }
    dimensions = {
        "year": _dimension("budget", "datetime", "fiscal_year"),
        "region": _dimension("budget", "location", "region_code", "region_name"),
        "function": _dimension("budget", "classification", "function_code", "function_name"),
        "economic": _dimension("budget", "classification", "economic_code", "economic_name"),
        "fund": _dimension("budget", "classification", "fund_code", "fund_name"),
        "phase": _dimension("budget", "fact", "phase", "phase_name"),
        "department": _dimension("results", "entity", "department_code", "department_name"),
        "grade": _dimension("results", "fact", "grade", "grade_name"),
        "unit": _dimension("projects", "entity", "unit_code", "unit_name"),
        "project": _dimension("projects", "activity", "project_code", "project_name"),
        "category": _dimension("projects", "classification", "category_code", "category_name"),
    }
    return {"measures": measures, "dimensions": dimensions}


def _dimension(resource: str, kind: str, code: str, name: str = "") -> dict[str, Any]:
    """A dimension with its code and, where it has one, the label of it."""
    attributes: dict[str, Any] = {code: {"source": code, "resource": resource}}
    if name:
        attributes[name] = {"source": name, "resource": resource, "labelfor": code}
    return {"dimensionType": kind, "primaryKey": code, "attributes": attributes}


@lru_cache(maxsize=512)
def _size_and_hash(pk: int, _digest: str, name: str, _language: str) -> tuple[int, str]:
    """Bytes and SHA-256 of a table as CSV. What is published is frozen, so that each process reads it once a language."""
    size, hashed = 0, hashlib.sha256()
    for piece in pieces(Disclosure.objects.select_related("region").get(pk=pk), name, "csv"):
        size += len(piece)
        hashed.update(piece)
    return size, hashed.hexdigest()


def _resource(made: Disclosure, name: str) -> dict[str, Any]:
    resource = RESOURCES[name]
    size, digest = _size_and_hash(made.pk, made.digest, name, get_language() or "zh-hans")
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": str(resource.label),
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [
                {"name": field.name, "title": str(field.label), "type": field.type, "columnType": field.meaning}
                for field in resource.fields
            ],
            "primaryKey": [field.name for field in resource.fields if field.key],
            "missingValues": [""],
        },
    }
