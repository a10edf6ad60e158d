"""What an address asks: which region, and which question to the summary; anything unknown falls back."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from apps.budget.models import ExpenditureKind
from apps.budget.rounds import round_of
from apps.budget.selectors import Dimension, SummaryQuery
from apps.budget.selectors.rollup import CATALOGS, NO_CLASS
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import NotAllowed

CODED = list(CATALOGS)


def query_of(request: HttpRequest) -> SummaryQuery:
    """The question in the address; anything unknown falls back to the default."""
    refuse_units(request.actor)
    region, now = region_asked(request), round_of(request)
    by = request.GET.get("by", "")
    default = Dimension.FUNCTION if region.level >= 2 else Dimension.REGION
    levels = request.GET.get("levels", "")
    return SummaryQuery(
        region,
        now.year,
        now.round,
        by=Dimension(by) if by in list(Dimension) else default,
        own_level=request.GET.get("own") == "1",
        accepted_only=request.GET.get("accepted") == "1",
        prefixes=tuple(_prefixes(request)),
        levels=int(levels) if levels in {"1", "2", "3"} else 0,
        turned=frozenset(key for key in request.GET.get("turned", "").split(".") if key.isalnum()),
    )


def _prefixes(request: HttpRequest) -> Iterator[tuple[Dimension, str]]:
    for dimension in CODED:
        prefix = request.GET.get(dimension, "")
        if prefix == NO_CLASS or (prefix.isascii() and prefix.isalnum() and len(prefix) <= 21):
            yield dimension, prefix
    if request.GET.get(Dimension.KIND, "") in ExpenditureKind.values:
        yield Dimension.KIND, request.GET[Dimension.KIND]


def values_of(query: SummaryQuery) -> dict[str, Any]:
    """The question as the parameters of an address; `query_of` reads them back."""
    values = {
        "year": query.year,
        "round": query.round,
        "region": query.region.pk,
        "by": str(query.by),
        "own": "1" if query.own_level else "",
        "accepted": "1" if query.accepted_only else "",
        "levels": query.levels or "",
        "turned": ".".join(sorted(query.turned)),
        **{str(dimension): prefix for dimension, prefix in query.prefixes},
    }
    return {name: value for name, value in values.items() if value != ""}


def may_choose_region(actor: Actor) -> bool:
    """Whether there is more than one region to choose from."""
    return len(Region.objects.visible_to(actor).order_by().values_list("pk")[:2]) > 1


def regions_above(actor: Actor, region: Region) -> list[Region]:
    """The regions above one that the actor sees as well, from their own node down: the trail of a page."""
    return list(region.get_ancestors().filter(level__gte=actor.region_level or 0))


def refuse_units(actor: Actor) -> None:
    """The summary is kept by region: for a unit or department it would show nothing, as if nobody had entered a line."""
    if actor.reach == Reach.UNITS:
        raise NotAllowed(
            _(
                "The summary shows whole regions: it is open to finance offices. Your own figures stand on your budget sheets."
            )
        )


def region_asked(request: HttpRequest) -> Region:
    """The region a page is about: from the address, else the actor's own; 404 outside the scope."""
    regions = Region.objects.visible_to(request.actor)
    asked = request.GET.get("region", "")
    wanted = (
        regions.filter(pk=int(asked))
        if asked.isdecimal() and len(asked) < 10
        else regions.filter(pk=request.actor.region_id)
    )
    region = wanted.first()
    if region is None:
        raise Http404
    return region
