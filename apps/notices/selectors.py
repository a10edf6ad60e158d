"""Reading notices, and who is at work on a day."""

from datetime import date

from django.db.models.functions import Coalesce

from apps.accounts.models import Post
from apps.codes.workdays import calendars_of
from apps.notices.models import Notice
from imbudget.kit.actor import Actor

MANY = 100  # nobody counts further


def unread_count(actor: Actor) -> int:
    """How many notices the person has not read, counted up to `MANY`."""
    return Notice.objects.visible_to(actor).unread().order_by()[:MANY].count()


def newest_id(actor: Actor) -> int:
    """The last notice that the person has been told up to now."""
    return Notice.objects.visible_to(actor).order_by("-pk").values_list("pk", flat=True).first() or 0


def people_at_work(day: date) -> list[int]:
    """Who holds a post on this day in a region that works on it."""
    region = Coalesce("region_id", "unit__region_id", "department__region_id")
    posts = list(Post.objects.on(day).filter(user__is_active=True).order_by().values_list("user_id", region).distinct())
    calendars = calendars_of(region_id for _user_id, region_id in posts)
    return sorted({user_id for user_id, region_id in posts if calendars[region_id].is_working(day)})
