"""Showing what is masked: for a reason, so many rows a day, and never without a record of who looked."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.audit.models import Record
from apps.audit.services import record
from apps.notices.services import notify
from apps.persons import policies
from apps.persons.labels import readable
from apps.persons.selectors import SHOWN, shown_today
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.personal import Holding

LOCK = "SELECT pg_advisory_xact_lock(7041, %s)"  # of one user: two looks at one moment count one after the other
LIMIT = "persons.limit_reached"
P = ParamSpec("P")
R = TypeVar("R")


class LimitReached(RuleViolation):
    """The user has seen as many rows in clear today as anybody may."""


def alarming(service: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Tells the audit administrators when a service that shows personal data is asked beyond the limit of a day.

    Stands outside of `act`: what the refused act wrote is rolled back, the alarm is not.
    """

    @wraps(service)
    def run(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return service(actor, *args, **kwargs)
        except LimitReached:
            sound_alarm(actor)
            raise

    return run


@alarming
@act
def show(actor: Actor, holding: Holding, row: Any, *, cause: str, reason: str) -> list[tuple[Any, str]]:
    """The row's personal data in clear, as (label, value), for a reason that stays in the audit log; what is labelled above
    the reader is left out.

    Raises NotAllowed, and RuleViolation beyond the limit of a day, which the audit administrators are told of.
    """
    require(policies.may_unmask(actor, holding, row))
    names = readable(actor, row, [item.name for item in holding.items])
    if not names:
        raise NotAllowed(_("This is labelled above what your post is cleared for."))
    kept = [item for item in holding.items if item.name in names and getattr(row, item.name)]
    note_shown(actor, row, cause=cause, reason=reason, fields=[item.name for item in kept])
    return [(item.label, getattr(row, item.name)) for item in kept]


def note_shown(actor: Actor, row: Any, *, cause: str, reason: str, fields: Iterable[str]) -> None:
    """Write down that a row is shown in clear, in the caller's transaction.

    Raises LimitReached beyond the limit, NotAllowed for a field that is labelled above the actor.
    """
    fields = list(fields)
    if len(readable(actor, row, fields)) < len(fields):
        raise NotAllowed(_("This is labelled above what your post is cleared for."))
    if not reason.strip():
        raise RuleViolation(_("Say why you need it."))
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [actor.user_id])
    if shown_today(actor) >= settings.PERSONS_SHOWN_A_DAY:
        text = _("You have seen %(count)s rows of personal data in clear today; more than that is not shown in a day.")
        raise LimitReached(text % {"count": settings.PERSONS_SHOWN_A_DAY})
    record(SHOWN, actor, row, reason=reason, cause=cause, fields=fields)


@act
def sound_alarm(actor: Actor) -> None:
    """Tell the audit administrators that somebody wants to see more than the limit: once a day for each user."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [actor.user_id])
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = Record.objects.filter(kind=LIMIT, actor_id=str(actor.user_id), recorded_at__gte=midnight).exists()
    record(LIMIT, actor, succeeded=False, limit=settings.PERSONS_SHOWN_A_DAY)
    if told:
        return
    watching = Post.objects.on(timezone.localdate()).filter(role="audit_admin").values_list("user_id", flat=True)
    count = str(settings.PERSONS_SHOWN_A_DAY)
    notify(set(watching), LIMIT, person=actor.name, post=actor.post_label, count=count)
