"""催报: remind whoever has not handed in, nobody twice within an hour."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import Compilation, CompilationState, Urge
from apps.budget.rounds import Round
from apps.budget.selectors.collection import region_progress, units_with_sheets
from apps.budget.services.locks import refuse_closed_year
from apps.budget.services.told import OF_UNITS, named, people_at, round_named
from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

AGAIN = timedelta(hours=1)
OF_REGIONS = ("banner_officer", "league_officer")
DONE = (CompilationState.REPORTED, CompilationState.ACCEPTED)


@act
def urge_missing(actor: Actor, region: Region, now: Round, only: Unit | None = None) -> int:
    """Remind the region's own units that have not handed in (or one of them), and regions below that have not reported.

    Returns how many units and regions were reminded. Raises RuleViolation when nobody is missing, or all of them were
    reminded within the last hour.
    """
    require(policies.may_urge(actor, region))
    refuse_closed_year(now.year)
    missing = units_with_sheets(actor, region, now.year, now.round, only_missing=True)
    units = [unit for unit in missing if only is None or unit.pk == only.pk]
    regions = [] if only is not None else _late_regions(region, now)
    if not units and not regions:
        raise RuleViolation(_("Nobody is missing."))
    units, regions = _not_just_urged(units, regions, now)
    if not units and not regions:
        raise RuleViolation(_("Everybody who is missing was urged within the last hour."))
    _tell_units(units, now)
    _tell_regions(regions, now)
    evidence.append(
        "budget.urged",
        region,
        actor,
        year=now.year,
        round=now.round,
        units=[unit.code for unit in units],
        regions=[below.code for below in regions],
    )
    return len(units) + len(regions)


def _late_regions(region: Region, now: Round) -> list[Region]:
    rows = [row.region for row in region_progress(region, now.year, now.round) if not row.own]
    done = Compilation.objects.filter(region__in=rows, year=now.year, round=now.round, state__in=DONE)
    settled = set(done.values_list("region_id", flat=True))
    return [row for row in rows if row.pk not in settled]


def _not_just_urged(units: list[Unit], regions: list[Region], now: Round) -> tuple[list[Unit], list[Region]]:
    """Those whose last urging is an hour old, with this one written down."""
    moment = timezone.now()
    of_round = Urge.objects.filter(year=now.year, round=now.round)
    mine = of_round.filter(Q(unit__in=units) | Q(unit=None, region__in=regions))
    rows = {
        (row.region_id, row.unit_id): row for row in mine.select_for_update(no_key=True, of=("self",)).order_by("pk")
    }
    fresh = {key for key, row in rows.items() if row.urged_at > moment - AGAIN}
    told = [(unit.region_id, unit.pk) for unit in units] + [(region.pk, None) for region in regions]
    told = [key for key in told if key not in fresh]
    again = [rows[key].pk for key in told if key in rows]
    Urge.objects.filter(pk__in=again).update(times=F("times") + 1, urged_at=moment)
    Urge.objects.bulk_create(
        (
            Urge(region_id=region, unit_id=unit, year_id=now.year, round=now.round, urged_at=moment)
            for region, unit in told
            if (region, unit) not in rows
        ),
        ignore_conflicts=True,  # somebody else urges at this moment
    )
    kept = set(told)
    return (
        [unit for unit in units if (unit.region_id, unit.pk) in kept],
        [region for region in regions if (region.pk, None) in kept],
    )


def _tell_units(units: Iterable[Unit], now: Round) -> None:
    by_unit = {unit.pk: unit for unit in units}
    for unit_id, users in people_at(Q(unit__in=by_unit), "unit_id", OF_UNITS).items():
        name = named(by_unit[unit_id])
        notify(
            users, "budget.urged", f"{reverse('budget:sheets')}?{now.query}", unit=name, round=round_named(now.round)
        )


def _tell_regions(regions: Iterable[Region], now: Round) -> None:
    by_region = {region.pk: region for region in regions}
    for region_id, users in people_at(Q(region__in=by_region), "region_id", OF_REGIONS).items():
        name = named(by_region[region_id])
        notify(
            users,
            "budget.region_urged",
            f"{reverse('budget:progress')}?{now.query}",
            region=name,
            round=round_named(now.round),
        )
