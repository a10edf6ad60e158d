"""What of a document whoever signs it reads first: what it comes to by fund type and kind, and how its lines begin."""

from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse

from apps.codes.models import Code, ExpenditureKind
from apps.ledger.models import AuthorityDocument, DocumentKind

FIRST = 8  # lines beside the signature; all stand on the document's pages
RELATED = ("unit", "receiving_region", "function", "department_economic", "fund")


def to_sign(document: AuthorityDocument) -> dict[str, Any]:
    """The document's head, sums, first lines, and where all lines stand. Three queries, however long it is."""
    sums = _sums(document)
    return {
        "sums": sums,
        "count": sum(row["count"] for row in sums),
        "total": sum(row["amount"] for row in sums),
        "lines": list(document.lines.select_related(*RELATED).order_by("number")[:FIRST]),
        "sends": document.kind == DocumentKind.TRANSFER,
        "address": reverse("ledger:document_lines", args=[document.pk]),
    }


def _sums(document: AuthorityDocument) -> list[dict[str, Any]]:
    rows = document.lines.order_by().values("fund", "kind").annotate(count=Count("pk"), amount=Sum("amount"))
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    funds = Code.objects.in_bulk({row["fund"] for row in found})
    kinds = dict(ExpenditureKind.choices)
    shown = [row | {"fund": funds[row["fund"]], "kind": kinds.get(row["kind"], row["kind"])} for row in found]
    return sorted(shown, key=lambda row: (row["fund"].code, str(row["kind"])))
