"""Doing away with data at the end of its period: by the clock, in parts, with count and digest in evidence."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.persons import policies
from apps.persons.models import Period, PeriodRun
from apps.persons.retention import Ending, ending_of
from apps.persons.why import longest_days
from imbudget.kit import registry
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3
from imbudget.kit.errors import RuleViolation, require

PART = 2000  # rows of one transaction


def open_periods() -> int:
    """A row for each kind of data that an app says has an end; those that stand keep what was set. Returns how many are new."""
    known = set(Period.objects.values_list("key", flat=True))
    new = [
        Period(key=key, days=ending.days, basis=str(ending.basis))
        for key, ending in registry.retention.items()
        if key not in known
    ]
    return len(Period.objects.bulk_create(new, ignore_conflicts=True))


@act
def set_period(actor: Actor, period: Period, *, days: int, basis: str, is_active: bool) -> None:
    """Change how long one kind of data is kept; the change stands in evidence."""
    require(policies.may_set_periods(actor))
    if days < 1 or not basis.strip():
        raise RuleViolation(_("A period has a day at least, and a basis."))
    ending = ending_of(period.key)
    if ending is not None and days > longest_days(ending):
        text = _("Data of this kind is kept for %(count)s days at most: its purpose needs it no longer.")
        raise RuleViolation(text % {"count": longest_days(ending)})
    before = {"days": period.days, "basis": period.basis, "is_active": period.is_active}
    period.days, period.basis, period.is_active = days, basis, is_active
    period.save()
    after = {"days": days, "basis": basis, "is_active": is_active}
    evidence.append("persons.period_changed", period, actor, before=before, after=after)


def keep_periods(*, dry: bool = False) -> dict[str, int]:
    """Do away with all that is past its period: kind of data → rows. `dry` counts only and ends nothing."""
    open_periods()
    ended = {}
    for period in Period.objects.filter(is_active=True):
        ending = ending_of(period.key)
        if ending is not None:
            before = timezone.now() - timedelta(days=period.days)
            ended[period.key] = ending.due(before).count() if dry else _end_all(period, ending, before)
    return ended


def _end_all(period: Period, ending: Ending, before: datetime) -> int:
    total = 0
    while count := _end_part(period, ending, before):
        total += count
        if count < PART:
            break
    return total


@transaction.atomic
def _end_part(period: Period, ending: Ending, before: datetime) -> int:
    """One part in a transaction of its own, so that no run is too long; its evidence names the keys by their digest."""
    rows = ending.due(before).order_by("pk")
    keys = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:PART])
    if not keys:
        return 0
    digest = sm3("\n".join(map(str, keys)).encode()).hex()
    run = PeriodRun.objects.create(period=period, before=before, count=len(keys), digest=digest)
    ending.end(keys)
    facts = {"kind": period.key, "count": len(keys), "digest": digest, "before": before.isoformat()}
    evidence.append("persons.data_ended", run, system_actor("keep_periods"), **facts)
    return len(keys)
