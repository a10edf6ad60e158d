"""What an address of the map asks; what lies outside the actor's scope is not there, anything unknown falls back."""

from typing import Any

from django.http import Http404

from apps.codes.models import FiscalYear
from apps.dashboard import policies
from apps.dashboard.selectors.figures import measures_of
from apps.dashboard.selectors.region import Question
from apps.ledger.selectors.years import year_at_work
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.errors import NotAllowed, require


def question_of(request: Any) -> Question:
    """The question in the address. Raises NotAllowed for posts that see no whole region, Http404 outside the scope."""
    actor: Actor = request.actor
    require(policies.may_see_map(actor))
    region = _region(actor, request.GET.get("region", ""))
    offered = list(measures_of(actor))
    if not offered:
        raise NotAllowed(policies.no_measure())
    asked = request.GET.get("measure", "")
    return Question(
        region,
        _year(request.GET.get("year", "")),
        asked if asked in offered else offered[0],
        request.GET.get("own") == "1",
    )


def _region(actor: Actor, asked: str) -> Region:
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        raise Http404
    found = Region.objects.visible_to(actor).filter(pk=int(asked) if asked else actor.region_id).first()
    if found is None:
        raise Http404
    return found


def years() -> list[int]:
    """The years to choose from."""
    return list(FiscalYear.objects.order_by("-year").values_list("year", flat=True))


def _year(asked: str) -> int:
    return int(asked) if asked.isascii() and asked in map(str, years()) else year_at_work()
