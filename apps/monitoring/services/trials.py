"""A rule tried on past payments before it watches: how many it would have hit, for how much, and some of them."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.models import PaymentRequest
from apps.evidence import services as evidence
from apps.lowcode.errors import DefinitionErrors
from apps.monitoring import policies
from apps.monitoring.judging import Hit, asked_of, condition_of, judge
from apps.monitoring.models import Phase, RuleVersion, Trial
from apps.monitoring.selectors.gathering import gather
from apps.monitoring.selectors.rules import exemptions_of
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

AT_ONCE = 500
SAMPLES = 50
# A page answers at once for so many; for more a job is started.
SHORT = 300


def past_payments(region: Region, year: int) -> Any:
    """The payments of a region and those below it that were handed in, in a year; the newest first."""
    within = Region.objects.filter(tree_id=region.tree_id, lft__gte=region.lft, rght__lte=region.rght)
    rows = PaymentRequest.objects.filter(year=year, region__in=within.values("pk"), submitted_at__isnull=False)
    return rows.order_by("-pk")


@act
def try_version(
    actor: Actor, version: RuleVersion, year: int, progress: Callable[..., None] = lambda *_args: None
) -> Trial:
    """Ask the condition of every past payment of the year as it stood at its hand-in; keeps the trial with samples."""
    require(policies.may_keep_rules(actor, version.region_id))
    if version.phase != Phase.ACT or not version.condition:
        raise RuleViolation(_("Only a rule at the act that says when it is hit can be tried."))
    try:
        condition_of(version.condition)
    except DefinitionErrors as wrong:
        raise RuleViolation(" ".join(one.message for one in wrong)) from wrong
    trial = Trial(
        version=version,
        rule_id=version.rule_id,
        region_id=version.region_id,
        year=year,
        revision=version.revision,
        user_id=actor.user_id,
        amount=Decimal("0.00"),
    )
    keys = list(past_payments(version.region, year).values_list("pk", flat=True))
    for request_id, hit in _hits(version, keys, progress):
        trial.hits += 1
        trial.amount += hit.amount
        if len(trial.samples) < SAMPLES:
            trial.samples.append({"request": request_id, "amount": f"{hit.amount:.2f}"})
    _name_samples(trial)
    trial.looked_at = len(keys)
    trial.save()
    evidence.append("monitoring.rule_tried", version, actor, year=year, hits=trial.hits, amount=trial.amount)
    return trial


def _hits(version: RuleVersion, keys: list[int], progress: Callable[..., None]) -> Iterator[tuple[int, Hit]]:
    asked = asked_of([version.condition])
    exempt = exemptions_of([version.rule_id], timezone.localdate())[version.rule_id]
    for start in range(0, len(keys), AT_ONCE):
        progress(start, len(keys))
        for payment in gather(keys[start : start + AT_ONCE], asked):
            hit = judge(version.condition, payment, exempt)
            if hit is not None:
                yield payment.pk, hit


def _name_samples(trial: Trial) -> None:
    """What people read of the samples: number, unit, purpose, payee."""
    rows = PaymentRequest.objects.filter(pk__in=[one["request"] for one in trial.samples]).select_related("unit")
    known = {row.pk: row for row in rows}
    for one in trial.samples:
        row = known[one["request"]]
        one |= {
            "number": row.number,
            "unit": row.unit.name,
            "purpose": row.purpose,
            "day": f"{row.submitted_at:%Y-%m-%d}",
        }
