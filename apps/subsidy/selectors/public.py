"""What the public may read of rosters: names and identity numbers in part, quantities and amounts, and no card."""

from datetime import date

from django.db.models import QuerySet

from apps.regions.models import Region
from apps.subsidy.models import Place, Roster, RosterLine, RosterState

PAGE = 200


def notices_of(region: Region) -> QuerySet:
    """Rosters of a region that are before the public, or were and go on."""
    rows = Roster.objects.filter(region=region, state__in=(RosterState.PUBLISHED, RosterState.READY))
    return rows.select_related("subsidy", "unit", "place").order_by("-published_on", "-pk")


def is_open_to_objections(roster: Roster, today: date) -> bool:
    """Whether the time to object to a roster is running."""
    return roster.state == RosterState.PUBLISHED and roster.public_until is not None and today <= roster.public_until


def lines_on_show(roster: Roster, sumu: int | None, after: int) -> tuple[list[RosterLine], int]:
    """Some lines in their order, and the number to read on after (0: no more)."""
    rows = roster.lines.filter(number__gt=after).select_related("sumu", "gacha").order_by("number")
    wanted = ("number", "name", "id_number", "quantity", "amount", "sumu__name", "gacha__name", "roster_id")
    rows = rows.filter(sumu=sumu) if sumu else rows
    found = list(rows.only(*wanted)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else 0


def sumus_of(roster: Roster) -> list[Place]:
    """The sumus that its lines lie in."""
    keys = roster.lines.filter(sumu__isnull=False).order_by().values("sumu").distinct()
    return list(Place.objects.filter(pk__in=keys).order_by("code"))
