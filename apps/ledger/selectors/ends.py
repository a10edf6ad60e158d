"""The authorities that a line of a document may take from or give to, as its picker offers them."""

from typing import Any

from django.db.models import Q, QuerySet

from apps.codes.models import Catalog, Code
from apps.ledger.models import Authority, AuthorityDocument
from apps.ledger.moves import MOVES, NOWHERE
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.text import search_key

FEW = 500  # units or codes of a text that are passed on as keys
SHOWN = 30


def origins(actor: Actor, document: AuthorityDocument) -> QuerySet[Authority]:
    """Those that this kind of document takes from, with something left."""
    states = {move[0] for move in MOVES[document.kind]} - {NOWHERE}
    return _of(actor, document).filter(state__in=states, balance__available__gt=0)


def targets(actor: Actor, document: AuthorityDocument) -> QuerySet[Authority]:
    """Those that this kind of document adds to."""
    states = {move[1] for move in MOVES[document.kind] if not move[2]} - {NOWHERE}
    return _of(actor, document).filter(state__in=states)


def _of(actor: Actor, document: AuthorityDocument) -> QuerySet[Authority]:
    rows = Authority.objects.visible_to(actor).filter(region=document.region_id, year=document.year_id)
    return rows.filter(unit=document.unit_id) if document.unit_id is not None else rows


def found(rows: QuerySet[Authority], document: AuthorityDocument, text: str) -> list[Authority]:
    """Those of a text: a number, a unit, a beginning of a function code, a document number; the newest first."""
    if text:
        rows = rows.filter(_meant(document, text))
    related = ("unit", "fund", "function", "balance")
    return list(rows.select_related(*related).order_by("-pk")[: SHOWN + 1])


def _meant(document: AuthorityDocument, text: str) -> Q:
    key = search_key(text)
    units = Unit.objects.filter(region=document.region_id, search_key__contains=key).order_by()
    codes = Code.objects.filter(year=document.year_id, catalog=Catalog.FUNCTION, search_key__contains=key).order_by()
    meant: Any = Q(document_number__contains=text) | Q(summary__contains=text)
    meant |= Q(unit__in=list(units.values_list("pk", flat=True)[:FEW]))
    meant |= Q(function__in=list(codes.values_list("pk", flat=True)[:FEW]))
    number = text.lstrip("№# ")
    return meant | Q(pk=int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else meant
