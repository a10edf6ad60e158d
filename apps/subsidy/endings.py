"""Personal data of subsidies that has an end; registers and rosters are archives and have none."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.persons.retention import Ending, blanking, holding_any
from apps.subsidy.models import ObjectionState, RosterObjection


def _answered(before: datetime) -> Any:
    answered = RosterObjection.objects.exclude(state=ObjectionState.OPEN).filter(answered_at__lt=before)
    return holding_any(answered, "person", "contact", "source")


ENDINGS = {
    "subsidy.objectors": Ending(
        table="subsidy.rosterobjection",
        purpose="objection",
        label=_("who objected to rosters"),
        what=_("name, contact and address are emptied, objection and answer stay"),
        due=_answered,
        end=blanking(RosterObjection, {"person": "", "contact": "", "source": "", "source_index": b""}),
        days=365,
        basis=_("Personal Information Protection Law, articles 19 and 47: the purpose is reached with the answer"),
    ),
}
