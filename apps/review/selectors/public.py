"""What the public may read, and where it stands. Nothing here names a person."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from apps.regions.models import Region
from apps.review.models import Objection, Publicity, PublicityItem, PublicityState

PAGE = 20


def on_show() -> QuerySet[Publicity]:
    """Notices on the public pages: before the public, or ended; never one that was taken down."""
    return Publicity.objects.exclude(state=PublicityState.TAKEN_DOWN)


def address_of(publicity: Publicity, language: str) -> str:
    """The public page of a notice."""
    return reverse("public:notice", args=[language, publicity.region.code, publicity.year, publicity.number])


def last_change(region: Region | None = None) -> datetime | None:
    """When anything public last changed, a take-down too, in a region or anywhere; one look into an index."""
    rows = Publicity.objects.filter(region=region) if region else Publicity.objects.all()
    return rows.order_by("-changed_at").values_list("changed_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class Page:
    """Some notices of a region, the newest first, and the key of the next page."""

    notices: list[Publicity]
    after: str


def notices_of(region: Region, after: tuple[datetime, int] | None = None) -> Page:
    """A page of the region's notices, reading on after a key."""
    rows = on_show().filter(region=region).order_by("-published_at", "-id")
    if after:
        rows = rows.filter(Q(published_at__lt=after[0]) | Q(published_at=after[0], id__lt=after[1]))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{last.published_at.timestamp():.6f}-{last.pk}" if last else "")


def regions_with_notices() -> list[tuple[Region, int, datetime]]:
    """Regions that have published anything: how many notices are on show, and the newest one's time."""
    counts = on_show().values("region").annotate(count=Count("pk"), newest=Max("published_at"))
    found = {row["region"]: row for row in counts}
    regions = Region.objects.filter(pk__in=found).order_by("code")
    return [(region, found[region.pk]["count"], found[region.pk]["newest"]) for region in regions]


def items_of(publicity: Publicity) -> list[PublicityItem]:
    """The results of a notice in their order."""
    return list(publicity.items.order_by("number"))


def public_answers(item: PublicityItem) -> list[Objection]:
    """Answered objections to a result whose answers are published; neither their senders nor their texts are."""
    rows = item.objections.filter(is_answer_public=True, decided_at__isnull=False)
    return list(rows.only("state", "answer", "decided_at", "filed_at", "item_id").order_by("decided_at"))


def may_object(item: PublicityItem, today: date) -> bool:
    """Whether the time to object to a result is running."""
    notice = item.publicity
    return notice.state == PublicityState.RUNNING and item.outcome == "open" and today <= notice.last_day
