"""What the approval engine is told of rosters."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.subsidy.models import Roster
from apps.subsidy.selectors.rosters import to_sign
from apps.subsidy.services import rosters

FACTS = (
    Fact("amount", _("total amount"), Kind.MONEY),
    Fact("households", _("households"), Kind.INTEGER),
    Fact("warnings", _("warnings"), Kind.INTEGER),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)
MADE = ("subsidy.roster_made", "subsidy.roster_imported")


def _read(roster: Roster) -> dict[str, Any]:
    return {
        "amount": roster.total,
        "households": roster.count,
        "warnings": roster.warns,
        "region_level": roster.region.level,
    }


def _makers(roster: Roster) -> Iterable[int]:
    """Whoever made or imported its lines signs it nowhere."""
    entries = Entry.objects.filter(subject_type=roster._meta.label, subject_id=str(roster.pk), event__in=MADE)
    users = {int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk}
    return sorted(users | ({roster.author_id} if roster.author_id else set()))


def roster_binding() -> Binding:
    """Filed by the unit, reviewed by its head, the department and the finance office."""
    return Binding(
        subject=rosters.SUBJECT,
        label=_("roster of a subsidy"),
        model="subsidy.Roster",
        facts=FACTS,
        read=_read,
        makers=_makers,
        part=("subsidy/_to_sign.html", to_sign),
        approved=rosters.approve_roster,
        returned=rosters.return_roster,
        rejected=rosters.refuse_roster,
        withdrawn=rosters.withdrawn_roster,
    )
