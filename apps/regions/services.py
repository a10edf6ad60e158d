"""Acts on the tree and on units: put in place what a table says, row by row, idempotent."""

from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.regions.models import Department, Region, RegionCodeChange, RegionTag, Unit, UnitCodeChange
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation
from imbudget.kit.text import search_key

TREE_LOCK = "SELECT pg_advisory_xact_lock(7003)"


def lock_tree() -> None:
    """Concurrent MPTT writes break the tree: every one of them holds this lock to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TREE_LOCK)


@act
def put_region(actor: Actor, code: str, values: dict[str, Any], tags: list[str]) -> str:
    """Make or change one region; returns created, changed or same."""
    lock_tree()
    region = Region.objects.filter(code=code).first()
    found = [RegionTag.objects.get_or_create(code=tag, defaults={"name": tag})[0] for tag in tags]
    outcome = "same"
    if region is None:
        region = Region(code=code)
        outcome = "created"
    if _assign(region, values) and outcome == "same":
        outcome = "changed"
    region.search_key = _key(region)
    if outcome != "same":
        region.full_clean(exclude=["league", "search_key"])
        region.save()
        _set_league(region)
    if set(region.tags.all()) != set(found):
        region.tags.set(found)
        outcome = outcome if outcome == "created" else "changed"
    return outcome


def _set_league(region: Region) -> None:
    region.refresh_from_db()
    league = region if region.level <= 1 else region.get_ancestors().get(level=1)
    if region.league_id != league.pk:
        Region.objects.filter(pk=region.pk).update(league=league)
        region.league = league


@act
def put_department(actor: Actor, region: Region, code: str, values: dict[str, Any]) -> str:
    """Make or change one department of a region."""
    return _put(
        Department.objects.filter(region=region, code=code).first() or Department(region=region, code=code), values
    )


@act
def put_unit(actor: Actor, credit_code: str, values: dict[str, Any]) -> str:
    """Make or change one budget unit; the unified social credit code is what stays the same for life."""
    unit = Unit.objects.filter(credit_code=credit_code).first() or Unit(credit_code=credit_code)
    old_code, old_name = unit.code, unit.name
    region = values.get("region")
    if unit.pk and region is not None and region.pk != unit.region_id:
        raise RuleViolation(
            _("%(unit)s belongs to %(region)s. Moving a unit to another region is a reorganisation, not an import.")
            % {"unit": unit, "region": unit.region}
        )
    league = region.league_id if region is not None else unit.league_id
    outcome = _put(unit, values | {"league_id": league}, keyed=True)
    if outcome == "changed" and old_code and old_code != unit.code:
        UnitCodeChange.objects.get_or_create(unit=unit, old_code=old_code, defaults={"old_name": old_name})
    return outcome


@act
def put_old_code(
    actor: Actor, region: Region, old_code: str, old_name: str, valid_to: date | None, document: str
) -> None:
    """Remember an old code of a region."""
    RegionCodeChange.objects.update_or_create(
        region=region, old_code=old_code, defaults={"old_name": old_name, "valid_to": valid_to, "document": document}
    )


def _put(row: Any, values: dict[str, Any], keyed: bool = False) -> str:
    is_new = row.pk is None
    changed = _assign(row, values)
    if not (is_new or changed):
        return "same"
    if keyed:
        row.search_key = _key(row)
    row.full_clean(exclude=["league", "search_key"])
    row.save()
    return "created" if is_new else "changed"


def _assign(row: Any, values: dict[str, Any]) -> bool:
    changed = False
    for name, value in values.items():
        if getattr(row, name, None) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _key(row: Any) -> str:
    names = (row.name_zh_hans, getattr(row, "name_mvf", "") or "", row.code, getattr(row, "credit_code", ""))
    return search_key(" ".join(filter(None, names)))[:300]


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of master data."""
    evidence.append("regions.imported", None, actor, what=what, file=file, **counts)
