"""What the approval engine is told of expenditure standards that a finance office states."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.budget.models import StandardChange, StandardKind
from apps.budget.services import standards
from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind

FACTS = (
    Fact(
        "kind", _("kind of standard"), Kind.CHOICE, tuple((str(value), label) for value, label in StandardKind.choices)
    ),
    Fact("amount", _("amount a year"), Kind.MONEY),
    Fact("difference", _("change of the amount a year"), Kind.MONEY),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(change: StandardChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "amount": change.amount,
        "difference": change.amount - (change.before or Decimal(0)),
        "region_level": change.region.level,
    }


def _makers(change: StandardChange) -> list[int]:
    """Who stated it and whoever mended it: they sign nowhere."""
    entries = Entry.objects.filter(
        subject_type=change._meta.label, subject_id=str(change.pk), event="budget.standard_stated"
    )
    return sorted({int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk})


def standard_binding() -> Binding:
    """A standard of a region as its finance office states it."""
    return Binding(
        subject=standards.SUBJECT,
        label=_("expenditure standard of a region"),
        model="budget.StandardChange",
        facts=FACTS,
        read=_read,
        makers=_makers,
        approved=standards.approve_standard,
        returned=standards.return_standard,
        rejected=standards.refuse_standard,
        withdrawn=standards.withdrawn_standard,
        fields=lambda: {
            field.name: field.verbose_name
            for field in StandardChange._meta.local_fields
            if field.name in {"economic", "category", "nature", "amount", "valid_from", "valid_to", "source"}
        },
    )
