"""The home of a finance office: who is late, what reviews run; submissions and money have modules of their own."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.budget.selectors.plans import Deadline
from apps.dashboard.selectors.homes.cards import may
from apps.review.models import Review, ReviewState
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine

OVER = (ReviewState.CLOSED, ReviewState.CANCELLED)
MOST = 8


def reviews(actor: Actor) -> HomeCard | None:
    """Reviews that run, by how far they are. One query."""
    if not may(actor, "review.see"):
        return None
    rows = (
        Review.objects.visible_to(actor).exclude(state__in=OVER).order_by().values_list("state").annotate(Count("pk"))
    )
    counts, href = dict(rows), reverse("review:reviews")
    lines = tuple(
        HomeLine(ReviewState(state).label, counts[state], f"{href}?state={state}")
        for state in ReviewState.values
        if counts.get(state)
    )
    return HomeCard(_("reviews that run"), lines, href)


def late_regions(rows: list[Any], query: str, deadline: Deadline | None) -> HomeCard:
    """Who has not handed in, the most first; it is late once the region's own day has passed. No query."""
    missing = sorted((row for row in rows if row.missing), key=lambda row: (-row.missing, row.region.code))
    is_late = deadline is not None and deadline.days_left < 0
    lines = tuple(
        HomeLine(
            _("%(region)s, own level") % {"region": row.region} if row.own else str(row.region),
            row.missing,
            f"{reverse('budget:progress')}?{urlencode({'region': row.region.pk, 'only': 'missing'})}&{query}",
            "late" if is_late else "",
        )
        for row in missing[:MOST]
    )
    return HomeCard(_("late with their budgets") if is_late else _("not handed in yet"), lines)
