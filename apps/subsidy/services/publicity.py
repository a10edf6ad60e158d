"""Rosters before the public (公示): for their days, and until every objection is answered."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.review.models import SeenDay
from apps.review.services.clock import certain_today
from apps.subsidy import policies
from apps.subsidy.models import ObjectionState, Roster
from apps.subsidy.services.rosters import lock_roster
from apps.subsidy.transitions import ROSTER
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


@act
def publish_roster(actor: Actor, roster: Roster, objections_to: str) -> None:
    """Put an approved roster before the public, from today on, for the days of its subsidy; the first day is not counted.

    `objections_to` tells the public where to object (telephone, office).
    """
    require(policies.may_publish(actor, roster))
    lock_roster(roster)
    if not objections_to.strip():
        raise RuleViolation(_("Say where objections go."))
    today = certain_today()
    until = today + timedelta(days=roster.subsidy.publicity_days)
    advance(
        ROSTER, roster, "publish", published_on=today, public_until=until, objections_to=objections_to.strip()[:200]
    )
    evidence.append("subsidy.roster_published", roster, actor, published_on=today, until=until, count=roster.count)


@act
def end_publicity(actor: Actor, roster: Roster) -> None:
    """Let the roster go on: its days are over, and every objection is answered.

    Only whole days on which the system was seen count: a clock that was set ahead ends nothing.
    """
    require(policies.may_end_publicity(actor, roster))
    lock_roster(roster)
    today = certain_today()
    left = roster.subsidy.publicity_days - seen_days(roster)
    if left > 0 or roster.public_until is None or today <= roster.public_until:
        raise RuleViolation(
            _("The roster stands before the public until %(day)s has passed.") % {"day": roster.public_until}
        )
    waiting = roster.objections.filter(state=ObjectionState.OPEN).count()
    if waiting:
        raise RuleViolation(_("%(count)s objections wait for an answer.") % {"count": waiting})
    advance(ROSTER, roster, "end")
    evidence.append("subsidy.roster_ready", roster, actor, objections=roster.objections.count())


def seen_days(roster: Roster) -> int:
    """Whole days of the publicity on which the system was seen, today not among them."""
    if roster.published_on is None:
        return 0
    return SeenDay.objects.filter(day__gt=roster.published_on, day__lt=timezone.localdate()).count()
