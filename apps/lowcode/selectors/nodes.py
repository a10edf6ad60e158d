"""Places that a step of a flow may name by code: 150102, 150102/118, 150102/118001."""

from django.db.models import Q, QuerySet

from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.text import search_key

SHOWN = 30


def named_nodes(actor: Actor, kind: str, text: str) -> list[tuple[str, str]]:
    """(code, name) of nodes in the actor's line: their region, those above it, and what lies in those."""
    if actor.region_id is None:
        return []
    home = Region.objects.get(pk=actor.region_id)
    regions = Region.objects.filter(
        Q(pk__in=home.get_ancestors(include_self=True)) | Q(pk__in=home.get_descendants())
    ).order_by("level", "code")
    if kind == "region":
        found = regions.filter(_holds(text))[:SHOWN]
        return [(region.code, region.name) for region in found]
    place, _slash, rest = text.partition("/")
    within = regions.filter(code__startswith=place) if place.isdecimal() else regions
    rows: QuerySet = (Department if kind == "department" else Unit).objects.filter(region__in=within)
    rows = rows.filter(_holds(rest if place.isdecimal() else text)).select_related("region").order_by("code")[:SHOWN]
    return [(f"{row.region.code}/{row.code}", f"{row.region.name} {row.name}") for row in rows]


def _holds(text: str) -> Q:
    if text.isdecimal():
        return Q(code__startswith=text)
    return Q(name__contains=text) if search_key(text) else Q()
