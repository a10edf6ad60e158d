"""Which days of a notice's term count: those on which the system was seen. A day that was jumped over moves the end on."""

from datetime import date, timedelta

from django.db.models import Max, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.workdays import ONE, Calendar, calendar_of
from apps.evidence import services as evidence
from apps.review.models import Counting, Publicity, PublicityState, SeenDay
from apps.review.services.locks import lock_publicity, lock_review
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation


@act
def note_day(actor: Actor, today: date) -> None:
    """Write down that the system was seen today, by whatever runs on schedule.

    When the days before went by unseen, the ends of all running notices are moved on in the same transaction.
    """
    now = timezone.now()
    _seen, is_new = SeenDay.objects.get_or_create(day=today, defaults={"first_at": now, "last_at": now})
    if not is_new:
        SeenDay.objects.filter(day=today).update(last_at=Greatest("last_at", now))
        return
    before = SeenDay.objects.filter(day__lt=today).aggregate(last=Max("day"))["last"]
    if before is None or before == today - ONE:
        return
    running = Publicity.objects.filter(Q(ends_on__gte=before) | Q(moved_to__gte=before), state=PublicityState.RUNNING)
    for notice in running.select_related("conclusion__review", "region").order_by("conclusion__review", "pk"):
        _move(actor, notice, before, today)


def _move(actor: Actor, notice: Publicity, before: date, today: date) -> None:
    lock_review(notice.conclusion.review)
    lock_publicity(notice)
    end = moved_end(notice, before, today)
    if notice.state != PublicityState.RUNNING or end <= notice.last_day:
        return
    Publicity.objects.filter(pk=notice.pk).update(moved_to=end, changed_at=timezone.now())
    evidence.append(
        "review.term_moved", notice, actor, starts_on=notice.starts_on, planned_end=notice.ends_on,
        last_day=notice.last_day, moved_to=end, last_seen=before, seen_again=today,
    )  # fmt: skip


def moved_end(notice: Publicity, before: date, today: date) -> date:
    """The last day of a notice when nothing was seen after `before` until today: what was left of its term begins today.

    The day on which that comes out counts whole: nothing ends on it, though the last day may have been `before`.
    """
    calendar = calendar_of(notice.region, notice.starts_on, today + timedelta(days=notice.days * 3 + 60))
    left = _counted(calendar, notice, before, notice.last_day)
    end = today
    while _counted(calendar, notice, today - ONE, end) < left or not calendar.is_working(end):
        end += ONE
    return end


def _counted(calendar: Calendar, notice: Publicity, start: date, end: date) -> int:
    """Days of the rule's kind after the start up to and with the end."""
    if notice.counting == Counting.WORKING:
        return calendar.between(start, end)
    return (end - start).days


def refuse_unseen(today: date) -> None:
    """No term ends on a day before which the clocks passed over one: what has been moved on is not known yet."""
    if not SeenDay.objects.filter(day=today - ONE).exists():
        raise RuleViolation(_("The system was not seen at work yesterday: no term ends today."))
