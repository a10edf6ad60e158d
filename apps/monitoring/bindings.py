"""What the approval engine is told of monitoring rules."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.monitoring.models import Level, Mode, Phase, RuleVersion
from apps.monitoring.selectors.wording import to_sign
from apps.monitoring.services import rules


def _choice(key: str, label: Any, source: Any) -> Fact:
    return Fact(key, label, Kind.CHOICE, tuple((str(value), name) for value, name in source.choices))


FACTS = (
    _choice("mode", _("what it does"), Mode),
    _choice("level", _("level of warning"), Level),
    _choice("phase", _("phase"), Phase),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(version: RuleVersion) -> dict[str, Any]:
    return {
        "mode": version.mode,
        "level": version.level,
        "phase": version.phase,
        "region_level": version.region.level,
    }


def _makers(version: RuleVersion) -> list[int]:
    """Who worded it: they sign nowhere."""
    entries = Entry.objects.filter(
        subject_type=version._meta.label, subject_id=str(version.pk), event="monitoring.rule_saved"
    )
    return sorted({int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk})


def rule_binding() -> Binding:
    """A version of a rule on its way into force."""
    return Binding(
        subject=rules.SUBJECT,
        label=_("monitoring rule"),
        model="monitoring.RuleVersion",
        facts=FACTS,
        read=_read,
        makers=_makers,
        part=("monitoring/_to_sign.html", to_sign),
        approved=rules.approve_version,
        returned=rules.return_version,
        withdrawn=rules.withdrawn_version,
    )
