"""What a picker of regions or units offers: searched by code, name in both languages and pinyin initials."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.pickers import Source
from imbudget.kit.text import BLANKS, search_key, strip

SHOWN = 30  # more than fit a look; whoever has more goes on typing

region_picker = Source(
    "regions:region_choices", lambda actor: Region.objects.visible_to(actor).order_by("code"), tree=True
)
unit_picker = Source("regions:unit_choices", lambda actor: Unit.objects.visible_to(actor).order_by("code"))


def found(rows: QuerySet, text: str) -> QuerySet:
    """The rows that hold every word of the text: codes that begin with it first, then exact initials, then the rest."""
    words = [
        search_key(word) for word in strip(text).translate(dict.fromkeys(map(ord, BLANKS), " ")).split(" ") if word
    ]
    whole = "".join(words)
    rank = Case(
        When(code__startswith=whole, then=Value(0)),
        When(search_key__endswith=f" {whole}", then=Value(1)),
        When(Q(search_key__startswith=whole) | Q(search_key__contains=f" {whole}"), then=Value(2)),
        default=Value(3),
    )
    for word in words:
        rows = rows.filter(search_key__contains=word)
    return rows.order_by(rank, "code")


def region_choices(actor: Actor, text: str, below: int | None) -> list[dict[str, Any]]:
    """The regions found; without a text those below a node, at first the actor's own node and those below it."""
    rows = Region.objects.visible_to(actor).select_related("parent")
    if text:
        rows = found(rows, text)[: SHOWN + 1]
    elif below:
        rows = rows.filter(parent=below).order_by("code")
    else:
        rows = rows.filter(Q(pk=actor.region_id) | Q(parent=actor.region_id)).order_by("level", "code")
    return [_region(row, open_already=not text and row.pk == actor.region_id and not below) for row in rows]


def _region(row: Region, *, open_already: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "note": row.parent.name if row.parent else "",
        "below": not open_already and row.rght - row.lft > 1,
    }


def unit_choices(actor: Actor, text: str, region: int | None) -> list[dict[str, Any]]:
    """The units found, of one region when it is named."""
    rows = Unit.objects.visible_to(actor)
    if region:
        rows = rows.filter(region=region)
    rows = found(rows, text) if text else rows.order_by("code")
    rows = rows.select_related("region").only("code", "name", "region__name")[: SHOWN + 1]
    return [{"id": row.pk, "code": row.code, "name": row.name, "note": row.region.name, "below": False} for row in rows]
