"""What the approval engine is told of head counts that a unit states."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.budget.models import StaffChange
from apps.budget.services import staffchanges
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind

FACTS = (
    Fact("more", _("people more than before"), Kind.INTEGER),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(change: StaffChange) -> dict[str, Any]:
    pairs = change.counts.values()
    return {
        "more": sum((after or 0) - (before or 0) for before, after in pairs),
        "region_level": change.region.level,
    }


def staff_change_binding() -> Binding:
    """Head counts that a unit states; who wrote them down signs nowhere."""
    return Binding(
        subject=staffchanges.SUBJECT,
        label=_("head counts of a unit"),
        model="budget.StaffChange",
        facts=FACTS,
        read=_read,
        makers=lambda change: [change.author_id] if change.author_id else [],
        approved=staffchanges.approve_staff_change,
        returned=staffchanges.return_staff_change,
        rejected=staffchanges.refuse_staff_change,
        withdrawn=staffchanges.withdrawn_staff_change,
        fields=lambda: {"counts": _("head counts"), "as_of": _("as of"), "in_force": _("in force from")},
    )
